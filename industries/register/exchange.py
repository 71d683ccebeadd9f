"""What a fact looks like as a row of a table, the same on the way out and on the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from cms.core.tables import Column
from industries.models import FactImport, Observation, Statement
from industries.models.vocabulary import Hedge, StatementKind, Status

SEPARATOR = "；"
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A column of the exchange table. `field` is empty where it only explains and is not read back.

    `fallback` names the column that says the same in words, for rows whose `title` column is empty.
    """

    title: str
    value: Callable[[Any], Any]
    field: str = ""
    also: tuple[str, ...] = ()
    fallback: str = ""
    choices: Any = None

    def column(self) -> Column:
        return Column(name=self.field or self.title, title=self.title, value=self.value)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One kind of fact: its columns, and what a new row must say."""

    kind: str
    model: Any
    cells: tuple[Cell, ...]
    required: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(cell.column() for cell in self.cells)

    def cell(self, title: str) -> Cell | None:
        """The column that a heading names, by its own or an older name."""
        return next((c for c in self.cells if title == c.title or title in c.also), None)

    def records(self, facts: QuerySet[Any]) -> Iterator[Any]:
        """The facts as their editors left them: an unpublished change counts. Three queries a chunk."""
        for fact in with_rows(facts).iterator(chunk_size=CHUNK):
            yield latest(fact)


def with_rows(facts: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a row shows."""
    if facts.model is Observation:
        return facts.select_related("indicator", "subject", "source", "latest_revision")
    return facts.select_related("source", "latest_revision").prefetch_related("subjects__page")


def latest(fact: Any) -> Any:
    """The fact with the values of its latest draft, without a query for a figure that changed in itself.

    Only what a row shows is taken over; the fact must not be saved.
    """
    if not fact.has_unpublished_changes or fact.latest_revision is None:
        return fact
    content = fact.latest_revision.content
    for field in fact._meta.concrete_fields:
        if field.name in content and field.name in ROW_FIELDS:
            setattr(fact, field.attname, field.to_python(content[field.name]))
    if isinstance(fact, Statement):
        fact.draft_pages = [row["page"] for row in content.get("subjects", ()) if row.get("page")]
    return fact


def page_ids(statement: Any) -> list[int]:
    if hasattr(statement, "draft_pages"):
        return list(statement.draft_pages)
    return [link.page_id for link in ordered(statement)]


def page_titles(statement: Any) -> str:
    titles = {link.page_id: link.page.title for link in ordered(statement)}
    return SEPARATOR.join(titles.get(pk, "") for pk in page_ids(statement))


def ordered(statement: Any) -> list[Any]:
    return sorted(statement.subjects.all(), key=lambda link: (link.sort_order or 0, link.pk or 0))


def title_of(record: Model | None) -> str:
    return "" if record is None else str(getattr(record, "title", record))


def published_label(fact: Any) -> str:
    if not fact.live:
        return "草稿"
    return "已公开，有未发布的改动" if fact.has_unpublished_changes else "已公开"


ROW_FIELDS = {
    "indicator",
    "subject",
    "value",
    "hedge",
    "text",
    "kind",
    "period",
    "source",
    "locator",
    "quote",
    "status",
    "note",
    "checked_on",
}
KEY = Cell(title="标识", field="key", value=lambda fact: fact.key)
PERIOD = Cell(title="时间", field="period", also=("时间代码",), value=lambda fact: fact.period)
EVIDENCE = (
    Cell(title="来源标识", field="source", fallback="来源", value=lambda fact: fact.source.key),
    Cell(title="来源", value=lambda fact: fact.source.title),
    Cell(title="出处位置", field="locator", value=lambda fact: fact.locator),
    Cell(title="原文摘录", field="quote", value=lambda fact: fact.quote),
    Cell(title="核实状态", field="status", choices=Status, value=lambda fact: fact.get_status_display()),
    Cell(title="公开说明", field="note", value=lambda fact: fact.note),
    Cell(title="核对日期", field="checked_on", value=lambda fact: fact.checked_on),
    Cell(title="公开", value=published_label),
    Cell(title="更新时间", value=lambda fact: fact.updated_at),
)
OBSERVATIONS = Exchange(
    kind=FactImport.Kind.OBSERVATIONS,
    model=Observation,
    required=("indicator", "value", "source"),
    cells=(
        KEY,
        Cell(title="指标编号", field="indicator", fallback="指标", value=lambda fact: fact.indicator_id),
        Cell(title="指标", value=lambda fact: title_of(fact.indicator)),
        Cell(title="对象编号", field="subject", fallback="对象", value=lambda fact: fact.subject_id),
        Cell(title="对象", value=lambda fact: title_of(fact.subject)),
        Cell(title="数值", field="value", value=lambda fact: fact.value),
        Cell(title="修饰词", field="hedge", choices=Hedge, value=lambda fact: fact.hedge),
        Cell(title="单位", value=lambda fact: fact.indicator.unit),
        PERIOD,
        *EVIDENCE,
    ),
)
STATEMENTS = Exchange(
    kind=FactImport.Kind.STATEMENTS,
    model=Statement,
    required=("text", "kind", "subjects", "source"),
    cells=(
        KEY,
        Cell(title="内容", field="text", value=lambda fact: fact.text),
        Cell(title="类别", field="kind", choices=StatementKind, value=lambda fact: fact.get_kind_display()),
        Cell(
            title="相关页面编号",
            field="subjects",
            fallback="相关页面",
            value=lambda fact: SEPARATOR.join(str(pk) for pk in page_ids(fact)),
        ),
        Cell(title="相关页面", value=page_titles),
        PERIOD,
        *EVIDENCE,
    ),
)
EXCHANGES: dict[str, Exchange] = {exchange.kind: exchange for exchange in (OBSERVATIONS, STATEMENTS)}
SOURCE_COLUMNS: tuple[Column, ...] = tuple(
    Column(name=name, title=title, value=value)
    for name, title, value in (
        ("key", "标识", lambda source: source.key),
        ("title", "标题", lambda source: source.title),
        ("publisher", "发布者", lambda source: source.publisher),
        ("kind", "类别", lambda source: source.get_kind_display()),
        ("published", "发表时间", lambda source: source.published),
        ("url", "地址", lambda source: source.url),
        ("note", "说明", lambda source: source.note),
    )
)


def exchange_of(model: Any) -> Exchange:
    return next(exchange for exchange in EXCHANGES.values() if exchange.model is model)


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Lists of at most `size`: databases limit the number of parameters of a query."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
