"""Let moderators manage portals, and make a role that may do nothing but that.

Rights that somebody granted by hand stay.
"""

from django.db import migrations

ROLE, MODERATORS = "Portal managers", "Moderators"
ACTIONS = ("add", "change", "delete", "view")


def _permission(apps, app_label, model, codename):
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    # Django makes permissions after the last migration; these are needed before.
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": f"Can {codename.replace('_', ' ')}"},
    )
    return permission


def _permissions(apps):
    return [_permission(apps, "syndication", "portal", f"{action}_portal") for action in ACTIONS]


def grant(apps, schema_editor):
    """Make the role and give it and moderators the rights on portals."""
    Group = apps.get_model("auth", "Group")
    role, _made = Group.objects.get_or_create(name=ROLE)
    role.permissions.add(_permission(apps, "wagtailadmin", "admin", "access_admin"))
    for group in Group.objects.filter(name__in=[ROLE, MODERATORS]):
        group.permissions.add(*_permissions(apps))


def withdraw(apps, schema_editor):
    """Take the rights back; the role stays, for somebody may be in it."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=[ROLE, MODERATORS]):
        group.permissions.remove(*_permissions(apps))


class Migration(migrations.Migration):
    dependencies = [
        ("syndication", "0002_hub_requests"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0003_admin_managed"),
        # Makes the group of moderators.
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(grant, withdraw)]
