"""Several of many: a list of boxes that narrows down while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.fields.edited import Edited, Settled
from wizard.parsing import words, written
from wizard.questions import Choice


class Boxes(OptionList):
    """Space ticks as well as Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]


class Many(Vertical):
    """The field to narrow down with, and the boxes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "into", show=False)]

    def __init__(self, key: str, choices: Sequence[Choice], text: str) -> None:
        super().__init__(classes="many")
        self._key = key
        self._choices = list(choices)
        self._shown = list(choices)
        self._ticked = set(words(text))
        self._input = Input(placeholder="type to narrow the list down", compact=True)
        self._list = Boxes(markup=False, compact=True)

    def compose(self) -> ComposeResult:
        """Field and boxes."""
        yield self._input
        yield self._list

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()

    def show(self, text: str) -> None:
        """Tick these."""
        if set(words(text)) != self._ticked:
            self._ticked = set(words(text))
            self._fill()

    def _fill(self) -> None:
        text = self._input.value.strip().lower()
        self._shown = [
            each
            for each in self._choices
            if text in each.label.lower() or text in each.value.lower()
        ]
        self._list.set_options(Option(self._row(each)) for each in self._shown)

    def _row(self, choice: Choice) -> Content:
        ticked = choice.value in self._ticked
        return Content.styled(f"[{'x' if ticked else ' '}] {choice.label}", "bold" * ticked)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(Settled())

    @on(OptionList.OptionSelected)
    def _tick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        choice = self._shown[event.option_index]
        self._ticked ^= {choice.value}
        self._list.replace_option_prompt_at_index(event.option_index, self._row(choice))
        offered = [each.value for each in self._choices]
        others = sorted(self._ticked - set(offered))
        ticked = [value for value in offered if value in self._ticked]
        self.post_message(Edited(self._key, written(tuple(ticked + others))))

    def action_into(self) -> None:
        """From the field into the boxes."""
        if not self._input.has_focus:
            self.screen.focus_next()
            return
        if self._list.highlighted is None:
            self._list.action_first()
        self._list.focus()
