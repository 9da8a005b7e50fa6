"""Take away the groups and the workflow that Wagtail brings: our roles and the shelves' workflow stand in their place."""

from django.db import migrations


def leave_only_our_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    workflow = Workflow.objects.filter(name="Moderators approval", workflow_states=None).first()
    if workflow is not None:
        tasks = list(Task.objects.filter(workflow_tasks__workflow=workflow).values_list("pk", flat=True))
        workflow.delete()
        Task.objects.filter(pk__in=tasks, workflow_tasks=None, task_states=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("website", "0003_courses_of_the_home_page"),
        ("wagtailcore", "0098_apitoken"),
        ("accounts", "0002_sign_outs"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # What Wagtail brought is not ours to make again; a reversed migration leaves our roles as they are.
    operations = [migrations.RunPython(leave_only_our_roles, migrations.RunPython.noop)]
