"""Several of many: a list of boxes that narrows down while one types."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from screens.answers.fields.edited import Settled
from screens.answers.fields.line import Line
from screens.answers.fields.narrowing import Narrowing
from wizard.answers.parsing import pasted_several, words, written
from wizard.answers.questions.lists import Offer


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

    def __init__(self, key: str, offers: Sequence[Offer], text: str, free: bool = False) -> None:
        hint = "type to narrow the list down" + (", or paste ARNs" if free else "")
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
