"""OpenAPI 3.1 of declared endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cms.core.api.declare import Endpoint, Kind
from cms.core.api.views import FURTHEST, LIMIT, MOST


def document(endpoints: Iterable[Endpoint], *, title: str, description: str, server: str) -> dict[str, Any]:
    """The document for the API at the absolute address `server` (with its last slash)."""
    endpoints = list(endpoints)
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Error": ERROR}
    for endpoint in endpoints:
        paths[f"/{endpoint.name}/"] = {"get": list_operation(endpoint)}
        paths[f"/{endpoint.name}/{{key}}/"] = {"get": detail_operation(endpoint)}
        for kind in endpoint.kinds:
            schemas[kind.name] = kind.schema(detail=False)
            schemas[f"{kind.name}Detail"] = kind.schema(detail=True)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "description": description, "version": "2"},
        "servers": [{"url": server.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


ERROR = {
    "type": "object",
    "description": "出了什么错，用中文说明。",
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
    "additionalProperties": False,
}


def reference(kinds: Iterable[Kind], suffix: str = "") -> dict[str, Any]:
    links = [{"$ref": f"#/components/schemas/{kind.name}{suffix}"} for kind in kinds]
    return links[0] if len(links) == 1 else {"oneOf": links}


def answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def errors(*statuses: str) -> dict[str, Any]:
    words = {"400": "参数有误", "404": "没有这条记录，或它不公开"}
    return {s: answer(words[s], {"$ref": "#/components/schemas/Error"}) for s in statuses}


def list_operation(endpoint: Endpoint) -> dict[str, Any]:
    envelope = {
        "type": "object",
        "properties": {
            "meta": {
                "type": "object",
                "properties": {
                    "total_count": {"type": "integer", "description": "符合条件的记录总数"},
                    "limit": {"type": "integer"},
                    "offset": {"type": "integer"},
                },
                "required": ["total_count", "limit", "offset"],
            },
            "items": {"type": "array", "items": reference(endpoint.kinds)},
        },
        "required": ["meta", "items"],
    }
    return {
        "operationId": f"list_{identifier(endpoint)}",
        "summary": f"{endpoint.title}：列表",
        "description": endpoint.description,
        "parameters": [
            query(
                "limit",
                "一次最多取几条",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
            ),
            query(
                "offset",
                "从第几条起，0是第一条",
                {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0},
            ),
            query("order", "排序", {"type": "string", "enum": list(endpoint.orders)}),
            *(query(p.name, p.description, p.schema) for p in endpoint.parameters),
        ],
        "responses": {"200": answer("符合条件的记录", envelope), **errors("400")},
    }


def detail_operation(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "operationId": f"get_{identifier(endpoint)}",
        "summary": f"{endpoint.title}：一条",
        "parameters": [
            {"name": "key", "in": "path", "required": True, "schema": endpoint.key_schema},
        ],
        "responses": {"200": answer("这条记录", reference(endpoint.kinds, "Detail")), **errors("400", "404")},
    }


def identifier(endpoint: Endpoint) -> str:
    return endpoint.name.replace("-", "_")


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}
