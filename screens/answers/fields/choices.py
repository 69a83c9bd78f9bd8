"""One of a few: the cursor moves over them, and only Space, Enter or a click chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from screens.answers.fields.edited import Edited, Settled, leave
from screens.words import MUTED, cursor
from wizard.answers.questions import Choice

WIDEST_ROW = 52
"""Choices that fit into this many cells stand side by side."""


class Choices(Widget, can_focus=True):
    """A list of choices, in a row where they are short; what AWS refuses cannot be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up,k", "move(-1, True)", show=False),
        Binding("down,j", "move(1, True)", show=False),
        Binding("space", "choose", show=False),
        Binding("enter", "settle", show=False),
    ]

    def __init__(self, key: str, choices: Sequence[Choice]) -> None:
        super().__init__(classes="choices")
        self._key = key
        self._choices = list(choices)
        self._chosen: str | None = None
        self._cursor = 0

    def show(self, choices: Sequence[Choice], chosen: str | None) -> None:
        """Offer these, with that one chosen; None where none of them is."""
        if (list(choices), chosen) != (self._choices, self._chosen):
            self._choices, self._chosen = list(choices), chosen
            self._cursor = min(self._cursor, max(0, len(self._choices) - 1))
            self.refresh(layout=True)

    @property
    def in_a_row(self) -> bool:
        """Whether the choices stand side by side."""
        row = sum(len(each.label) + 4 for each in self._choices) <= WIDEST_ROW
        return row and not any(each.unfit for each in self._choices)

    def render(self) -> Content:
        """Dots and labels."""
        return Content("   " if self.in_a_row else "\n").join(map(self._drawn, self._choices))

    def _drawn(self, choice: Choice) -> Content:
        chosen = choice.value == self._chosen
        row = f"{'●' if chosen else '○'} {choice.label}"
        if choice.unfit:
            row = f"{'●' if chosen else '✗'} {choice.label}: {choice.unfit}"
        if self.has_focus and choice is self._choices[self._cursor]:
            return Content.styled(row, cursor(self.app))
        if choice.unfit:
            return Content.styled(row, MUTED)
        if chosen:
            return Content.styled(row, "bold")
        return Content.assemble(("○ ", MUTED), choice.label)

    def on_focus(self) -> None:
        """The cursor begins on what is chosen, wherever one came from."""
        self._cursor = max(0, self._at)
        self.refresh()

    def on_blur(self) -> None:
        """No cursor any more."""
        self.refresh()

    def action_move(self, by: int, across: bool = False) -> None:
        """Move the cursor; `across` the layout, leave the field at its ends. Nothing is chosen."""
        wanted = self._cursor + by
        if across and (self.in_a_row or not 0 <= wanted < len(self._choices)):
            leave(self, by)
        else:
            self._cursor = wanted % len(self._choices)
            self.refresh()

    @property
    def _at(self) -> int:
        values = [each.value for each in self._choices]
        return values.index(self._chosen) if self._chosen in values else -1

    def _choose(self, index: int) -> None:
        self._cursor = index
        if self._choices[index].unfit:
            self.app.bell()
            self.refresh()
            return
        self._chosen = self._choices[index].value
        self.refresh()
        self.post_message(Edited(self._key, self._chosen))

    def action_choose(self) -> None:
        """Choose what the cursor is on."""
        self._choose(self._cursor)

    def action_settle(self) -> None:
        """Choose it, where it is another one, and go on to the next field."""
        if self._cursor != self._at:
            self.action_choose()
        self.post_message(Settled())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        row, end = self.in_a_row, 0
        for index, each in enumerate(self._choices):
            end += len(each.label) + 5 if row else len(self._drawn(each).wrap(self.size.width))
            if (event.x if row else event.y) < end:
                self._choose(index)
                return
