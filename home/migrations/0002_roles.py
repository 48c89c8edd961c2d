"""Give the two roles their rights, and send what editors write to moderators.

Wagtail makes the groups Editors and Moderators, their rights on pages, images and documents, and one
workflow. This adds what this project brings: snippets, menus, redirects, site settings, translation.
Rights that somebody granted by hand stay.
"""

from django.db import migrations

EDITORS, MODERATORS = "Editors", "Moderators"
# The button says "Submit to" and the name of the workflow.
WORKFLOW, TASK = "Moderators", "Approval by a moderator"

# (app, model) → what the role may do there.
SNIPPETS = ("organisation", "person", "programme")
RIGHTS = {
    EDITORS: {
        **{("content", model): ("add", "change", "view") for model in SNIPPETS},
        ("content", "term"): ("view",),
        ("home", "menu"): ("change", "view"),
        ("simple_translation", "simpletranslation"): ("submit_translation",),
    },
    MODERATORS: {
        **{
            ("content", model): ("add", "change", "delete", "lock", "publish", "unlock", "view")
            for model in (*SNIPPETS, "term")
        },
        ("home", "menu"): ("add", "change", "delete", "view"),
        ("home", "sitesettings"): ("change",),
        ("simple_translation", "simpletranslation"): ("submit_translation",),
        ("wagtailredirects", "redirect"): ("add", "change", "delete", "view"),
    },
}
# Wagtail has these from its own migrations; a group that was deleted gets them back.
PAGE_RIGHTS = {
    EDITORS: ("add_page", "change_page"),
    MODERATORS: ("add_page", "change_page", "lock_page", "publish_page", "unlock_page"),
}


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


def _permissions(apps, role):
    for (app_label, model), actions in RIGHTS[role].items():
        for action in actions:
            codename = action if "_" in action else f"{action}_{model}"
            yield _permission(apps, app_label, model, codename)


def _root(apps):
    return apps.get_model("wagtailcore", "Page").objects.filter(depth=1).order_by("path").first()


def _grant(apps, role):
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role)
    group.permissions.add(
        _permission(apps, "wagtailadmin", "admin", "access_admin"), *_permissions(apps, role)
    )
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    for codename in PAGE_RIGHTS[role]:
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=_root(apps),
            permission=_permission(apps, "wagtailcore", "page", codename),
        )
    return group


def _assign_workflow(apps, moderators):
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    assigned = WorkflowPage.objects.filter(page=_root(apps)).first()
    if assigned:
        # The one that Wagtail made gets a name that says what it does; any other is somebody's own.
        Workflow.objects.filter(pk=assigned.workflow_id, name="Moderators approval").update(
            name=WORKFLOW
        )
        apps.get_model("wagtailcore", "Task").objects.filter(
            workflow_tasks__workflow_id=assigned.workflow_id, name="Moderators approval"
        ).update(name=TASK)
        return
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )
    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.create(
        name=TASK, content_type=content_type, active=True
    )
    task.groups.add(moderators)
    workflow = Workflow.objects.create(name=WORKFLOW, active=True)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(
        workflow=workflow, task=task, sort_order=0
    )
    WorkflowPage.objects.create(workflow=workflow, page=_root(apps))


def grant(apps, schema_editor):
    """Give both roles their rights and let moderators approve."""
    _grant(apps, EDITORS)
    _assign_workflow(apps, _grant(apps, MODERATORS))


def withdraw(apps, schema_editor):
    """Take back the rights that only this project brings; groups and workflow stay."""
    for role in RIGHTS:
        group = apps.get_model("auth", "Group").objects.filter(name=role).first()
        if group:
            group.permissions.remove(*_permissions(apps, role))


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_cluster_menus_settings"),
        ("content", "0001_content_models"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("simple_translation", "0001_initial"),
        ("wagtailadmin", "0003_admin_managed"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(grant, withdraw)]
