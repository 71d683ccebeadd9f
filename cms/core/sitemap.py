from typing import Any

from wagtail.contrib.sitemaps import Sitemap


class PublicSitemap(Sitemap):
    """Wagtail's sitemap over what readers may see, by the same rule as everywhere else."""

    def items(self) -> Any:
        root = self.get_wagtail_site().root_page
        return type(root).objects.visible().descendant_of(root, inclusive=True).order_by("path").specific()
