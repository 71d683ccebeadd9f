from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern, URLResolver

from industries import datapackage, facts, feeds, llms

urlpatterns: list[URLPattern | URLResolver] = [
    path("facts/<slug:key>/", facts.fact, name="fact"),
    path("embed/data/<slug:slug>/", facts.embed_indicator, name="embed-indicator"),
    re_path(r"^feeds/(?P<format>atom|rss)\.xml$", feeds.feed, name="feed"),
    re_path(r"^feeds/(?P<type>[\w-]+)/(?P<format>atom|rss)\.xml$", feeds.feed_of_type, name="feed-type"),
    re_path(
        r"^feeds/sectors/(?P<slug>[\w-]+)/(?P<format>atom|rss)\.xml$",
        feeds.feed_of_sector,
        name="feed-sector",
    ),
    path("datapackage.json", datapackage.data_package, name="data-package"),
    re_path(r"^tables/(?P<name>[a-z-]+)\.(?P<format>csv|json)$", datapackage.table, name="table"),
    path("llms.txt", llms.llms, name="llms"),
    path("api/v2/", include("industries.api.views")),
]
