"""The last net below every widget: no letter that reaches the terminal steers it."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

HALF = range(0xD800, 0xE000)
TURNING = (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
DROPPED = dict.fromkeys((*range(32), *range(127, 160), *TURNING))
HARMLESS = DROPPED | dict.fromkeys(HALF, "\N{REPLACEMENT CHARACTER}")
"""None of those that are dropped takes a cell, so every line keeps its width."""


class Harmless(LineFilter):
    """Drops control characters and what turns the direction of writing, wherever they came from.

    `wizard.base.text.clean` takes whole sequences out of texts that are known to come from
    elsewhere; this is for those that nobody thought of.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line as it may be written."""
        return [
            segment
            if segment.text.isprintable()
            else Segment(segment.text.translate(HARMLESS), segment.style, segment.control)
            for segment in segments
        ]
