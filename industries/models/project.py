from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel

from cms.core.facets import ChoiceFacet, Facet
from cms.core.forms import BasePageForm
from cms.core.listing import Order
from cms.core.models import BasePage, IndexPage
from cms.core.models.index import BY_DATE, BY_PINYIN
from cms.core.models.orderable import Orderable
from industries.models.enterprise import EnterprisePage
from industries.models.entity import SectoralPage, sectors_field, with_sectors
from industries.models.fact import Observation, Statement
from industries.models.filters import place_facet, sector_facet


class ProjectKind(models.TextChoices):
    CONSTRUCTION = "construction", "建设项目"
    PRODUCT = "product", "产品与技术"
    UPGRADE = "upgrade", "改造与试点"
    EVENT = "event", "展会活动"
    COOPERATION = "cooperation", "合作与开放"
    LIVELIHOOD = "livelihood", "民生工程"


class StageKind(models.TextChoices):
    """Stages of a project, in the order in which they happen."""

    SIGNED = "signed", "签约"
    STARTED = "started", "开工"
    BUILDING = "building", "在建"
    COMPLETED = "completed", "竣工"
    OPERATING = "operating", "投产"
    MASS_PRODUCTION = "mass_production", "量产"
    FULL_CAPACITY = "full_capacity", "达效"


STAGE_ORDER = list(StageKind)


def stage_problem(stages: list[tuple[str, Statement | None]]) -> str:
    """Why these (stage, statement) pairs, in the order given, are no sensible course; empty if they are.

    Each stage comes once and in order, and none ends before an earlier one began.
    """
    latest: tuple[Any, str] | None = None
    previous = -1
    for kind, statement in stages:
        position = STAGE_ORDER.index(StageKind(kind))
        name = StageKind(kind).label
        if position == previous:
            return f"阶段“{name}”重复。"
        if position < previous:
            return f"阶段“{name}”应排在“{STAGE_ORDER[previous].label}”之前。"
        previous = position
        if statement is None or statement.ends is None:
            continue
        if latest and statement.ends < latest[0]:
            return f"“{name}”的时间早于“{latest[1]}”。"
        began = statement.starts or statement.ends
        if latest is None or began > latest[0]:
            latest = (began, name)
    return ""


class ProjectIndexPage(IndexPage):
    subpage_types = ["industries.ProjectPage"]
    parent_page_types = ["home.HomePage"]
    template = "industries/project_index.html"
    content_type_key = "project_index"
    column_type = "工作动态"
    export = "projects"
    counted_as = "个项目"
    text_fields = ("title", "summary", "other_names")
    orders = (
        Order(key="stage", label="最近进展", by=(F("stage_date").desc(nulls_last=True), "sort_key")),
        BY_PINYIN,
        BY_DATE,
    )

    class Meta:
        verbose_name = "项目栏目"
        verbose_name_plural = "项目栏目"

    def items(self) -> Any:
        return with_stages(super().items()).annotate(
            stage=latest_stage_value("stage"), stage_date=latest_stage_value("statement__ends")
        )

    def facets(self) -> list[Facet]:
        return [
            sector_facet("sectors"),
            ChoiceFacet(name="kind", label="类别", lookup="kind", labels=dict(ProjectKind.choices)),
            ChoiceFacet(name="stage", label="最近阶段", lookup="stage", labels=dict(StageKind.choices)),
            place_facet("places"),
        ]

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_investments(with_sectors(items))


def latest_stage_value(field: str) -> Any:
    """Subquery: `field` of the last stage that a project has reached by a visible statement."""
    position = Case(*(When(stage=kind, then=Value(at)) for at, kind in enumerate(STAGE_ORDER)))
    stages = ProjectStage.objects.filter(
        project=OuterRef("pk"), statement__in=Statement.objects.visible().order_by()
    )
    return Subquery(stages.order_by(position.desc()).values(field)[:1])


def with_investments(projects: list[Any]) -> list[Any]:
    """Gives each project the visible figure of its investment, in one query for all of them."""
    figures = Observation.objects.visible().for_display().in_bulk([p.investment_id for p in projects])
    for project in projects:
        project.shown_investment = figures.get(project.investment_id)
    return projects


def with_stages(projects: Any) -> Any:
    """Adds the stages that rest on visible statements, which a project's card shows, in one query."""
    stages = ProjectStage.objects.filter(statement__in=Statement.objects.visible().order_by())
    return projects.prefetch_related(Prefetch("stages", queryset=stages, to_attr="shown_stages"))


class ProjectPageForm(BasePageForm):
    """Checks the course of the stages as a whole; the message stands at the formset's head."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        formset = self.formsets.get("stages")
        if formset is not None and formset.is_valid() and not self.is_deferred_validation:
            rows = [
                form.cleaned_data
                for form in formset.ordered_forms
                if form.cleaned_data and not form.cleaned_data.get("DELETE")
            ]
            problem = stage_problem([(row["stage"], row["statement"]) for row in rows])
            if problem:
                self.add_error(None, f"建设进度：{problem}")
        return cleaned


class ProjectPage(SectoralPage):
    """A project, product, event or programme, with the stages it has gone through."""

    base_form_class = ProjectPageForm

    kind = models.CharField("类别", max_length=16, choices=ProjectKind, default=ProjectKind.CONSTRUCTION)
    places = ParentalManyToManyField(
        "industries.PlacePage", verbose_name="所在园区", blank=True, related_name="projects"
    )
    investment = models.ForeignKey(
        Observation,
        verbose_name="投资",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_on = models.DateField("最近核对", null=True, blank=True)

    template = "industries/project.html"
    parent_page_types = ["industries.ProjectIndexPage"]
    subpage_types: list[str] = []
    content_type_key = "project"
    sections = (
        ("stages", "建设进度"),
        ("milestones", "大事"),
        ("claims", "有据可查"),
        ("siblings", "相关项目"),
        ("news", "动态"),
    )
    content_fields = (
        "title",
        "summary",
        "other_names",
        "kind",
        "sectors",
        "enterprise_links",
        "places",
        "investment",
        "stages",
        "checked_on",
        "body",
    )
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("kind"), FieldPanel("checked_on")]), FieldPanel("investment")],
            "概况",
        ),
        InlinePanel("stages", label="阶段", heading="建设进度"),
        FieldPanel("body"),
        FieldPanel("other_names"),
    ]
    relation_panels = [
        InlinePanel("enterprise_links", label="单位", heading="参与单位"),
        sectors_field(),
        FieldPanel("places"),
    ]

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"

    @property
    def latest_stage(self) -> ProjectStage | None:
        """The last stage reached, of those that `with_stages` found visible."""
        # No class attribute may stand in for it: Django would take the prefetch for done.
        stages: Sequence[ProjectStage] = getattr(self, "shown_stages", ())
        return max(stages, key=lambda s: STAGE_ORDER.index(StageKind(s.stage)), default=None)

    @property
    def progress(self) -> list[tuple[str, bool]]:
        """All stages in order, each with whether `with_stages` found it reached; empty where none was."""
        reached = {stage.stage for stage in getattr(self, "shown_stages", ())}
        return [(stage.label, stage in reached) for stage in STAGE_ORDER] if reached else []

    def clean(self) -> None:
        super().clean()
        if problem := stage_problem([(s.stage, s.statement) for s in self.stages.all()]):
            raise ValidationError(f"建设进度：{problem}")

    def visible_enterprise_links(self) -> list[ProjectEnterprise]:
        """Links to visible enterprises, each with its enterprise; in a preview, those of the form."""
        links = list(self.enterprise_links.all())
        visible = EnterprisePage.objects.visible().defer_streamfields()
        enterprises = visible.in_bulk([link.enterprise_id for link in links])
        shown = [link for link in links if link.enterprise_id in enterprises]
        for link in shown:
            link.enterprise = enterprises[link.enterprise_id]
        return shown

    def reached(self, known: list[Statement]) -> dict[str, Statement]:
        """The visible statement of each stage reached; mostly they are among those about the project."""
        statements = {s.pk: s for s in known}
        stages = list(self.stages.all())
        missing = [s.statement_id for s in stages if s.statement_id not in statements]
        if missing:
            extra = Statement.objects.visible().for_display().filter(pk__in=missing)
            statements.update({s.pk: s for s in extra})
        return {s.stage: statements[s.statement_id] for s in stages if s.statement_id in statements}

    def visible_investment(self, known: list[Observation]) -> Observation | None:
        """The visible figure of the investment; mostly it is among those about the project."""
        if self.investment_id is None:
            return None
        found = next((o for o in known if o.pk == self.investment_id), None)
        return found or Observation.objects.visible().for_display().filter(pk=self.investment_id).first()

    def siblings(self, links: list[ProjectEnterprise], sectors: list[Any]) -> list[ProjectPage]:
        """Other visible projects of the same enterprises, then of the same sectors, six at most."""
        shared = ProjectEnterprise.objects.filter(enterprise__in=[link.enterprise_id for link in links])
        alike = ProjectPage.sectors.through.objects.filter(sectorpage__in=[sector.pk for sector in sectors])
        near = ProjectPage.objects.visible().defer_streamfields().exclude(pk=self.pk)
        near = near.annotate(
            same_enterprise=Exists(shared.filter(project=OuterRef("pk"))),
            same_sector=Exists(alike.filter(projectpage=OuterRef("pk"))),
        ).filter(Q(same_enterprise=True) | Q(same_sector=True))
        return list(with_stages(near.order_by("-same_enterprise", "path"))[:6])

    def told_elsewhere(self, context: dict[str, Any]) -> set[int]:
        """What stages rest on stands with the stages."""
        return {stage["statement"].pk for stage in context["stages"] if stage["statement"]}

    def unknown(self, context: dict[str, Any]) -> list[str]:
        """Only something that is built has a course, a sum and a place."""
        built = self.kind in {ProjectKind.CONSTRUCTION, ProjectKind.UPGRADE}
        expected = {
            "投资": not built or context["investment"],
            "建设进度": not built or context["stages"],
            "参与单位": context["enterprise_links"],
            "所在园区": not built or context["places"],
        }
        return [name for name, known in expected.items() if not known]

    def relations(self, context: dict[str, Any]) -> dict[str, Any]:
        from industries.models.place import PlacePage

        related = super().relations(context)
        links = self.visible_enterprise_links()
        places = PlacePage.objects.visible().defer_streamfields()
        return {
            **related,
            "stages": stage_line(self.reached(context["statements"])),
            "enterprise_links": links,
            "places": list(places.filter(pk__in=[place.pk for place in self.places.all()])),
            "investment": self.visible_investment(context["observations"]),
            "siblings": self.siblings(links, related["sectors"]),
        }


def stage_line(reached: dict[str, Statement]) -> list[dict[str, Any]]:
    """All stages in order, each with the statement that it was reached, or None where nothing reports it.

    `current` marks the latest stage reached, `passed` that one and those before it, reported or not.
    Empty where none was.
    """
    if not reached:
        return []
    latest = max(STAGE_ORDER.index(StageKind(stage)) for stage in reached)
    return [
        {
            "label": stage.label,
            "statement": reached.get(stage),
            "passed": position <= latest,
            "current": position == latest,
        }
        for position, stage in enumerate(STAGE_ORDER)
    ]


class ProjectStage(Orderable):
    """A stage reached, resting on a statement that carries its date and source."""

    project = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField("阶段", max_length=16, choices=StageKind)
    statement = models.ForeignKey(
        Statement, verbose_name="依据", on_delete=models.PROTECT, related_name="project_stages"
    )

    content_fields = ("stage", "statement")
    panels = [FieldPanel("stage"), FieldPanel("statement")]

    class Meta(Orderable.Meta):
        verbose_name = "建设阶段"
        verbose_name_plural = "建设阶段"
        constraints = [
            models.UniqueConstraint(
                fields=("project", "stage"),
                name="project_stage_once",
                violation_error_message="同一阶段只填一次。",
            )
        ]


class ProjectEnterprise(Orderable):
    project = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="enterprise_links")
    enterprise = models.ForeignKey(
        EnterprisePage, verbose_name="单位", on_delete=models.CASCADE, related_name="project_links"
    )
    role = models.CharField("角色", max_length=60, blank=True, help_text="例：建设单位、研制单位。")

    content_fields = ("enterprise", "role")
    panels = [PageChooserPanel("enterprise"), FieldPanel("role")]

    class Meta(Orderable.Meta):
        verbose_name = "参与单位"
        verbose_name_plural = "参与单位"
