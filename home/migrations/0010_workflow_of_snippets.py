"""Send organisations, people and programmes through the workflow of the pages.

A workflow that somebody assigned to one of them by hand stays. Nothing else of existing rows changes:
editors may add and change these since 0002, moderators may publish them.
"""

from django.db import migrations

SNIPPETS = ("organisation", "person", "programme")


def _content_types(apps):
    ContentType = apps.get_model("contenttypes", "ContentType")
    for model in SNIPPETS:
        yield ContentType.objects.get_or_create(app_label="content", model=model)[0]


def _workflow_of_pages(apps):
    """Return the id of the workflow at the root of the pages; None where there is none."""
    assigned = (
        apps.get_model("wagtailcore", "WorkflowPage")
        .objects.filter(page__depth=1, workflow__active=True)
        .order_by("page__path")
        .first()
    )
    return assigned.workflow_id if assigned else None


def assign(apps, schema_editor):
    """Give each snippet without a workflow the one of the pages."""
    workflow = _workflow_of_pages(apps)
    if workflow is None:
        return
    WorkflowContentType = apps.get_model("wagtailcore", "WorkflowContentType")
    for content_type in _content_types(apps):
        WorkflowContentType.objects.get_or_create(
            content_type=content_type, defaults={"workflow_id": workflow}
        )


def withdraw(apps, schema_editor):
    """Take the workflow of the pages away from the snippets."""
    apps.get_model("wagtailcore", "WorkflowContentType").objects.filter(
        content_type__in=list(_content_types(apps)), workflow_id=_workflow_of_pages(apps)
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_roles"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(assign, withdraw)]
