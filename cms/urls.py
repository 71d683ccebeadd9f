from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.core import markdown, sitemap, wellknown
from cms.core.artwork import artwork
from cms.core.contents import site_map
from cms.core.corrections import correction_request, correction_thanks
from cms.core.previewlinks import draft_preview
from cms.search.views import search


def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """Renditions of images in the local storage; originals and documents are not reachable this way.

    The root is the folder of renditions itself, so no `..` in `name` leads out of it.
    """
    try:
        response = serve(request, name, document_root=str(Path(settings.MEDIA_ROOT) / "images"))
    except OSError as error:  # a name longer than a file's may be
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns = [
    re_path(r"^art/(?P<hue>[a-z]+)/(?P<seed>[0-9a-f]{12})\.svg$", artwork, name="artwork"),
    path("media/images/<path:name>", rendition),
    path("search/", search, name="search"),
    path("site-map/", site_map, name="site-map"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<section>[-\w]+)-(?P<number>[0-9]{1,9})\.xml$",
        sitemap.section_view,
        name="sitemap-section",
    ),
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/security.txt", wellknown.security_txt, name="security-txt"),
    path("site.webmanifest", wellknown.manifest, name="manifest"),
    path("preview/<str:token>/", draft_preview, name="draft-preview"),
    path("corrections/new/", correction_request, name="correction-request"),
    path("corrections/thanks/", correction_thanks, name="correction-thanks"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^(?P<path>(?:[\w-]+/)*)index\.md$", markdown.twin, name="markdown"),
    *(path("", include(module)) for module in settings.PORTAL_URLS),
    path("", include(wagtail_urls)),
]

handler400 = "cms.core.errors.refused"
handler404 = "cms.core.errors.not_found"
handler500 = "cms.core.errors.failed"
