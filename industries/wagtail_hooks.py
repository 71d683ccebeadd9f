from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from cms.core.choosing import keep_choices_of
from cms.review.reading import PortalPageViewSet
from industries.models import Observation
from industries.models.fact import FACTS, SourcedFact
from industries.register.bulk import BinFacts, ChangeStatus, MarkChecked
from industries.register.facts import FactGroup
from industries.register.importviews import import_urls
from industries.register.listings import ContentGroup
from industries.register.whereused import PageUsageView
from industries.richtext import ObservationElementHandler, ObservationEmbedHandler, observation_entity

register_snippet(FactGroup)
for fact in FACTS:
    keep_choices_of(fact, fact.snippet_viewset.chooser_viewset.widget_class)
hooks.register("register_bulk_action", ChangeStatus)
hooks.register("register_bulk_action", MarkChecked)
hooks.register("register_bulk_action", BinFacts, order=100)  # after Wagtail's own, which it replaces
hooks.register("register_admin_urls", import_urls)
# Wagtail's own list of a page's users grows with them, and leaves some out.
PortalPageViewSet.usage_view_class = PageUsageView


@hooks.register("register_admin_viewset")
def content_listings() -> ContentGroup:
    return ContentGroup()


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, "industries/icons/chart.svg"]


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
