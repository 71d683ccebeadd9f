"""Who runs the site: nothing that could pass for a real number, nothing missing that law asks for."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from cms.core.models import SiteIdentity
from tests.factories import Portal


def problems(identity: SiteIdentity) -> dict[str, list[str]]:
    try:
        identity.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def test_fresh_identity_is_valid_and_claims_nothing(portal: Portal) -> None:
    identity = SiteIdentity(site=portal.site)
    assert problems(identity) == {}
    assert identity.mode == SiteIdentity.Mode.UNSET
    claims = ("site_code", "organiser", "contact", "icp_number", "police_number", "report_url")
    assert {getattr(identity, name) for name in claims} == {""}


@pytest.mark.parametrize("code", ["", "2201000001", "bm12345678", "N000012345"])
def test_site_code_has_one_of_the_three_forms(portal: Portal, code: str) -> None:
    assert problems(SiteIdentity(site=portal.site, site_code=code)) == {}


@pytest.mark.parametrize(
    "code",
    [
        "220100001",
        "22010000011",
        "BM12345678",
        "bm1234567",
        "bm123456789",
        "n000012345",
        "NN00012345",
        "22010000a1",
        "2201 00001",
        "220100001\n",
        "２２０１０００００１",
        "吉201000001",
    ],
)
def test_anything_else_is_no_site_code(portal: Portal, code: str) -> None:
    assert set(problems(SiteIdentity(site=portal.site, site_code=code))) == {"site_code"}


@pytest.mark.parametrize("mode", ["government_column", "department"])
def test_government_site_names_its_organiser(portal: Portal, mode: str) -> None:
    identity = SiteIdentity(site=portal.site, mode=mode)
    assert problems(identity) == {"organiser": ["政府网站必须填写主办单位。"]}
    identity.organiser = "长春市××局"
    assert problems(identity) == {}


@pytest.mark.parametrize("mode", ["unset", "media"])
def test_other_sites_need_no_organiser(portal: Portal, mode: str) -> None:
    assert problems(SiteIdentity(site=portal.site, mode=mode)) == {}
