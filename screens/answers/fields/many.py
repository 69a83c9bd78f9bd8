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

from screens.answers.fields.edited import Edited, Settled
from screens.answers.fields.picker import Rows
from screens.words import MUTED
from wizard.answers.parsing import words, written
from wizard.answers.questions.lists import Offer


class Boxes(Rows):
    """Space ticks as well as Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]


class Many(Vertical):
    """The field to narrow down with, and the boxes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "into", show=False)]

    def __init__(self, key: str, offers: Sequence[Offer], text: str, free: bool = False) -> None:
        super().__init__(classes="many")
        self._key = key
        self._offers = list(offers)
        self._shown: list[Offer] = []
        self._ticked = set(words(text))
        self._free = free
        """Whether what is not offered may be pasted."""
        self._pasted: set[str] = set()
        hint = "type to filter" + (", or paste an ARN" if free else "")
        self._input = Input(placeholder=hint, compact=True)
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
        ticked = set(words(text)) - self._pasted
        if ticked != self._ticked:
            self._ticked = ticked
            self._fill()

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these."""
        if list(offers) != self._offers:
            self._offers = list(offers)
            self._fill()

    def _fill(self) -> None:
        text = self._input.value.strip().lower()
        offered = {each.value for each in self._offers}
        own = [Offer(value, value) for value in sorted(self._ticked - offered)]
        self._shown = [
            each
            for each in (*own, *self._offers)
            if text in each.label.lower() or text in each.value.lower()
        ]
        self.set_class(not self._shown, "-empty")
        self._list.set_options(
            Option(self._row(each), disabled=bool(each.unfit)) for each in self._shown
        )

    def _row(self, offer: Offer) -> Content:
        if offer.unfit:
            return Content.assemble((f" ✗  {offer.label}", "dim"), (f"  {offer.unfit}", MUTED))
        ticked = offer.value in self._ticked
        return Content.styled(f"[{'x' if ticked else ' '}] {offer.label}", "bold" * ticked)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()
        before = self._pasted
        strange = self._free and not self._shown
        self._pasted = set(words(event.value)) if strange else set()
        if self._pasted != before:
            self._tell()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._pasted:
            self.post_message(Settled())
            return
        self._ticked |= self._pasted
        self._pasted = set()
        self._input.value = ""
        self._fill()
        self._tell()

    @on(OptionList.OptionSelected)
    def _tick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        offer = self._shown[event.option_index]
        self._ticked ^= {offer.value}
        self._list.replace_option_prompt_at_index(event.option_index, self._row(offer))
        self._tell()

    def _tell(self) -> None:
        """The answer: what is ticked in the list's order, then what is not in the list."""
        chosen = self._ticked | self._pasted
        offered = [each.value for each in self._offers]
        others = sorted(chosen - set(offered))
        ticked = [value for value in offered if value in chosen]
        self.post_message(Edited(self._key, written(tuple(ticked + others))))

    def action_into(self) -> None:
        """From the field into the boxes."""
        if not self._input.has_focus:
            self.screen.focus_next()
            return
        if self._list.highlighted is None:
            self._list.action_first()
        self._list.focus()
