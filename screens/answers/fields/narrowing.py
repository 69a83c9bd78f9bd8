"""A line with a list below it to choose from, which narrows down while one types.

What is typed only narrows the list down; it becomes the answer on Enter, where it is pasted or is a
row word for word, and where one leaves the field. Letters typed in the list go to the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.answers.fields.line import Edited, Line, Settled, leave
from screens.words import MUTED, problem_text
from wizard.answers.questions import Question
from wizard.answers.questions.lists import Listing, Offer
from wizard.base.text import clean
from wizard.ui.common.session import Session

MOST = 200
"""Rows shown at once; with thousands of offers, typing narrows them down."""


class Rows(OptionList):
    """A list with formae's own keys beside the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("space", "select", show=False),
    ]


class Narrowed(OptionList):
    """The list. One leaves it at its ends, and what one types goes to the line above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", show=False),
        Binding("enter", "settle", show=False),
    ]
    going_on = False
    """Whether what is chosen now is also the end of this field."""

    @property
    def _field(self) -> Narrowing:
        return cast("Narrowing", self.parent)

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list down."""
        letter = event.character if event.is_printable and event.key != "space" else None
        if letter or event.key == "backspace":
            event.stop()
            event.prevent_default()
            self._field.write(letter or "")

    def on_paste(self, event: events.Paste) -> None:
        """As into the line."""
        event.stop()
        self._field.line.focus()
        self._field.line.take(event.text)

    def action_cursor_up(self) -> None:
        """Up; from the first row into the line."""
        usable = [at for at, each in enumerate(self.options) if not each.disabled]
        if self.highlighted in {None, *usable[:1]}:
            self._field.line.focus()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """Down; from the last row to what comes next."""
        usable = [at for at, each in enumerate(self.options) if not each.disabled]
        if self.highlighted in usable[-1:]:
            leave(self, 1)
        else:
            super().action_cursor_down()

    def action_settle(self) -> None:
        """Take the row and go on."""
        self.going_on = self.highlighted is not None
        self.action_select()


class Narrowing(Vertical):
    """The line and its list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into(1)", show=False),
        Binding("up", "into(-1)", show=False),
    ]

    UNFIT = "✗ "
    """What begins a row that cannot be chosen."""

    def __init__(self, key: str, line: Line, offers: Sequence[Offer], classes: str) -> None:
        super().__init__(classes=classes)
        self.key = key
        self.line = line
        self.offers = list(offers)
        self.shown: list[Offer] = []
        self.list = Narrowed(markup=False, compact=True)

    def compose(self) -> ComposeResult:
        """Line and list."""
        yield self.line
        yield self.list

    def on_mount(self) -> None:
        """Fill the list."""
        self.fill()

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these."""
        if list(offers) != self.offers:
            self.offers = list(offers)
            self.fill()

    # -- what each kind does in its own way

    @property
    def narrowed(self) -> bool:
        """Whether what stands in the line is there to be gone on with."""
        return True

    def fitting(self, text: str) -> list[Offer]:
        """The offers that are listed while this, in small letters, stands in the line."""
        return [
            each
            for each in self.offers  # whose names may be cut in their rows
            if any(text in told.lower() for told in (each.value, each.label, *each.columns))
        ]

    def drawn(self, offer: Offer, text: str) -> Content:
        """A row that can be chosen."""
        raise NotImplementedError

    def waiting(self) -> str | None:
        """The answer that leaving the field makes of what stands in the line; None for none."""
        raise NotImplementedError

    def choose(self, offer: Offer, *, entering: bool) -> bool:
        """Take a row, by Enter or otherwise; whether one goes on then."""
        raise NotImplementedError

    def typed(self) -> None:
        """The line has changed."""
        raise NotImplementedError

    # -- what all do alike

    def named(self, text: str) -> Offer | None:
        """The offer whose value the text is, whatever its case."""
        wanted = text.strip().lower()
        return next((each for each in self.offers if each.value.lower() == wanted), None)

    def fill(self) -> None:
        """List what fits."""
        text = self.line.value.strip().lower()
        fitting = self.fitting(text)
        self.shown = fitting[:MOST]
        self.set_class(not self.shown, "-empty")
        rows = [self._option(each, text) for each in self.shown]
        if len(fitting) > MOST:
            more = f"  … {len(fitting) - MOST:,} more: type to narrow them down"
            rows.append(Option(Content.styled(more, MUTED), disabled=True))
        self.list.set_options(rows)

    def _option(self, offer: Offer, text: str) -> Option:
        if not offer.unfit:
            return Option(self.drawn(offer, text))
        indent = " " * len(self.UNFIT)
        row = Content.assemble(
            (f"{self.UNFIT}{offer.label}", MUTED), (f"\n{indent}{offer.unfit}", MUTED)
        )
        return Option(row, disabled=True)

    def write(self, letter: str) -> None:
        """Go on in the line, with this letter; without one, take the last one back."""
        self.screen.set_focus(self.line)
        self.line.call_later(self._write, letter)  # once the focus has marked what stands there

    def _write(self, letter: str) -> None:
        if self.narrowed:
            self.line.cursor_position = len(self.line.value)
        if letter:
            self.line.replace(letter, *self.line.selection)
        else:
            self.line.action_delete_left()

    def tell(self, text: str) -> None:
        """This is the answer now."""
        self.post_message(Edited(self.key, text))

    def settle(self) -> None:
        """Make what stands in the line the answer, where it is one."""
        text = self.waiting()
        if text is not None:
            self.tell(text)

    @property
    def only(self) -> Offer | None:
        """The one row that what was typed has left, where it can be chosen."""
        typed = bool(self.line.value.strip())
        return self.shown[0] if typed and len(self.shown) == 1 and not self.shown[0].unfit else None

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.fill()
        self.typed()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.entered()

    def entered(self) -> None:
        """Enter in the line: the only row that is left, or what is typed; several: into them."""
        text = self.line.value.strip()
        if self.waiting() is None or not text or self.named(text) or not self.shown:
            self.settle()
            self.post_message(Settled())
        elif self.only:
            self.choose(self.only, entering=True)
            self.post_message(Settled())
        else:
            self.action_into(1)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        entering, self.list.going_on = self.list.going_on, False
        if self.choose(self.shown[event.option_index], entering=entering):
            self.post_message(Settled())

    def on_descendant_blur(self) -> None:
        """Leaving the field settles it; going from its line into its list does not."""
        self.call_later(self._left)

    def _left(self) -> None:
        if self.is_attached and self.app.app_focus and not self.has_focus_within:
            self.settle()

    def action_into(self, by: int) -> None:
        """From the line into its list, or on to the neighbour."""
        if by > 0 and self.shown and self.line.has_focus:
            if self.list.highlighted is None:
                self.list.action_first()
            if self.list.highlighted is not None:
                self.list.focus()
                return
        if by < 0 and self.list.has_focus:
            self.line.focus()
        else:
            leave(self, by)


class Looked(Static):
    """How many there are, that AWS is still being asked, or why it does not say."""

    def __init__(self, question: Question, listing: Listing, session: Session) -> None:
        super().__init__(classes="told")
        self._question = question
        self._listing = listing
        self._session = session

    def show(self) -> None:
        """Bring it in line with the session."""
        self.display = self._session.asked(self._question)
        listed = self._listing.listed(self._session.context)
        text = Content(listed.page)
        if listed.waiting:
            text = Content.styled(f"◐ {listed.page}", "$text-accent")
        elif listed.trouble:
            text = Content("\n").join([problem_text(listed.trouble), text])
        self.update(text)


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
