from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import EnterprisePageFactory, Portal

BY_PINYIN = ("白山公司", "长春公司", "重庆公司", "一汽公司")


@pytest.mark.django_db
def test_titles_are_sorted_by_pinyin(portal: Portal, admin_client: Client) -> None:
    for title in ("一汽公司", "长春公司", "重庆公司", "白山公司"):
        EnterprisePageFactory(title=title)
    address = f"/admin/pages/{portal.enterprises.pk}/"
    html = admin_client.get(f"{address}?ordering=sort_key").content.decode()
    places = [html.index(title) for title in BY_PINYIN]
    assert places == sorted(places)
    assert "ordering=-sort_key" in html
    # Search has orders of its own, and must know this one too.
    assert admin_client.get(f"{address}?ordering=sort_key&q=一汽公司").status_code == 200
