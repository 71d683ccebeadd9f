from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from industries.models import Observation, Source, Statement, Tier
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
