"""The admin's listings, register and dashboard with many pages and figures: part of `make bench`.

The rows are copies of one article and one figure, made by the database itself (SQLite), one statement a table.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

ROUNDS = 3
FIRST_ID = 10_000_000
DIGITS = "'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'"


def grow(size: int) -> None:
    """Puts `size` articles below the news column, each with a figure about it and its references."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction
    from wagtail.models import ReferenceIndex

    from cms.core.models import BasePage
    from industries.models import NewsPage, Observation

    article = NewsPage.objects.order_by("pk").first()
    figure = Observation.objects.order_by("pk").first()
    assert article, "the first content has articles"
    assert figure, "the first content has figures"
    column = article.get_parent()
    number = "n + 466560"  # A000 and up: no path that the tree has given out
    step = "||".join(f"substr({DIGITS}, (({number}) / {36**power}) %% 36 + 1, 1)" for power in (3, 2, 1, 0))
    page_id = f"{FIRST_ID} + n"
    with transaction.atomic(), connection.cursor() as cursor:

        def copy(model: Any, pk: int, **changed: str) -> None:
            columns = [field.column for field in model._meta.local_concrete_fields]
            values = [changed.get(name, f'base."{name}"') for name in columns]
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
                f'INSERT INTO "{model._meta.db_table}" ({names}) '
                f'SELECT {", ".join(values)} FROM numbers, "{model._meta.db_table}" base '
                f'WHERE base."{model._meta.pk.column}" = %s',
                [size, pk],
            )

        copy(
            BasePage,
            article.pk,
            id=page_id,
            path=f"'{column.path}'||{step}",
            slug="'bench-'||n",
            title="'第'||n||'篇动态'",
            draft_title="'第'||n||'篇动态'",
            sort_key="'di '||n||' pian dong tai'",
            url_path=f"'{column.url_path}bench-'||n||'/'",
            translation_key="lower(hex(randomblob(16)))",
            latest_revision_created_at="datetime('now', '-'||n||' minutes')",
            last_published_at="datetime('now', '-'||n||' minutes')",
            first_published_at="datetime('now', '-'||n||' minutes')",
        )
        copy(NewsPage, article.pk, basepage_ptr_id=page_id)
        copy(Observation, figure.pk, id=page_id, key="'bench-'||n", subject_id=page_id, value="n")
        BasePage.objects.filter(pk=column.pk).update(numchild=column.numchild + size)
        kind = ContentType.objects.get_for_model(Observation)
        for reference in ReferenceIndex.objects.filter(base_content_type=kind, object_id=str(figure.pk)):
            about = reference.model_path == "subject"
            changed = {"to_object_id": f"CAST({page_id} AS TEXT)"} if about else {}
            copy(
                ReferenceIndex,
                reference.pk,
                id=f"{FIRST_ID} + n + {reference.pk} * {size}",
                object_id=f"CAST({page_id} AS TEXT)",
                **changed,
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure_register(size: int) -> None:
    """Prints queries and median milliseconds for each screen."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from industries.models import Observation, SectorPage

    started = time.perf_counter()
    grow(size)
    print(f"\n后台，另加{size}篇动态和{size}个数值（{time.perf_counter() - started:.1f} 秒）")
    user, _ = get_user_model().objects.get_or_create(username="bench", is_superuser=True)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    news, every = reverse("content_news:index"), reverse("content_all:index")
    facts = reverse("wagtailsnippets_industries_observation:list")
    sector = SectorPage.objects.order_by("path").values_list("pk", flat=True).first()
    source = Observation.objects.get(key="bench-1").source_id
    screens = {
        "动态": news,
        "动态，第1000页": f"{news}?p=1000",
        "动态，按拼音": f"{news}?ordering=sort_key",
        "动态，搜“99”": f"{news}?q=99",
        "动态，按产业": f"{news}?sector={sector}",
        "全部页面": every,
        "全部页面，没有来源": f"{every}?todo=unsourced",
        "数值": facts,
        "数值，第1000页": f"{facts}?p=1000",
        "数值，按数值": f"{facts}?ordering=-value",
        "数值，按来源": f"{facts}?ordering=source__title",
        "数值，搜“99”": f"{facts}?q=99",
        "数值，按产业": f"{facts}?sector={sector}",
        "来源的使用情况": reverse("wagtailsnippets_industries_source:usage", args=[source]),
        "工作台": reverse("wagtailadmin_home"),
    }
    print(f"{'界面':<24}{'查询':>6}{'毫秒(中位)':>12}")
    for name, address in screens.items():
        assert client.get(address).status_code == 200, name
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
            count = len(queries)
        times = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            client.get(address)
            times.append(1000 * (time.perf_counter() - before))
        print(f"{name:<24}{count:>6}{statistics.median(times):>12.0f}")
    before = time.perf_counter()
    response: Any = client.get(facts, {"export": "csv"})
    length = sum(len(part) for part in response.streaming_content)
    print(f"数值导出CSV：{length / 1024 / 1024:.1f} MB，{time.perf_counter() - before:.1f} 秒")
