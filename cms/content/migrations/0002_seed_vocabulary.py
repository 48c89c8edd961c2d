"""Load the terms that a new installation starts with."""

from django.db import migrations
from django.utils import timezone

from cms.content.vocabulary import seed_terms


def load(apps, schema_editor):
    """Make the terms that are not there yet; they are live at once."""
    Term = apps.get_model("content", "Term")
    known = set(Term.objects.values_list("scheme", "code"))
    now = timezone.now()
    Term.objects.bulk_create(
        Term(**term._asdict(), live=True, first_published_at=now, last_published_at=now)
        for term in seed_terms()
        if (term.scheme, term.code) not in known
    )


def unload(apps, schema_editor):
    """Remove the seeded terms, and no term that somebody else made."""
    Term = apps.get_model("content", "Term")
    Term.objects.filter(uuid__in=[term.uuid for term in seed_terms()]).delete()


class Migration(migrations.Migration):
    dependencies = [("content", "0001_content_models")]

    operations = [migrations.RunPython(load, unload)]
