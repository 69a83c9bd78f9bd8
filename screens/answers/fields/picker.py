"""Type it, paste it, or pick it from a list: a line with what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.widgets import Input

from screens.answers.fields.line import Line
from screens.answers.fields.narrowing import Narrowing
from wizard.answers.questions.lists import Offer
from wizard.base.text import clean


class Picker(Narrowing):
    """One value. Without offers, every letter counts at once."""

    def __init__(
        self,
        key: str,
        text: str,
        offers: Sequence[Offer] = (),
        hint: str = "",
        *,
        joined: bool = False,
    ) -> None:
        line = Line(text, placeholder=hint, select_on_focus=True, joined=joined)
        super().__init__(key, line, offers, "picker")
        self._in_force = text
        self._typed = False
        """Whether something stands in the line that is not the answer yet."""
        self._written = False
        """Whether the person wrote in it since it has the focus."""

    def show(self, text: str, hint: str = "") -> None:
        """Put a text there, unless the person is writing in it."""
        self.line.placeholder = hint
        self._in_force = text
        writing = self.has_focus_within and self._written
        if not writing and self.line.value != text:
            with self.prevent(Input.Changed):
                self.line.value = text
            self.fill()

    def _left(self) -> None:
        super()._left()
        if self.is_attached and not self.has_focus_within:
            self._written = False  # an emptied line shows the default again
            self.show(self._in_force, self.line.placeholder)

    def fill(self) -> None:
        """List what fits; the cursor stands on the answer."""
        if self.offers or self.shown:
            super().fill()
        else:
            self.add_class("-empty")
        text = self.line.value.strip().lower()
        for index, each in enumerate(self.shown):
            if each.value.lower() == text:
                self.list.highlighted = index

    def fitting(self, text: str) -> list[Offer]:
        """All of them beside a value that is one of them."""
        return list(self.offers) if self.named(text) else super().fitting(text)

    def drawn(self, offer: Offer, text: str) -> Content:
        """A row, with a dot where it is the answer."""
        return Content(("● " if offer.value.lower() == text else "  ") + clean(offer.label))

    @property
    def narrowed(self) -> bool:
        """Not where it is the answer, which the next letter takes the place of."""
        return self._typed

    def waiting(self) -> str | None:
        """What is typed, where it is not the answer yet."""
        return self.line.value if self._typed else None

    def tell(self, text: str) -> None:
        """This is the answer now."""
        self._in_force, self._typed = text, False
        super().tell(text)

    def typed(self) -> None:
        """It is the answer at once where it narrows nothing down."""
        self._typed = self.line.value != self._in_force
        self._written = self._written or self._typed
        if not self.offers or self.named(self.line.value):
            self.settle()

    @on(Line.Pasted)
    def _pasted(self, event: Line.Pasted) -> None:
        event.stop()
        self.settle()

    def choose(self, offer: Offer, *, entering: bool) -> bool:
        """The row is the answer."""
        with self.prevent(Input.Changed):
            self.line.value = offer.value
        self.fill()
        self.tell(offer.value)
        return entering
