"""Sourced facts: everything a reader is asked to believe."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import DraftStateMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from cms.core.binrule import RecordsOutsideBin, bin_open
from cms.core.drafts import OpensDespiteDeletions
from cms.core.models import BasePage, Correction
from cms.core.models.orderable import Orderable
from cms.core.models.page import not_expired
from cms.core.visibility import in_private_section
from industries import period
from industries.models.source import Source
from industries.models.vocabulary import (
    AFTER_NUMBER,
    BEFORE_NUMBER,
    PRECISIONS,
    STATUS_MEANINGS,
    Hedge,
    StatementKind,
    Status,
)
from industries.period import PeriodField


def new_key() -> str:
    """A fact's permanent name where its editor gives none; no letters that read alike."""
    return get_random_string(10, "abcdefghjkmnpqrstuvwxyz23456789")


class SourcedFact(
    OpensDespiteDeletions, WorkflowMixin, DraftStateMixin, RevisionMixin, index.Indexed, models.Model
):
    """What every fact carries: where it comes from, when it holds, how sure it is."""

    key = models.SlugField(
        "标识", max_length=80, unique=True, default=new_key, help_text="永久地址的一部分，发布后不要再改。"
    )
    source = models.ForeignKey(
        Source, verbose_name="来源", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    locator = models.CharField(
        "出处位置", max_length=80, blank=True, help_text="在来源中的位置，例：硕果盈枝·第2段。"
    )
    quote = models.TextField("原文摘录", blank=True, help_text="所依据的原句，逐字抄录。")
    period = PeriodField("时间")
    starts = models.DateField(null=True, editable=False)
    ends = models.DateField(null=True, editable=False)
    precision = models.CharField(max_length=8, blank=True, editable=False)
    status = models.CharField("核实状态", max_length=10, choices=Status, default=Status.MEDIA)
    note = models.CharField("公开说明", max_length=400, blank=True, help_text="待核、存疑时必填：疑在哪里。")
    checked_on = models.DateField("核对日期", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入者",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    fact_fields: ClassVar[tuple[str, ...]] = (
        "source",
        "locator",
        "quote",
        "status",
        "note",
        "checked_on",
    )
    fact_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldPanel("locator"),
                FieldPanel("quote"),
            ],
            "来源",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("status"), FieldPanel("checked_on")]),
                FieldPanel("note"),
                FieldPanel("key"),
            ],
            "核实",
        ),
    ]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__gte=F("starts")),
                name="%(class)s_ends_after_start",
                violation_error_message="时间的结束早于开始。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["pending", "disputed"]) | ~Q(note=""),
                name="%(class)s_doubt_has_note",
                violation_error_message="待核、存疑的内容必须写明公开说明。",
            ),
        ]

    @property
    def period_label(self) -> str:
        return period.label(self.period)

    @property
    def precision_label(self) -> str:
        """How finely the source tells the time (年, 月 …); empty where it tells none."""
        return PRECISIONS.get(self.precision, "")

    @property
    def status_meaning(self) -> str:
        return STATUS_MEANINGS[Status(self.status)]

    @property
    def known_corrections(self) -> int:
        """How many corrections have been fetched with the fact; 0 where none were, without asking."""
        fetched = getattr(self, "_prefetched_objects_cache", {}).get("corrections")
        return 0 if fetched is None else len(fetched)

    @property
    def is_doubtful(self) -> bool:
        return self.status in {Status.PENDING, Status.DISPUTED}

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.is_doubtful and not self.note:
            errors["note"] = "待核、存疑的内容必须写明疑在哪里，读者会看到这段说明。"
        if not self.locator and not self.quote:
            errors["locator"] = "请写明在来源中的位置，或抄录所依据的原句。"
        if any(other.objects.filter(key=self.key).exists() for other in FACTS if not isinstance(self, other)):
            errors["key"] = "这个标识已用于另一类事实，永久地址会相同。"
        if self.checked_on and self.checked_on > timezone.localdate():
            errors["checked_on"] = "核对日期不能晚于今天。"
        if errors:
            raise ValidationError(errors)

    def validate_unique(self, *args: Any, **kwargs: Any) -> None:
        self.unlike_all(super().validate_unique, *args, **kwargs)

    def validate_constraints(self, *args: Any, **kwargs: Any) -> None:
        self.unlike_all(super().validate_constraints, *args, **kwargs)

    def unlike_all(self, validate: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Also unlike what is in the recycle bin: the database makes no difference."""
        try:
            with bin_open():
                validate(*args, **kwargs)
        except ValidationError as error:
            validate(*args, **kwargs)  # raises where the one that stands in the way can be seen
            message = (
                "回收站里有一条相同的（同一标识，或同一指标、对象、时间和来源），请先把那一条还原或彻底删除。"
            )
            raise ValidationError(message) from error

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.apply_period()
        super().full_clean(*args, **kwargs)

    def apply_period(self) -> None:
        """Keeps the sortable dates in step with the period's text (left as it is where it is invalid)."""
        try:
            self.period = period.normalise(self.period)
        except ValidationError:
            return
        parsed = period.parse(self.period) if self.period else None
        self.starts = parsed.starts if parsed else None
        self.ends = parsed.ends if parsed else None
        self.precision = parsed.precision.value if parsed else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.apply_period()
        super().save(*args, **kwargs)


class FactManager(RecordsOutsideBin, models.Manager[Any]):
    """Facts without those in the recycle bin."""


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible(self) -> ObservationQuerySet:
        """Live figures of a visible indicator, about the whole city or about a visible page."""
        pages = BasePage.objects.visible().order_by().values("pk")
        return self.filter(
            Q(subject__isnull=True) | Q(subject__in=pages),
            not_expired(),
            live=True,
            indicator__in=pages,
        )

    def for_display(self) -> ObservationQuerySet:
        """With all that a figure and its source mark show, in one query."""
        return self.select_related("indicator", "source", "subject")


class Observation(SourcedFact, ClusterableModel):
    """A number: the value of an indicator, for a subject, over a period, from one source."""

    objects: ClassVar[Any] = FactManager.from_queryset(ObservationQuerySet)()

    indicator = models.ForeignKey(
        "industries.IndicatorPage",
        verbose_name="指标",
        on_delete=models.PROTECT,
        related_name="observations",
    )
    subject = models.ForeignKey(
        BasePage,
        verbose_name="对象",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="observations_about",
        help_text="数值说的是哪个页面（企业、项目、园区…）；留空表示全市。",
    )
    value = models.DecimalField("数值", max_digits=20, decimal_places=6)
    hedge = models.CharField(
        "修饰词",
        max_length=4,
        blank=True,
        choices=Hedge,
        help_text="来源写“近百个”，数值填100，修饰词选“近”。",
    )

    content_fields = ("key", "value", "hedge", "period", "subject", *SourcedFact.fact_fields, "corrections")
    search_fields = [
        index.SearchField("quote"),
        index.SearchField("note"),
        index.SearchField("search_text"),
        index.AutocompleteField("search_text"),
        index.FilterField("id"),
        index.FilterField("status"),
        index.FilterField("live"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("indicator"),
                FieldRowPanel([FieldPanel("value"), FieldPanel("hedge")]),
                FieldPanel("period"),
                PageChooserPanel("subject"),
            ],
            "数值",
        ),
        *SourcedFact.fact_panels,
        InlinePanel("corrections", label="更正", heading="更正说明"),
    ]

    class Meta(SourcedFact.Meta):
        verbose_name = "数值"
        verbose_name_plural = "数值"
        ordering = ("indicator", "-ends", "key")
        constraints = [
            *SourcedFact.Meta.constraints,
            models.UniqueConstraint(
                fields=("indicator", "subject", "period", "source"),
                name="one_value_per_subject_period_source",
                violation_error_message="同一来源对同一指标、对象、时间只能有一个数值，请修改已有的那一个。",
            ),
            models.UniqueConstraint(
                fields=("indicator", "period", "source"),
                condition=Q(subject__isnull=True),
                name="one_city_value_per_period_source",
                violation_error_message="同一来源对同一指标、时间的全市数值只能有一个，请修改已有的那一个。",
            ),
        ]

    def __str__(self) -> str:
        about = f"，{self.subject.title}" if self.subject_id and self.subject else ""
        when = f"，{self.period_label}" if self.period else ""
        return f"{self.indicator.title}：{self.quantity}{about}{when}"

    @property
    def number(self) -> str:
        """The value in Arabic digits without trailing zeros, as GB/T 15835 sets it with 万 and 亿."""
        value = Decimal(self.value).normalize()
        return f"{value:f}"

    @property
    def before(self) -> str:
        return (self.hedge if self.hedge in BEFORE_NUMBER else "") + self.indicator.prefix

    @property
    def after(self) -> str:
        """What follows the number: a hedge, the unit, a hedge (30余项, 80%以上, 100亿元级)."""
        inner = self.hedge if self.hedge in AFTER_NUMBER else ""
        outer = self.hedge if self.hedge in {Hedge.AT_LEAST, Hedge.ORDER} else ""
        return f"{inner}{self.indicator.unit}{outer}"

    @property
    def quantity(self) -> str:
        return f"{self.before}{self.number}{self.after}"

    def search_text(self) -> str:
        return f"{self.indicator.title} {self.quantity} {self.period_label}"


class ObservationCorrection(Correction):
    observation = ParentalKey(Observation, on_delete=models.CASCADE, related_name="corrections")


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible(self) -> StatementQuerySet:
        """Live statements about at least one visible page and about no private one.

        A draft among the pages hides only its own link; a private one must not be talked about.
        """
        about = StatementSubject.objects.filter(statement=OuterRef("pk"))
        visible = BasePage.objects.visible().order_by().values("pk")
        private = BasePage.objects.filter(in_private_section()).order_by().values("pk")
        return self.filter(Exists(about.filter(page__in=visible)), not_expired(), live=True).exclude(
            Exists(about.filter(page__in=private))
        )

    def for_display(self) -> StatementQuerySet:
        return self.select_related("source")

    def about(self, pages: Any) -> StatementQuerySet:
        """Statements about any of `pages` (a queryset or list), each once."""
        subjects = StatementSubject.objects.filter(statement=OuterRef("pk"), page__in=pages)
        return self.filter(Exists(subjects))


class Statement(SourcedFact, ClusterableModel):
    """A sentence worth tracing. Dated statements make the timeline."""

    objects: ClassVar[Any] = FactManager.from_queryset(StatementQuerySet)()

    text = models.CharField("内容", max_length=200, help_text="一句话，离开上下文也读得懂。")
    kind = models.CharField("类别", max_length=16, choices=StatementKind)

    content_fields = ("key", "text", "kind", "period", "subjects", *SourcedFact.fact_fields)
    search_fields = [
        index.SearchField("text"),
        index.AutocompleteField("text"),
        index.FilterField("id"),
        index.FilterField("status"),
        index.FilterField("live"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("text"),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("period")]),
                InlinePanel("subjects", label="相关页面", heading="说的是哪些页面", min_num=1),
            ],
            "内容",
        ),
        *SourcedFact.fact_panels,
    ]

    class Meta(SourcedFact.Meta):
        verbose_name = "陈述"
        verbose_name_plural = "陈述"
        ordering = ("-ends", "key")

    def __str__(self) -> str:
        return self.text


class StatementSubject(Orderable):
    statement = ParentalKey(Statement, on_delete=models.CASCADE, related_name="subjects")
    page = models.ForeignKey(
        BasePage, verbose_name="页面", on_delete=models.CASCADE, related_name="statement_links"
    )

    content_fields = ("page",)
    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = "相关页面"
        verbose_name_plural = "相关页面"
        constraints = [
            models.UniqueConstraint(fields=("statement", "page"), name="statement_about_page_once")
        ]


# Their keys share one space of addresses: /facts/<key>/.
FACTS: tuple[Any, ...] = (Observation, Statement)
