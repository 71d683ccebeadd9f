"""Small, plausible records in Chinese. Pages go below their column, so ask for `portal` first.

SectorPageFactory(title="汽车")
ObservationFactory(value=30, hedge="余", indicator__unit="项")
StatementFactory(subjects=[page])
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import factory
import wagtail_factories
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Collection, PageViewRestriction, Site

from cms.core.models import BasePage, PortalImage, User
from home.models import HomePage, StandardPage
from industries.models import (
    DistributionPage,
    EnterpriseIndexPage,
    EnterprisePage,
    IndicatorIndexPage,
    IndicatorPage,
    NewsIndexPage,
    NewsPage,
    Observation,
    PlaceIndexPage,
    PlacePage,
    PolicyIndexPage,
    PolicyPage,
    ProjectIndexPage,
    ProjectPage,
    SectorIndexPage,
    SectorPage,
    Source,
    Statement,
    StatementSubject,
    Tier,
    TimelinePage,
)
from industries.models.source import SourceKind


class UserFactory(DjangoModelFactory):
    username = factory.Sequence(lambda n: f"editor-{n}")
    real_name = factory.Sequence(lambda n: f"编辑{n}")

    class Meta:
        model = User


class ImageFactory(wagtail_factories.ImageFactory):
    title = "厂房"
    description = "厂房外景"
    credit = "本站"
    collection = factory.LazyFunction(Collection.get_first_root_node)

    class Meta:
        model = PortalImage


class PageFactory(wagtail_factories.PageFactory):
    """A page of any type; published now, unless `live=False`."""

    slug = factory.Sequence(lambda n: f"page-{n}")
    live = True
    first_published_at = factory.LazyAttribute(lambda page: timezone.now() if page.live else None)
    last_published_at = factory.SelfAttribute("first_published_at")

    class Meta:
        abstract = True


class HomePageFactory(PageFactory):
    title = "长春产业门户"
    slug = "home"
    hero_line_1 = "长春产业"
    parent = factory.LazyFunction(BasePage.get_first_root_node)

    class Meta:
        model = HomePage


class ColumnFactory(PageFactory):
    """A page right below the home page."""

    parent = factory.LazyFunction(HomePage.objects.get)
    show_in_menus = True

    class Meta:
        abstract = True


class SectorIndexPageFactory(ColumnFactory):
    title, slug = "产业", "sectors"

    class Meta:
        model = SectorIndexPage


class ProjectIndexPageFactory(ColumnFactory):
    title, slug = "项目", "projects"

    class Meta:
        model = ProjectIndexPage


class EnterpriseIndexPageFactory(ColumnFactory):
    title, slug = "企业", "enterprises"

    class Meta:
        model = EnterpriseIndexPage


class PlaceIndexPageFactory(ColumnFactory):
    title, slug = "园区", "places"

    class Meta:
        model = PlaceIndexPage


class PolicyIndexPageFactory(ColumnFactory):
    title, slug = "政策", "policies"

    class Meta:
        model = PolicyIndexPage


class IndicatorIndexPageFactory(ColumnFactory):
    title, slug = "数据", "data"

    class Meta:
        model = IndicatorIndexPage


class NewsIndexPageFactory(ColumnFactory):
    title, slug = "动态", "news"

    class Meta:
        model = NewsIndexPage


class TimelinePageFactory(ColumnFactory):
    title, slug = "大事记", "timeline"

    class Meta:
        model = TimelinePage


class DistributionPageFactory(ColumnFactory):
    title, slug = "分布", "distribution"
    show_in_menus = False

    class Meta:
        model = DistributionPage


class StandardPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"关于本站{n}")
    parent = factory.LazyFunction(HomePage.objects.get)

    class Meta:
        model = StandardPage


class SourceFactory(DjangoModelFactory):
    key = factory.Sequence(lambda n: f"source-{n}")
    title = "长春日报报道"
    publisher = "长春日报"
    kind = SourceKind.MEDIA
    published = "2025-12-16"

    class Meta:
        model = Source


class TierFactory(DjangoModelFactory):
    key = factory.Sequence(lambda n: f"tier-{n}")
    name = "3转"
    title = "传统产业转型"
    order = factory.Sequence(int)

    class Meta:
        model = Tier


class FactFactory(DjangoModelFactory):
    source = factory.SubFactory(SourceFactory)
    locator = "第2段"

    class Meta:
        abstract = True


class StatementFactory(FactFactory):
    key = factory.Sequence(lambda n: f"statement-{n}")
    text = factory.Sequence(lambda n: f"第{n}号车间投产。")
    kind = "production"
    subjects: Any = ()

    class Meta:
        model = Statement

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        """`subjects` are pages; the model wants rows that point to them."""
        pages = kwargs.pop("subjects")
        return {**kwargs, "subjects": [StatementSubject(page_id=page.pk) for page in pages]}


class SectorPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"产业{n}")
    parent = factory.LazyFunction(SectorIndexPage.objects.get)

    class Meta:
        model = SectorPage

    class Params:
        tiered = factory.Trait(
            tier=factory.SubFactory(TierFactory), basis=factory.SubFactory(StatementFactory)
        )


class EnterprisePageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"企业{n}")
    parent = factory.LazyFunction(EnterpriseIndexPage.objects.get)

    class Meta:
        model = EnterprisePage
        # The model's own `parent` (its group) is left to tests: in a factory it is the place in the tree.


class PlacePageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"园区{n}")
    parent = factory.LazyFunction(PlaceIndexPage.objects.get)

    class Meta:
        model = PlacePage


class ProjectPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"项目{n}")
    parent = factory.LazyFunction(ProjectIndexPage.objects.get)

    class Meta:
        model = ProjectPage


class PolicyPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"政策{n}")
    parent = factory.LazyFunction(PolicyIndexPage.objects.get)

    class Meta:
        model = PolicyPage


class NewsPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"动态{n}")
    parent = factory.LazyFunction(NewsIndexPage.objects.get)
    source = factory.SubFactory(SourceFactory)

    class Meta:
        model = NewsPage


class IndicatorPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"指标{n}")
    parent = factory.LazyFunction(IndicatorIndexPage.objects.get)
    unit = "亿元"
    definition = "全市合计。"

    class Meta:
        model = IndicatorPage


class ObservationFactory(FactFactory):
    key = factory.Sequence(lambda n: f"observation-{n}")
    indicator = factory.SubFactory(IndicatorPageFactory)
    value = Decimal("4047.7")
    period = "2025"

    class Meta:
        model = Observation


def is_visible(page: BasePage) -> bool:
    """Whether any reader may see the page."""
    return bool(BasePage.objects.visible().filter(pk=page.pk).exists())


def make_private(page: BasePage) -> None:
    """Only people who have signed in may see `page` and what is below it."""
    PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)


@dataclass(frozen=True)
class Portal:
    """The pages that every portal has, as they were made: `refresh_from_db()` counts new children."""

    site: Site
    home: HomePage
    sectors: SectorIndexPage
    projects: ProjectIndexPage
    enterprises: EnterpriseIndexPage
    places: PlaceIndexPage
    policies: PolicyIndexPage
    data: IndicatorIndexPage
    news: NewsIndexPage
    timeline: TimelinePage
    distribution: DistributionPage


def make_portal() -> Portal:
    """Puts a home page with all its columns in the place of the welcome page that Wagtail migrates in."""
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    welcome.slug = "welcome"
    welcome.save()
    home = HomePageFactory()
    site.root_page = home
    site.save()
    welcome.delete()
    home.refresh_from_db()
    portal = Portal(
        site=site,
        home=home,
        sectors=SectorIndexPageFactory(),
        projects=ProjectIndexPageFactory(),
        enterprises=EnterpriseIndexPageFactory(),
        places=PlaceIndexPageFactory(),
        policies=PolicyIndexPageFactory(),
        data=IndicatorIndexPageFactory(),
        news=NewsIndexPageFactory(),
        timeline=TimelinePageFactory(),
        distribution=DistributionPageFactory(),
    )
    home.refresh_from_db()
    return portal
