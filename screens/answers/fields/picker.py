"""Type it, paste it, or pick it from a list: a text field with what there is to choose from."""

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
from screens.words import MUTED
from wizard.answers.questions.lists import Offer
from wizard.base.text import clean

MOST = 200
"""Rows shown at once; with thousands of offers, typing narrows them down."""


class Rows(OptionList):
    """A list with formae's own keys beside the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class Picker(Vertical):
    """A text field. With offers, a list below it narrows down while one types."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into(1)", show=False),
        Binding("up", "into(-1)", show=False),
    ]

    def __init__(self, key: str, text: str, offers: Sequence[Offer] = (), hint: str = "") -> None:
        super().__init__(classes="picker")
        self._key = key
        self._offers = list(offers)
        self._shown: list[Offer] = []
        self._input = Input(text, placeholder=hint, compact=True, select_on_focus=True)
        self._list = Rows(markup=False, compact=True)
        self._in_force = text

    def compose(self) -> ComposeResult:
        """The field and its list."""
        yield self._input
        yield self._list

    def on_mount(self) -> None:
        """Fill the list."""
        self._narrow()

    def show(self, text: str, hint: str = "") -> None:
        """Put a text there, unless the person is writing in it."""
        self._input.placeholder = hint
        self._in_force = text
        if not self._input.has_focus and self._input.value != text:
            with self.prevent(Input.Changed):
                self._input.value = text
            self._narrow()

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these."""
        if list(offers) != self._offers:
            self._offers = list(offers)
            self._narrow()

    def _narrow(self) -> None:
        if not self._offers and not self._shown:
            self.add_class("-empty")
            return
        text = self._input.value.strip().lower()
        known = any(each.value.lower() == text for each in self._offers)
        fitting = [
            each
            for each in self._offers
            if known or text in each.value.lower() or text in each.label.lower()
        ]
        self._shown = fitting[:MOST]
        self.set_class(not self._shown, "-empty")
        rows = [_option(each, text) for each in self._shown]
        if len(fitting) > MOST:
            more = f"  … {len(fitting) - MOST:,} more: type to filter"
            rows.append(Option(Content.styled(more, MUTED), disabled=True))
        self._list.set_options(rows)
        for index, each in enumerate(self._shown):
            if each.value.lower() == text:
                self._list.highlighted = index

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()
        if event.value != self._in_force:  # a field also tells its first text
            self._in_force = event.value
            self.post_message(Edited(self._key, event.value))

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        self.call_later(lambda: self.show(self._in_force, self._input.placeholder))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(Settled())

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._input.value = self._shown[event.option_index].value
        self._input.focus()

    def action_into(self, by: int) -> None:
        """From the field into its list, or on to the neighbour."""
        if by > 0 and self._shown and self._input.has_focus:
            if self._list.highlighted is None:
                self._list.action_first()
            self._list.focus()
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()


def _option(offer: Offer, text: str) -> Option:
    mark = "● " if offer.value.lower() == text else "  "
    if not offer.unfit:
        return Option(Content(mark + clean(offer.label)))
    row = Content.assemble((f"✗ {offer.label}", MUTED), (f"\n  {offer.unfit}", MUTED))
    return Option(row, disabled=True)
