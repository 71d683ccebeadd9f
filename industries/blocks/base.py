"""What all blocks of a body have in common: checks that let a draft be saved, and a preview of real content."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from wagtail import blocks

from industries.blocks.samples import stored_sample

RICH_TEXT = ["bold", "link", "ol", "ul", "figure", "superscript", "subscript"]

# The groups in which an editor finds the blocks.
TEXT, NUMBERS, MEDIA, LINKS = "文字", "图表与数字", "图片与文件", "链接与卡片"


class Sampled(blocks.Block):
    """Shows an editor what the block looks like: with what a public page has, else with public records."""

    # A stored value that only says where the words go, for what no portal has from the start.
    example: ClassVar[Any] = None

    def get_preview_value(self) -> Any:
        """None where the portal has nothing yet that could be shown."""
        found = stored_sample(self.name) or self.sample() or self.example
        return None if found is None else self.to_python(found)

    def sample(self) -> Any:
        """A stored value made of public records; None where there are none."""
        return None

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        is_example = self.example is not None and value == self.to_python(self.example)
        return {**context, "nothing_yet": value is None, "is_example": is_example}


class CheckedBlock(Sampled, blocks.StructBlock):
    """A block whose parts must fit together. A draft is saved as it is; what goes out is checked."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (found := self.problems(cleaned)):
            raise blocks.StructBlockValidationError(
                block_errors={
                    name: problem if isinstance(problem, ValidationError) else ValidationError(problem)
                    for name, problem in found.items()
                }
            )
        return cleaned

    def problems(self, value: Any) -> dict[str, Any]:
        """What keeps `value` from being published, by the name of the part: a sentence, or errors of a list."""
        return {}


def of_items(problems: dict[int, Any]) -> ValidationError | None:
    """Problems of single entries of a list, by their place in it; None for none."""
    if not problems:
        return None
    return blocks.ListBlockValidationError(
        block_errors={
            place: problem if isinstance(problem, ValidationError) else ValidationError(problem)
            for place, problem in problems.items()
        }
    )
