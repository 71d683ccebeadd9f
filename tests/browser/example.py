"""A small portal with a page of every type and a fact of every status, for real browsers to read."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.management import call_command

from cms.core.models import BasePage, SiteIdentity, Tombstone
from home.models import HomeFeature, HomeFigure
from industries.models import (
    ChainSegment,
    EnterpriseSector,
    NewsSubject,
    Observation,
    PolicyMeasure,
    ProjectEnterprise,
    ProjectStage,
    SectorFigure,
    StatementSubject,
)
from tests import factories
from tests.factories import ObservationFactory, Portal, StatementFactory, make_portal

NEWS_TITLE = "汽车工业产值再上新台阶"
DOUBT = "两家媒体写的数值不同，以统计部门公布的为准。"
LINES = "年份\t长春\t全国\n2022\t10\t14\n2023\t\t15\n2024\t15.5\t16"
BARS = "环节\t节省\n电池托盘\t136.8\n线束\t0\n电机\t"
NOWHERE = "无此词语"
PASSWORD = "changchun-2025"
# Sign-in names and what they may do; each is a person of that name.
PEOPLE = {"王岚": "编辑", "李默": "初审", "张远": "审核", "赵静": "审发", "孙平": "审计员", "钱立": "管理员"}


def make_example() -> dict[str, str]:
    """Fills an empty database; gives an address for every type of page and public view."""
    return Example(make_portal()).addresses()


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid4())}


def figure(observation: Observation) -> str:
    return f'<embed embedtype="observation" id="{observation.pk}"/>'


class Example:
    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.media = factories.SourceFactory(url="https://example.org/baodao", note="报纸报道。")
        self.official = factories.SourceFactory(
            title="统计公报", publisher="市统计局", kind="official", published="2025-03"
        )
        self.make_sectors()
        self.make_figures()
        self.make_entities()
        self.make_news()
        self.make_frame()

    def make_sectors(self) -> None:
        tiers = [
            factories.TierFactory(
                name="3转", title="传统产业转型", hue="pine", size=3, strategy="稳住存量。"
            ),
            factories.TierFactory(name="4强", title="优势产业壮大", hue="amber", size=4, note="名单待公布。"),
            factories.TierFactory(name="7新", title="新兴产业培育", hue="iris", size=7),
        ]
        basis = StatementFactory(text="实施方案把汽车列为传统产业。", kind="layout", source=self.official)
        names = ("汽车", "光电信息", "低空经济")
        self.cars, self.light, self.air = (
            factories.SectorPageFactory(
                title=name, summary=f"{name}产业的概况。", tier=tier, basis=basis, position="全市产业的支柱。"
            )
            for name, tier in zip(names, tiers, strict=True)
        )
        basis.subjects = [StatementSubject(page_id=self.cars.pk)]
        basis.save()
        self.electric = factories.SectorPageFactory(
            parent=self.cars, title="新能源汽车", summary="纯电、混动。"
        )

    def make_figures(self) -> None:
        self.output = factories.IndicatorPageFactory(
            title="汽车工业产值", summary="规模以上汽车工业企业的产值合计。", method="来源没有说明口径。"
        )
        self.output.sectors = [self.cars]
        self.output.other_names = "汽车产值"
        self.output.save()
        self.share = factories.IndicatorPageFactory(title="新能源汽车占比", unit="%")
        self.share.sectors = [self.electric]
        self.share.save()
        about = {"indicator": self.output, "source": self.media}
        self.total = ObservationFactory(
            **about, value="4047.7", period="2025-01/2025-11", checked_on="2025-12-20"
        )
        self.observations = [
            self.total,
            ObservationFactory(**about, value="3800", period="2024", status="official", hedge="约"),
            ObservationFactory(
                **about, value="3900", period="2023", status="pending", note="尚未找到统计公报。"
            ),
            ObservationFactory(**about, value="120", period="2022", status="disputed", note=DOUBT),
            ObservationFactory(
                **about, value="100", hedge="级", period="", status="enterprise", subject=self.cars
            ),
        ]
        self.ratio = ObservationFactory(
            indicator=self.share, value="31.5", hedge="以上", source=self.official
        )

    def body(self) -> str:
        """Every kind of block; figures in two paragraphs and a note."""
        total, ratio, doubted = self.total, self.ratio, self.observations[3]
        image = factories.ImageFactory()
        link = f'<a linktype="page" id="{self.light.pk}">光电信息</a>'
        blocks = [
            block("heading", "产值"),
            block("paragraph", f"<p>全市汽车工业产值为{figure(total)}，比重{figure(ratio)}。</p>"),
            block("paragraph", f"<p>另一种说法是{figure(doubted)}。参见{link}。</p><ol><li>整车</li></ol>"),
            block("key_figures", {"title": "关键数字", "observations": [total.pk, ratio.pk]}),
            block("heading", "怎样理解"),
            block("note", {"title": "口径", "text": f"<p>{figure(total)}是<b>前11个月</b>的合计。</p>"}),
            block("quote", {"text": "把链条补齐。", "attribution": "某负责人"}),
            block("chart", {"title": "产值回升", "kind": "line", "indicator": self.output.pk}),
            block(
                "chart",
                {"title": "两条线越走越近", "kind": "line", "unit": "%", "data": LINES, "source": "报道"},
            ),
            block(
                "chart", {"title": "省在哪里", "kind": "bars", "unit": "元", "data": BARS, "source": "报道"}
            ),
            block(
                "image",
                {
                    "image": {"image": image.pk, "decorative": False, "alt_text": "总装车间"},
                    "caption": "车间",
                },
            ),
            block("related", {"title": "延伸阅读", "pages": [self.light.pk, self.electric.pk]}),
        ]
        return json.dumps(blocks)

    def make_entities(self) -> None:
        body = self.body()
        self.place = factories.PlacePageFactory(
            title="北湖未来科学城",
            summary="科研机构聚集。",
            district="kuancheng",
            zone="长春新区（北湖）",
            body=body,
        )
        self.place.sectors = [self.cars, self.light]
        self.place.save()
        self.company = factories.EnterprisePageFactory(
            title="长春汽车厂",
            summary="整车企业。",
            full_name="长春汽车厂有限公司",
            english_name="Changchun Motor Works",
            other_names="汽车厂\n长汽",
            former_names="长春机械厂",
            stock_code="600001",
            location=self.place,
            sector_links=[
                EnterpriseSector(sector_id=self.cars.pk, position="midstream", role="整车"),
                EnterpriseSector(sector_id=self.air.pk),
            ],
            body=body,
        )
        signed, opened = (
            StatementFactory(text=text, kind="construction", period=period, status=status, note=note)
            for text, period, status, note in (
                ("繁荣工厂二期签约。", "2023-04-14", "media", ""),
                ("繁荣工厂二期投产。", "2025-06", "pending", "投产日期只见于一家媒体。"),
            )
        )
        self.project = factories.ProjectPageFactory(
            title="繁荣工厂二期",
            summary="新能源汽车基地。",
            other_names="二期工厂",
            checked_on="2025-12-20",
            investment=ObservationFactory(
                indicator__title="投资额", value="103", hedge="超", period="2023-04"
            ),
            stages=[
                ProjectStage(stage="signed", statement=signed),
                ProjectStage(stage="operating", statement=opened),
            ],
            enterprise_links=[ProjectEnterprise(enterprise_id=self.company.pk, role="建设单位")],
            body=body,
        )
        self.project.sectors, self.project.places = [self.electric], [self.place]
        self.project.save()
        self.policy = factories.PolicyPageFactory(
            title="汽车产业上台阶工程方案",
            summary="三年目标和措施。",
            issuer="长春市人民政府",
            issued="2025-03",
            valid="2025/2027",
            measures=[PolicyMeasure(text="支持零部件本地配套。"), PolicyMeasure(text="建设试车场。")],
            body=body,
        )
        self.policy.sectors = [self.cars]
        self.policy.save()
        self.opened = opened
        for statement in (signed, opened):
            statement.subjects = [StatementSubject(page_id=self.project.pk)]
            statement.save()
        for page in (self.place, self.company, self.policy, self.cars):
            StatementFactory(
                text=f"{page.title}被列入名单。", period="2024-11", subjects=[page, self.project]
            )
        for page in (self.place, self.company, self.policy, self.project):
            ObservationFactory(indicator__title=f"{page.title}相关人数", indicator__unit="人", subject=page)
        self.cars.body = body
        self.cars.headline_figures = [SectorFigure(observation=o) for o in (self.total, self.ratio)]
        self.cars.value_chain = [
            ChainSegment(position=position, name=name, description="本地有企业。")
            for position, name in (("upstream", "零部件"), ("midstream", "整车"), ("downstream", "出行服务"))
        ]
        self.cars.save()

    def make_news(self) -> None:
        pages = (self.cars, self.company, self.project)
        self.news = factories.NewsPageFactory(
            title=NEWS_TITLE,
            summary="前11个月产值和背后的项目。",
            kicker="新春走基层",
            source=self.media,
            original_published="2025-12-16",
            editor="李雪",
            about=[NewsSubject(page_id=page.pk) for page in pages],
            body=self.body(),
        )
        for _ in range(3):
            factories.NewsPageFactory(summary="一条短讯。", kicker="短讯")

    def make_frame(self) -> None:
        self.standard = factories.StandardPageFactory(
            title="关于本站", summary="怎样标明出处。", body=self.body()
        )
        home = self.portal.home
        home.hero_line_2, home.hero_lede = "条条有据", "每个数字都能查到出处。"
        home.headline_figures = [HomeFigure(observation=o) for o in self.observations[:4]]
        home.featured = [HomeFeature(page_id=page.pk) for page in (self.project, self.place)]
        home.save()
        self.portal.site.site_name = "长春产业门户"
        self.portal.site.save()
        SiteIdentity.objects.create(
            site=self.portal.site,
            mode="department",
            tagline="长春的产业，逐条有据。",
            organiser="长春市××局",
            contact="0431-00000000",
            report_url="https://example.org/zhaocuo",
        )
        why = "来源已经撤稿。"
        Tombstone.objects.create(
            path="/projects/chexia/", title="试车场", reason=why, replacement=self.project
        )
        Tombstone.objects.create(path="/facts/chehui/", title="一条陈述", reason=why)
        call_command("set_up_roles", stdout=StringIO())
        for name, role in PEOPLE.items():
            person = factories.UserFactory(username=name, real_name=name)
            person.set_password(PASSWORD)
            person.save()
            person.groups.set(Group.objects.filter(name=role))

    def addresses(self) -> dict[str, str]:
        pages: dict[str, BasePage] = {
            "home": self.portal.home,
            "sectors": self.portal.sectors,
            "sector": self.cars,
            "projects": self.portal.projects,
            "project": self.project,
            "enterprises": self.portal.enterprises,
            "enterprise": self.company,
            "places": self.portal.places,
            "place": self.place,
            "policies": self.portal.policies,
            "policy": self.policy,
            "data": self.portal.data,
            "indicator": self.output,
            "news-list": self.portal.news,
            "news": self.news,
            "timeline": self.portal.timeline,
            "distribution": self.portal.distribution,
            "standard": self.standard,
        }
        projects = self.portal.projects.get_url()
        fact = self.observations[3].key
        return {name: page.get_url() for name, page in pages.items()} | {
            "filtered": f"{projects}?sectors={self.electric.slug}&stage=operating",
            "filtered-empty": f"{projects}?q={NOWHERE}&kind=bridge&page=x",
            "fact": f"/facts/{fact}/",
            "statement": f"/facts/{self.opened.key}/",
            "fact-gone": "/facts/chehui/",
            "embed": f"/embed/data/{self.output.slug}/",
            "search": "/search/?q=汽车",
            "search-empty": "/search/",
            "search-none": f"/search/?q={NOWHERE}",
            "site-map": "/site-map/",
            "correction": f"/corrections/new/?page={self.news.pk}&fact={fact}",
            "correction-thanks": "/corrections/thanks/",
            "not-found": "/projects/page/",
            "gone": "/projects/chexia/",
        }
