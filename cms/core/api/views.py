"""Endpoints of Wagtail's API v2 (its addresses, paging and envelope) over declared records only.

Wagtail's own serialisers follow relations and stored block values wherever they lead. Here every value is
read by a declared field, from records that the endpoint prepared itself.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils.cache import patch_cache_control
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from wagtail.api.v2.views import BaseAPIViewSet

from cms.core.api.declare import HIGHEST_ID, BadParameter, Endpoint, whole_number

LIMIT, MOST, FURTHEST = 20, 100, 1_000_000
MAX_AGE = 300  # seconds
PAGING = ("limit", "offset", "order")
NOT_FOUND = "找不到这条记录。"
READ_ONLY = "接口只能读取，请用GET。"
REFUSED = "这个请求无法处理。"


class AlwaysJson(BaseContentNegotiation):
    """JSON, whatever the client says it takes: a browser gets it too."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class EndpointView(BaseAPIViewSet):
    """List and detail of one endpoint, for anyone, without session or cookie."""

    endpoint: ClassVar[Endpoint]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJson
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    metadata_class = None

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        converter = "int" if cls.endpoint.key == "pk" else "slug"
        return [
            path("", cls.as_view({"get": "listing_view"}), name="listing"),
            path(f"<{converter}:pk>/", cls.as_view({"get": "detail_view"}), name="detail"),
        ]

    def listing_view(self, request: Any) -> Response:
        self.require_known(*PAGING, *(p.name for p in self.endpoint.parameters))
        asked = request.GET
        limit = whole_number("limit", asked.get("limit", str(LIMIT)), 1, MOST)
        offset = whole_number("offset", asked.get("offset", "0"), 0, FURTHEST)
        rows = self.filtered(self.endpoint.rows())
        shown = list(self.ordered(rows)[offset : offset + limit])
        records = self.endpoint.load(request, shown, False)
        return Response(
            {
                "meta": {"total_count": rows.order_by().count(), "limit": limit, "offset": offset},
                "items": [self.endpoint.kind(row).record(row, detail=False) for row in records],
            }
        )

    def detail_view(self, request: Any, pk: Any) -> Response:
        self.require_known()
        if isinstance(pk, int) and pk > HIGHEST_ID:
            raise Http404
        found = list(self.endpoint.rows().filter(**{self.endpoint.key: pk})[:1])
        for row in self.endpoint.load(request, found, True):
            return Response(self.endpoint.kind(row).record(row, detail=True))
        raise Http404

    def filtered(self, rows: Any) -> Any:
        for parameter in self.endpoint.parameters:
            if parameter.name in self.request.GET:
                value = parameter.read(self.request.GET[parameter.name])
                rows = parameter.apply(rows, value)
        return rows

    def ordered(self, rows: Any) -> Any:
        asked = self.request.GET.get("order")
        orders = self.endpoint.orders
        if asked is None:
            return rows.order_by(*next(iter(orders.values())))
        if asked not in orders:
            raise BadParameter(f"参数order只能是下列之一：{'、'.join(orders)}。")
        return rows.order_by(*orders[asked])

    def require_known(self, *names: str) -> None:
        unknown = sorted(set(self.request.GET) - set(names))
        if unknown:
            can = f"可用的参数：{'、'.join(names)}" if names else "这个地址不接受参数"
            raise BadParameter(f"不认识的参数：{readable(unknown[0])}。{can}。")

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, BadParameter):
            return Response({"message": str(exc)}, status=400)
        if isinstance(exc, Http404):
            return Response({"message": NOT_FOUND}, status=404)
        response = super().handle_exception(exc)
        if isinstance(exc, APIException):
            response.data = {"message": READ_ONLY if isinstance(exc, MethodNotAllowed) else REFUSED}
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        return open_to_all(response)


def open_to_all(response: Any) -> Any:
    """Any site's scripts may read the answer: it is public, and the same for everyone."""
    response["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 200:
        patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def readable(text: str) -> str:
    """What somebody sent, fit to be shown: short and without control characters."""
    return "".join(c if c.isprintable() else "�" for c in text[:40])


def unknown_address(request: HttpRequest, rest: str) -> JsonResponse:
    message = {"message": "接口没有这个地址。"}
    return open_to_all(JsonResponse(message, status=404, json_dumps_params={"ensure_ascii": False}))
