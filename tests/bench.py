"""`make bench`: queries and time per page type, on the real content in a database of its own.

Then the admin's listings with BENCH_ROWS pages and figures more (default 100,000; 0 leaves them out).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections import defaultdict

ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        measure()
        if rows := int(os.environ.get("BENCH_ROWS", "100000")):
            from tests.bench_register import measure_register

            measure_register(rows)


def measure() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cms.core.models import BasePage

    started = time.perf_counter()
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    prepared = time.perf_counter()
    call_command("load_content", verbosity=0)
    print(f"准备 {prepared - started:.1f} 秒，载入内容 {time.perf_counter() - prepared:.1f} 秒\n")
    client = Client(headers={"host": "localhost"})
    rows = defaultdict(list)
    for page in BasePage.objects.visible().filter(depth__gt=1).specific():
        client.get(page.url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page.url)
            count = len(queries)
        times = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            client.get(page.url)
            times.append(1000 * (time.perf_counter() - before))
        rows[type(page).__name__].append((count, statistics.median(times), len(response.content)))
    print(f"{'页面类型':<20}{'页数':>6}{'查询(最多)':>10}{'毫秒(中位)':>10}{'KB(最大)':>10}")
    for name, values in sorted(rows.items()):
        queries, times, sizes = zip(*values, strict=True)
        print(
            f"{name:<20}{len(values):>6}{max(queries):>10}{statistics.median(times):>12.1f}{max(sizes) / 1024:>10.1f}"
        )


if __name__ == "__main__":
    main()
