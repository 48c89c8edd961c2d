"""Begin the epoch of version 0.2.0: what is said of unchanged things has other names in it.

Every cursor that was given out is answered with 410 once, and its reader starts again: the content clock,
versions and what waits for portals stay. An installation that has published nothing has no cursors and
keeps its epoch. See docs/adr/0075-one-epoch-a-version.md.
"""

import uuid
from typing import Any

from django.db import migrations


def renew(apps: Any, schema_editor: Any) -> None:
    """Give the clock another epoch, if anything was ever published."""
    clocks = apps.get_model("publishing", "ContentClock").objects
    clocks.filter(pk=1, value__gt=0).update(epoch=uuid.uuid4())


class Migration(migrations.Migration):
    """Renew the epoch once."""

    dependencies = [("publishing", "0018_reason_site_hidden")]

    # Back in the former version, what was read of this one cannot be continued either.
    operations = [migrations.RunPython(renew, renew)]
