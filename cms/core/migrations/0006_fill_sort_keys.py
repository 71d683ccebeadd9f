"""Gives existing pages the pinyin they are sorted by, a thousand at a time."""

from typing import Any

from django.db import migrations

from cms.core.words import sort_key

BATCH = 1000


def fill(apps: Any, editor: Any) -> None:
    pages = apps.get_model("core.BasePage").objects
    batch = []
    for page in pages.filter(sort_key="").only("pk", "title").iterator(chunk_size=BATCH):
        page.sort_key = sort_key(page.title)
        batch.append(page)
        if len(batch) == BATCH:
            pages.bulk_update(batch, ["sort_key"])
            batch.clear()
    pages.bulk_update(batch, ["sort_key"])


class Migration(migrations.Migration):
    dependencies = [("core", "0005_keywords_share_cards_corrections")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
