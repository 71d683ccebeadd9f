"""Figures in running text: a reference to an observation, shown with its unit and its source mark."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    KEEP_WHITESPACE,
    InlineEntityElementHandler,
)
from wagtail.rich_text import EmbedHandler

from cms.core.inhand import record_id, taken
from industries.models import Observation

EMBED_TYPE = "observation"


class ObservationEmbedHandler(EmbedHandler):
    """Turns `<embed embedtype="observation" id="5"/>` into the figure a reader sees.

    A figure that readers may not see (unpublished, or about a private page) leaves a visible gap mark
    rather than a sentence that silently lost its number.
    """

    identifier = EMBED_TYPE

    @staticmethod
    def get_model() -> type[Observation]:
        return Observation

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Observation | None]:
        """One query for all figures of a text."""
        ids = [record_id(attrs) for attrs in attrs_list]
        found = taken(Observation)
        if found is None:
            found = Observation.objects.visible().for_display().in_bulk(ids)
        return [found.get(pk) for pk in ids]

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return [
            render_to_string(
                "components/figure_inline.html",
                {"observation": observation, "mark_id": f"text-{number}"},
            ).strip()
            for number, observation in enumerate(cls.get_many(attrs_list), 1)
        ]

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Any:
        yield Observation, attrs["id"], "", ""


class ObservationElementHandler(InlineEntityElementHandler):
    """Database text to the editor's entity. An embed has no text of its own: the figure becomes it."""

    mutability = "IMMUTABLE"

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        observation = (
            Observation.objects.select_related("indicator", "subject").filter(pk=attrs.get("id") or 0).first()
        )
        return {
            "id": attrs.get("id"),
            "string": str(observation) if observation else "",
            "quantity": observation.quantity if observation else "（数值已删除）",
        }

    def handle_starttag(self, name: str, attrs: Any, state: Any, contentstate: Any) -> None:
        super().handle_starttag(name, attrs, state, contentstate)
        entity_range = state.current_entity_ranges.pop()
        text = self.get_attribute_data(dict(attrs))["quantity"]
        state.current_block.text += text
        state.leading_whitespace = KEEP_WHITESPACE
        entity_range.length = len(text)

    def handle_endtag(self, name: str, state: Any, contentstate: Any) -> None:
        """The start tag did it all."""


def observation_entity(props: dict[str, Any]) -> Any:
    """The editor's entity back to database text; the figure's own text is not kept."""
    return DOM.create_element("embed", {"embedtype": EMBED_TYPE, "id": props.get("id")})
