"""Wagtail's migrations make a root page, two groups and a workflow with English names: editors read Chinese."""

from typing import Any

from django.db import migrations

NAMES = [
    ("core.BasePage", "title", {"Root": "全部网站"}),
    ("core.BasePage", "draft_title", {"Root": "全部网站"}),
    ("auth.Group", "name", {"Editors": "编辑", "Moderators": "审核"}),
    ("wagtailcore.Workflow", "name", {"Moderators approval": "内容审核"}),
    ("wagtailcore.Task", "name", {"Moderators approval": "内容审核"}),
]


def rename(apps: Any, *, back: bool) -> None:
    for model, field, names in NAMES:
        for english, chinese in names.items():
            old, new = (chinese, english) if back else (english, chinese)
            records = apps.get_model(model).objects.filter(**{field: old})
            if model == "core.BasePage":
                records = records.filter(depth=1)
            records.update(**{field: new})


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_page_revisions_images_identity"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: rename(apps, back=False),
            lambda apps, editor: rename(apps, back=True),
        ),
    ]
