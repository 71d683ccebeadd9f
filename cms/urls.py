from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from cms.core.artwork import artwork
from cms.core.sitemap import PublicSitemap


def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """Renditions of images in the local storage; originals and documents are not reachable this way.

    The root is the folder of renditions itself, so no `..` in `name` leads out of it.
    """
    response = serve(request, name, document_root=str(Path(settings.MEDIA_ROOT) / "images"))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns = [
    re_path(r"^art/(?P<hue>[a-z]+)/(?P<seed>[0-9a-f]{12})\.svg$", artwork, name="artwork"),
    path("media/images/<path:name>", rendition),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PublicSitemap}}, name="sitemap"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *(path("", include(module)) for module in settings.PORTAL_URLS),
    path("", include(wagtail_urls)),
]
