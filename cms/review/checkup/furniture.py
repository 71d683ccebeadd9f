"""Is there what has to stand around every page: who runs the site, and the statements it owes its readers?"""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from cms.core.models import BasePage, SiteIdentity
from cms.core.models.identity import SITE_CODE
from cms.review.checkup import TAGS, Concern, Group, Level, Verdict, found, inspection, ok, page_concern
from cms.review.checkup.columns import ago

Mode = SiteIdentity.Mode
GOVERNMENT = {Mode.GOVERNMENT_COLUMN, Mode.DEPARTMENT}
# What each kind of site has to show; what the rules ask of every site in mainland China comes last.
OF_ALL = ("organiser", "contact", "icp_number", "police_number")
REQUIRED = {
    Mode.GOVERNMENT_COLUMN: ("name", "site_code", "report_url", *OF_ALL),
    Mode.DEPARTMENT: ("name", "site_code", "report_url", *OF_ALL),
    Mode.MEDIA: ("name", *OF_ALL),
    Mode.UNSET: ("name", *OF_ALL),
}
A_YEAR = timedelta(days=365)
ACCESSIBILITY = "accessibility"


def identities() -> list[tuple[Site, SiteIdentity]]:
    """Each site with who runs it; an identity that nobody has saved yet is blank."""
    known = {identity.site_id: identity for identity in SiteIdentity.objects.all()}
    sites = Site.objects.order_by("pk")
    return [(site, known.get(site.pk) or SiteIdentity(site=site)) for site in sites]


def identity_url(site: Site) -> str:
    return reverse("wagtailsettings:edit", args=["core", "siteidentity", site.pk])


def missing(identity: SiteIdentity) -> list[str]:
    """Names of the values that this kind of site must have and that are empty or wrong."""
    wanted = REQUIRED[Mode(identity.mode)]
    absent = [name for name in wanted if not getattr(identity, name)]
    if identity.site_code and not re.match(SITE_CODE, identity.site_code):
        absent.append("site_code")
    return [str(SiteIdentity._meta.get_field(name).verbose_name) for name in dict.fromkeys(absent)]


@inspection(
    "identity",
    title="网站身份",
    group=Group.IDENTITY,
    rule="政府网站有标识码（10位）、主办单位、联系方式、备案号和“找错”入口；其他网站有主办单位、联系方式和备案号。",
    basis=f"{TAGS}；互联网信息服务管理办法",
)
def identity_is_complete() -> Verdict:
    concerns, level = [], Level.OK
    for site, identity in identities():
        lacking = missing(identity)
        said = ["网站性质尚未确定"] if identity.mode == Mode.UNSET else []
        said += [f"没有填写：{'、'.join(lacking)}"] if lacking else []
        if said:
            concerns.append(Concern(identity.name, identity_url(site), "；".join(said)))
            fails = bool(lacking) and identity.mode in GOVERNMENT
            level = Level.FAIL if fails or level is Level.FAIL else Level.WARN
    if concerns:
        return found(level, "网站身份还没有填全。没有号码的不要编造。", concerns)
    return ok("网站身份填写齐全。")


@inspection(
    "accessibility-statement",
    title="无障碍声明",
    group=Group.ACCESS,
    rule="有公开的无障碍声明（首页之下，地址为accessibility），一年之内复核过。",
    basis="无障碍环境建设法第32条",
)
def accessibility_statement_is_current() -> Verdict:
    concerns, level = [], Level.OK
    for site, identity in identities():
        below = BasePage.objects.visible().filter(url_path=f"{site.root_page.url_path}{ACCESSIBILITY}/")
        page = below.first()
        if page is None:
            parent = reverse("wagtailadmin_explore", args=[site.root_page_id])
            concerns.append(Concern(identity.name, parent, "没有公开的无障碍声明"))
            level = Level.FAIL
        elif page.last_published_at is None or page.last_published_at < timezone.now() - A_YEAR:
            said = f"上次发布：{ago(page.last_published_at)}" if page.last_published_at else "没有发布记录"
            concerns.append(page_concern(page, f"{said}，请复核后重新发布"))
            level = level if level is Level.FAIL else Level.WARN
    if concerns:
        return found(level, "无障碍声明缺少，或者一年没有复核。", concerns)
    return ok("有无障碍声明，一年之内发布或复核过。")
