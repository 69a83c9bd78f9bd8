"""One of a few: the chosen one carries a full dot, and moving the dot is choosing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from screens.answers.fields.edited import Edited, Settled
from screens.words import MUTED, cursor
from wizard.answers.questions import Choice

WIDEST_ROW = 52
"""Choices that fit into this many cells stand side by side."""


class Choices(Widget, can_focus=True):
    """A list of choices, in a row where they are short."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move(-1, True)", show=False),
        Binding("down", "move(1, True)", show=False),
        Binding("space", "move(1)", show=False),
        Binding("enter", "settle", show=False),
    ]

    def __init__(self, key: str, choices: Sequence[Choice]) -> None:
        super().__init__(classes="choices")
        self._key = key
        self._choices = list(choices)
        self._chosen: str | None = None

    def show(self, choices: Sequence[Choice], chosen: str | None) -> None:
        """Offer these, with that one chosen; None where none of them is."""
        if (list(choices), chosen) != (self._choices, self._chosen):
            self._choices, self._chosen = list(choices), chosen
            self.refresh(layout=True)

    @property
    def in_a_row(self) -> bool:
        """Whether the choices stand side by side."""
        return sum(len(each.label) + 4 for each in self._choices) <= WIDEST_ROW

    def render(self) -> Content:
        """Dots and labels."""
        return Content("   " if self.in_a_row else "\n").join(map(self._drawn, self._choices))

    def _drawn(self, choice: Choice) -> Content:
        if choice.value != self._chosen:
            return Content.assemble(("○ ", MUTED), choice.label)
        style = cursor(self.app.current_theme)
        return Content.styled(f"● {choice.label}", style if self.has_focus else "bold")

    def on_focus(self) -> None:
        """The chosen one is drawn as a cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """No cursor any more."""
        self.refresh()

    def action_move(self, by: int, across: bool = False) -> None:
        """Choose the next or the one before; `across` the layout, leave the field at its ends."""
        at = self._at
        wanted = at + by
        if across and (self.in_a_row or not 0 <= wanted < len(self._choices)):
            self.screen.focus_next() if by > 0 else self.screen.focus_previous()
        else:
            self._choose(wanted % len(self._choices))

    @property
    def _at(self) -> int:
        values = [each.value for each in self._choices]
        return values.index(self._chosen) if self._chosen in values else -1

    def _choose(self, index: int) -> None:
        self._chosen = self._choices[index].value
        self.refresh()
        self.post_message(Edited(self._key, self._chosen))

    def action_settle(self) -> None:
        """On to the next field."""
        self.post_message(Settled())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        if not self.in_a_row:
            if event.y < len(self._choices):
                self._choose(event.y)
            return
        end = 0
        for index, each in enumerate(self._choices):
            end += len(each.label) + 5
            if event.x < end:
                self._choose(index)
                return
