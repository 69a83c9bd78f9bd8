"""A line to type into, and what every editor tells its screen.

What is pasted is cleaned first, and what is dropped of it is said.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from screens.frame import WizardScreen
from wizard.answers.parsing import pasted

SHOWN = 60
"""Cells of what was dropped that are said."""


class Line(Input):
    """Blanks, line breaks and quotation marks around what is pasted go; of several, one stays.

    A secret keeps all but its line breaks: a blank or a quotation mark may be part of it.
    """

    class Pasted(Message):
        """Something was pasted, and stands in the line."""

    def __init__(self, *args: Any, joined: bool = False, **kwargs: Any) -> None:
        """`joined` lines keep every line of what is pasted, with commas between them."""
        super().__init__(*args, compact=True, **kwargs)
        self._joined = joined

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()  # Textual's own takes the first line, whatever it is
        self.take(event.text)

    def take(self, text: str) -> None:
        """Put a pasted text where the cursor is."""
        values = list(filter(None, text.splitlines())) if self.password else pasted(text)
        if self._joined:
            values = [",".join(value.rstrip(",") for value in values)] if values else []
        if values:
            self.replace(values[0], *self.selection)
            self._say_dropped(values[1:])
            self.post_message(self.Pasted())

    def _say_dropped(self, values: list[str]) -> None:
        """What was not taken; of a secret, only how much."""
        if not values:
            return
        lines = "1 line" if len(values) == 1 else f"{len(values)} lines"
        words = "" if self.password else f": {', '.join(values)}"
        words = words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
        told = f"Only the first line was taken; {lines} dropped{words}"
        self.notify(told, severity="warning", timeout=10, markup=False)


class Edited(Message):
    """The person changed an answer. `text` is what a flag would take; None takes it back."""

    def __init__(self, key: str, text: str | None) -> None:
        super().__init__()
        self.key = key
        self.text = text


class Settled(Message):
    """The person is through with a field and wants the next one."""


def leave(editor: Widget, by: int) -> None:
    """To the field below it (1) or above it (-1)."""
    screen = editor.screen
    if isinstance(screen, WizardScreen):
        screen.action_neighbor(by)
