"""A question with fixed choices: one of a few, or several of many in a list that narrows down.

The cursor only moves over them; Space, Enter or a click chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from screens.answers.fields.line import Edited, Line, Settled, leave
from screens.answers.fields.narrowing import Narrowing
from screens.words import MUTED, cursor
from wizard.answers.parsing import pasted_several, words, written
from wizard.answers.questions import Choice, question
from wizard.answers.questions.lists import Offer

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


class Values(Line):
    """A line that hands on all of what is pasted, as one text."""

    class Given(Message):
        """Something was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def take(self, text: str) -> None:
        """Nothing of it stands in the line."""
        self.post_message(self.Given(text))


class Many(Narrowing):
    """The line to narrow down with, and the boxes."""

    UNFIT = " ✗  "

    def __init__(self, key: str, offers: Sequence[Offer], text: str, free: bool = False) -> None:
        kind = question(key).metavar.partition(",")[0]
        hint = "type to narrow the list down" + (f", or paste {kind}s" if free else "")
        super().__init__(key, Values(placeholder=hint), offers, "many")
        self._ticked = set(words(text))
        self._free = free
        """Whether what is not offered may be pasted."""

    def show(self, text: str) -> None:
        """Tick these."""
        ticked = set(words(text))
        if ticked != self._ticked:
            self._ticked = ticked
            self.fill()

    def fill(self) -> None:
        """List what fits; the cursor stays where it is, as far as it can."""
        at = self.list.highlighted
        super().fill()
        if at is not None and at < len(self.shown):
            self.list.highlighted = at

    def fitting(self, text: str) -> list[Offer]:
        """What was pasted comes first."""
        offered = {each.value for each in self.offers}
        own = [Offer(value, value) for value in sorted(self._ticked - offered)]
        return [*(each for each in own if text in each.value.lower()), *super().fitting(text)]

    def drawn(self, offer: Offer, text: str) -> Content:
        """A row with its box."""
        del text
        ticked = offer.value in self._ticked
        return Content.styled(f"[{'x' if ticked else ' '}] {offer.label}", "bold" * ticked)

    def waiting(self) -> str | None:
        """All that is ticked, with what is typed where it is a value; a mere part of one is not."""
        text = self.line.value.strip()
        exact = self.named(text)
        strange = pasted_several(text) if self._free and text and not self.shown else []
        more = {exact.value} if exact and not exact.unfit else set(strange)
        return self._with(more) if more else None

    def tell(self, text: str) -> None:
        """These are ticked now; the line is empty for the next one."""
        self._ticked = set(words(text))
        with self.prevent(Input.Changed):
            self.line.value = ""
        self.fill()
        super().tell(text)

    def typed(self) -> None:
        """Typing ticks nothing."""

    def entered(self) -> None:
        """Enter in an empty line goes on; otherwise it ticks what is meant, or leads on to it."""
        if self.waiting() is not None:
            self.settle()
        elif self.only:
            self.tell(self._with({self.only.value}))
        elif self.line.value.strip() and self.shown:
            self.action_into(1)
        else:
            self.post_message(Settled())

    def choose(self, offer: Offer, *, entering: bool) -> bool:
        """Turn the box; Enter never takes a tick away, and goes on from a box that has one."""
        if offer.value in self._ticked and entering:
            return True
        self._ticked ^= {offer.value}
        at = self.shown.index(offer)
        self.list.replace_option_prompt_at_index(at, self.drawn(offer, ""))
        super().tell(self._with(set()))
        return False

    @on(Values.Given)
    def _given(self, event: Values.Given) -> None:
        """Tick every value that was pasted; say which of them could not be."""
        event.stop()
        rows = {each.value.lower(): each for each in self.offers}
        rows |= {each.label.lower(): each for each in self.offers}
        taken: set[str] = set()
        dropped = []
        for value in pasted_several(event.text, rows.get):
            offer = rows.get(value.lower())
            if offer and not offer.unfit:
                taken.add(offer.value)
            elif not offer and self._free:
                taken.add(value)
            else:
                dropped.append(value)
        if taken:
            self.tell(self._with(taken))
        if dropped:
            told = f"Not in the list, and dropped: {', '.join(dropped)}"
            self.notify(told, severity="warning", timeout=10, markup=False)

    def _with(self, more: set[str]) -> str:
        """The answer: what is ticked in the list's order, then what is not in the list."""
        chosen = self._ticked | more
        offered = [each.value for each in self.offers]
        others = sorted(chosen - set(offered))
        return written(tuple([value for value in offered if value in chosen] + others))
