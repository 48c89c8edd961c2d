"""Remember the values that visible things have now, and have pages projected anew by the next sweep."""

from typing import Any

from django.db import migrations

FILL = """
INSERT INTO publishing_streamfacet (public_id, facet, value)
SELECT DISTINCT i.public_id, f.facet, f.value
FROM publishing_facet f JOIN publishing_publisheditem i ON i.key = f.key
"""
FILL_SITES = """
INSERT INTO publishing_streamfacet (public_id, facet, value)
SELECT public_id, 'site', site FROM publishing_publisheditem WHERE site <> ''
"""


def forget_fingerprints(apps: Any, schema_editor: Any) -> None:
    """Let the next sweep ask each page whether others may take it over."""
    apps.get_model("publishing", "Projection").objects.filter(kind="page").update(fingerprint="")


class Migration(migrations.Migration):
    """Fill what the migration before has made."""

    dependencies = [("publishing", "0005_what_others_may_take_over")]

    operations = [
        migrations.RunSQL(FILL, "DELETE FROM publishing_streamfacet"),
        migrations.RunSQL(FILL_SITES, migrations.RunSQL.noop),
        migrations.RunPython(forget_fingerprints, migrations.RunPython.noop),
    ]
