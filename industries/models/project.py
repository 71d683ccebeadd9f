from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable

from cms.core.forms import BasePageForm
from cms.core.models import BasePage, IndexPage
from industries.models.enterprise import EnterprisePage
from industries.models.entity import SectoralPage, sectors_field, with_sectors
from industries.models.fact import Observation, Statement


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

    class Meta:
        verbose_name = "项目栏目"
        verbose_name_plural = "项目栏目"

    def items(self) -> Any:
        return with_stages(super().items())

    def prepare(self, items: list[Any]) -> list[Any]:
        return with_sectors(items)


def with_stages(projects: Any) -> Any:
    """Adds the stages that rest on visible statements, which a project's card shows, in one query."""
    stages = ProjectStage.objects.filter(statement__in=Statement.objects.visible().order_by())
    return projects.prefetch_related(Prefetch("stages", queryset=stages, to_attr="shown_stages"))


class ProjectPageForm(BasePageForm):
    """Checks the course of the stages as a whole; the message stands at the formset's head."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        formset = self.formsets.get("stages")
        if formset is not None and formset.is_valid() and not self.defer_required_fields:
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
        InlinePanel("enterprise_links", label="单位", heading="参与单位"),
        sectors_field(),
        FieldPanel("places"),
        FieldPanel("body"),
        FieldPanel("other_names"),
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

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from industries.models.place import PlacePage

        context = super().get_context(request, *args, **kwargs)
        statements = {s.pk: s for s in context["statements"]}
        stages = list(self.stages.all())
        missing = [s.statement_id for s in stages if s.statement_id not in statements]
        if missing:
            extra = Statement.objects.visible().for_display().filter(pk__in=missing)
            statements.update({s.pk: s for s in extra})
        context["stages"] = [
            {"label": stage.get_stage_display(), "statement": statements[stage.statement_id]}
            for stage in stages
            if stage.statement_id in statements
        ]
        context["enterprise_links"] = self.visible_enterprise_links()
        context["places"] = list(
            PlacePage.objects.visible()
            .defer_streamfields()
            .filter(pk__in=[place.pk for place in self.places.all()])
        )
        context["investment"] = (
            Observation.objects.visible().for_display().filter(pk=self.investment_id).first()
            if self.investment_id
            else None
        )
        return context


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
