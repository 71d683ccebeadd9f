"""The permanent page of each fact, and the indicator's chart for other sites' pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe
from wagtail.models import Site

from cms.core.binrule import bin_open
from cms.core.metadata import absolute_url, optional_url, page_url, site_identity, view_metadata
from cms.core.models import BasePage
from cms.core.tombstones import find
from cms.core.visibility import in_private_section
from industries.charts import chart_of, rank
from industries.models import IndicatorPage, Observation, Statement, StatementSubject
from industries.rows import rows_observations, rows_statements
from industries.tables import OBSERVATIONS, SOURCES, STATEMENTS

FORMATS = {"", "html", "json"}
# More than this many other values belong on the indicator's page.
OTHERS = 12


@require_safe
def fact(request: HttpRequest, key: str) -> HttpResponse:
    """A visible observation or statement, as a page or with `?format=json` as data.

    One that was public and is not any more is gone (410); one that never was is not found. An unknown format
    gets the page, with a message and status 400.
    """
    observation = (
        Observation.objects.visible().for_display().prefetch_related("corrections").filter(key=key).first()
    )
    statement = None if observation else Statement.objects.visible().for_display().filter(key=key).first()
    if observation is None and statement is None:
        return withdrawn(request, key)
    wanted = request.GET.get("format", "")
    if wanted == "json":
        return as_json(request, observation or statement)
    context = about_observation(observation) if observation else about_statement(statement)
    found: Any = observation or statement
    context |= {
        "fact": found,
        "status_class": found.status,
        "problem": "" if wanted in FORMATS else "没有这种格式。可以用 ?format=json 取得数据。",
        "address": absolute_url(request, request.path),
        "citation": citation(request, found),
        "report_url": report_url(found.key, context["pages"]),
        "metadata": view_metadata(
            request, title=found_title(found), description=f"{found}（{source_words(found)}）"
        ),
    }
    return render(request, "industries/fact.html", context, status=400 if context["problem"] else 200)


def found_title(found: Any) -> str:
    return str(found).rstrip("。")


def source_words(found: Any) -> str:
    """来源：《…》，长春日报，第2段；媒体."""
    parts = [str(found.source), found.source.publisher, found.locator]
    return f"来源：{'，'.join(filter(None, parts))}；状态：{found.get_status_display()}"


def citation(request: HttpRequest, found: Any) -> str:
    """One line of text to put under what quotes the fact."""
    when = f"{found.source.published_label}" if found.source.published else ""
    source = "，".join(filter(None, [str(found.source), found.source.publisher, when, found.locator]))
    claim = str(found).rstrip("。")
    return (
        f"{claim}。来源：{source}。核实状态：{found.get_status_display()}。"
        f"引自{site_identity(request).name}，{absolute_url(request, request.path)}，"
        f"{day(timezone.localdate())}查阅。"
    )


def day(date: Any) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


def report_url(key: str, pages: list[BasePage]) -> str:
    """The form for readers who hold the fact to be wrong; empty where the portal has none."""
    address = optional_url("correction-request")
    about = {"page": pages[0].pk} if pages else {}
    return f"{address}?{urlencode({**about, 'fact': key})}" if address else ""


def about_observation(observation: Observation) -> dict[str, Any]:
    """Its indicator and subject, and the other values of the same indicator about the same subject."""
    others = list(
        Observation.objects.visible()
        .for_display()
        .filter(indicator=observation.indicator_id, subject=observation.subject_id)
        .exclude(pk=observation.pk)[: OTHERS + 1]
    )
    indicator = observation.indicator
    same = [o for o in others if observation.period and o.period == observation.period]
    differing = [o for o in same if (o.value, o.hedge) != (observation.value, observation.hedge)]
    return {
        "kind": "数值",
        "corrections": sorted(observation.corrections.all(), key=lambda c: c.made_on, reverse=True),
        "others": others[:OTHERS],
        "more_others": len(others) > OTHERS,
        "differing": sorted(differing, key=rank),
        "pages": [page for page in (indicator, observation.subject) if page],
        "breadcrumb": [*indicator.breadcrumb(), indicator],
        "hue": indicator.hue,
    }


def about_statement(statement: Any) -> dict[str, Any]:
    """The visible pages that it is about."""
    links = (
        StatementSubject.objects.filter(
            statement=statement.pk, page__in=BasePage.objects.visible().order_by().values("pk")
        )
        .select_related("page")
        .order_by("sort_order", "pk")
    )
    pages = [link.page for link in links]
    return {
        "kind": statement.get_kind_display(),
        "pages": pages,
        "breadcrumb": [*pages[0].breadcrumb(), pages[0]] if pages else [],
        "hue": "pine",
    }


def as_json(request: HttpRequest, found: Any) -> JsonResponse:
    """The fact's row in the public tables, with its source and corrections in full."""
    if isinstance(found, Observation):
        kind = "observation"
        (record,) = OBSERVATIONS.records(rows_observations(request, [found]))
        corrections = [{"made_on": c.made_on.isoformat(), "text": c.text} for c in found.corrections.all()]
    else:
        kind, corrections = "statement", []
        (record,) = STATEMENTS.records(rows_statements(request, [found]))
    (source,) = SOURCES.records([found.source])
    response = JsonResponse(
        {"type": kind, **record, "source": source, "corrections": corrections},
        json_dumps_params={"ensure_ascii": False},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def withdrawn(request: HttpRequest, key: str) -> HttpResponse:
    """410 for what readers could once see, without its content; Http404 for everything else."""
    with bin_open():  # what was deleted is gone too
        pages = BasePage.objects.filter(in_private_section()).order_by().values("pk")
        observations = Observation.objects.exclude(subject__in=pages).exclude(indicator__in=pages)
        statements = Statement.objects.exclude(subjects__page__in=pages)
    was_public = {"key": key, "first_published_at__isnull": False}
    if not (
        observations.filter(**was_public, indicator__first_published_at__isnull=False).exists()
        or statements.filter(**was_public).exists()
    ):
        raise Http404
    tombstone = find(request.path_info)
    return render(request, "industries/fact_gone.html", {"tombstone": tombstone}, status=410)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed_indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """The chart or latest figure of a visible indicator, for frames on any site. Raises Http404."""
    site = Site.find_for_request(request)
    found = IndicatorPage.objects.visible().filter(slug=slug)
    indicator = found.descendant_of(site.root_page).first() if site else None
    if indicator is None:
        raise Http404
    observations = indicator.shown_observations()
    context = {
        "page": indicator,
        "chart": chart_of(indicator, observations),
        "observations": observations[:1],
        "address": page_url(request, indicator),
    }
    response = render(request, "industries/embed_indicator.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
