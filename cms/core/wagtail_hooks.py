from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry

from cms.core.richtext import VisiblePageLinkHandler


@hooks.register("register_rich_text_features", order=100)
def link_only_to_visible_pages(features: FeatureRegistry) -> None:
    features.register_link_type(VisiblePageLinkHandler)
