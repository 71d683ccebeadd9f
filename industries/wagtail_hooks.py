from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.core.models import BasePage
from industries.models import Observation, Source, Statement, Tier
from industries.models.fact import SourcedFact
from industries.richtext import ObservationElementHandler, ObservationEmbedHandler, observation_entity


class ObservationViewSet(SnippetViewSet):
    model = Observation
    icon = "order"
    list_display = ["__str__", "status", "source", UpdatedAtColumn()]
    list_filter = ["status", "source", "indicator"]
    search_fields = ["indicator__title", "key", "note"]
    ordering = ["indicator", "-ends"]


class StatementViewSet(SnippetViewSet):
    model = Statement
    icon = "comment"
    list_display = [
        "text",
        "kind",
        Column("period_label", label="时间", sort_key="ends"),
        "status",
        "source",
        UpdatedAtColumn(),
    ]
    list_filter = ["kind", "status", "source"]
    search_fields = ["text", "key", "note"]


class SourceViewSet(SnippetViewSet):
    model = Source
    icon = "doc-full"
    list_display = ["title", "publisher", "kind", Column("published_label", label="发表时间")]
    list_filter = ["kind"]
    search_fields = ["title", "publisher"]


class TierViewSet(SnippetViewSet):
    model = Tier
    icon = "list-ol"
    list_display = ["name", "title", "size", "order"]


@register_snippet
class FactGroup(SnippetViewSetGroup):
    """The fact register, in the admin's main menu."""

    items = (ObservationViewSet, StatementViewSet, SourceViewSet, TierViewSet)
    menu_label = "事实与来源"
    menu_icon = "clipboard-list"
    menu_order = 150


@hooks.register("register_rich_text_features")
def register_figure(features: FeatureRegistry) -> None:
    features.register_embed_type(ObservationEmbedHandler)
    features.register_editor_plugin(
        "draftail",
        "figure",
        EntityFeature(
            {
                "type": "FIGURE",
                "icon": "order",
                "description": "引用数值",
                "attributes": ["id", "string"],
                "allowlist": {"id": True},
                "chooserUrls": {
                    "observationChooser": reverse_lazy(
                        Observation.snippet_viewset.chooser_viewset.get_url_name("choose")
                    )
                },
            },
            js=["wagtailadmin/js/chooser-modal.js", "js/admin/figure-entity.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        "figure",
        {
            "from_database_format": {'embed[embedtype="observation"]': ObservationElementHandler("FIGURE")},
            "to_database_format": {"entity_decorators": {"FIGURE": observation_entity}},
        },
    )


@hooks.register("after_create_snippet")
def remember_who_entered(request: HttpRequest, instance: Any) -> None:
    if isinstance(instance, SourcedFact):
        type(instance).objects.filter(pk=instance.pk).update(entered_by=request.user)


@hooks.register("before_delete_page")
def keep_pages_that_facts_are_about(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    """Facts must not vanish, nor suddenly be about the whole city: say which ones stand in the way."""
    return refuse_deletion(request, [page])


@hooks.register("before_bulk_action")
def keep_them_from_bulk_deletion(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    pages = [page for page in objects if isinstance(page, BasePage)]
    return refuse_deletion(request, pages) if action_type == "delete" and request.method == "POST" else None


def refuse_deletion(request: HttpRequest, pages: list[BasePage]) -> HttpResponse | None:
    found = [observation for page in pages for observation in observations_in_the_way(page)]
    if not found:
        return None
    named = "；".join(str(observation) for observation in found[:5])
    more = f"等{len(found)}个" if len(found) > 5 else ""
    messages.error(request, f"不能删除：下列数值{more}与要删除的页面有关，请先删除或改到别的页面。{named}")
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)


def observations_in_the_way(page: BasePage) -> list[Observation]:
    inside = BasePage.objects.descendant_of(page, inclusive=True).order_by().values("pk")
    return list(
        Observation.objects.filter(Q(subject__in=inside) | Q(indicator__in=inside)).select_related(
            "indicator", "subject"
        )
    )
