"""One question on a page: its editor, its default, and what is wrong with the answer.

A list with several columns is shown as a table as wide as the list wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from screens.answers.fields.choices import Choices, Many
from screens.answers.fields.narrowing import Picker
from screens.background import after_refresh
from screens.frame import Said
from wizard.answers.parsing import Toml
from wizard.answers.questions import Question, QuestionKind
from wizard.answers.questions.lists import Listing, Offer, QuestionContext
from wizard.base.errors import WizardError
from wizard.engine.account.ownership import NameConflict
from wizard.ui.common.asking import YES_OR_NO, default_words, legal_choices
from wizard.ui.common.queries import TAKEN
from wizard.ui.common.session import Session


def laid_out(listing: Listing, offers: Sequence[Offer], room: int) -> list[Offer]:
    """The offers, each with its columns as its label; `room` is the screen's cells for a row."""
    columns = list(zip(*(each.columns for each in offers if each.columns), strict=True))
    if not columns:
        return list(offers)
    limits = [*listing.widths, *[(0, 0)] * len(columns)]
    widths = [
        max(least, min(most, max(map(len, column))))
        for column, (least, most) in zip(columns, limits, strict=False)
    ]
    if listing.cut:
        beside = sum(widths[1:]) + len(listing.gap) * (len(widths) - 1)
        widths[0] = max(limits[0][0], min(widths[0], room - beside))
    filled = "".join(f"{{:<{width}}}{listing.gap}" for width in widths[:-1]) + "{}"
    return [
        each._replace(label=filled.format(*_cut(each.columns, widths[0] if listing.cut else 0)))
        if each.columns
        else each
        for each in offers
    ]


def _cut(columns: Sequence[str], width: int) -> Sequence[str]:
    """The columns with a name of at most `width` cells; 0 leaves it as it is."""
    name, *others = columns
    return columns if not width or len(name) <= width else (f"{name[: width - 1]}…", *others)


BESIDE, ALONE = 36, 14
"""Cells that margins, marks and scrollbars take beside a list, with the topics and without them."""

TINY = 72
"""The width from which on the topics are in sight."""


class Field(Vertical):
    """A question as it stands on the screen."""

    def __init__(self, question: Question, session: Session) -> None:
        super().__init__(id=f"field-{question.key}", classes="field")
        self.question = question
        self._session = session
        self._note = Said(classes="note")
        self._problem = Said(classes="problem")
        self.editor = _editor(question, session)
        self._offered_by: tuple[QuestionContext, int] | None = None

    def compose(self) -> ComposeResult:
        """Words above the editor, problem and default below it."""
        yield Label(Content(self.question.ask), classes="ask")
        yield Label(Content(self.question.why), classes="why")
        yield self.editor
        yield self._problem
        yield self._note

    def on_mount(self) -> None:
        """Show what is there before the first paint."""
        self.show()

    def show(self) -> None:
        """Bring everything in line with the session."""
        self.display = self._session.asked(self.question)
        self._show_editor()
        message = self._session.problems(self.question.group).get(self.question.key, "")
        notes = [self._seen(), default_words(self.question, self._session)]
        if self._session.open(self.question.key):  # nobody has done anything wrong so far
            message, notes = "", [message]
        doubtful = self.question.key in self._session.doubts.causes
        self._problem.say(f"{'?' if doubtful else '✗'} {message}" if message else "")
        self.set_class(doubtful and bool(message), "-doubtful")
        self._note.say("" if message else "\n".join(filter(None, notes)))
        if message and not self.has_class("-wrong") and self.has_focus_within:
            after_refresh(self, self.scroll_visible, animate=False)
        self.set_class(bool(message), "-wrong")

    def on_descendant_focus(self) -> None:
        """The question, its list and what is wrong come into sight as a whole."""
        after_refresh(self, self.scroll_visible, animate=False)

    def focus_editor(self) -> None:
        """Put the cursor into the editor."""
        first = next((each for each in self.query(Widget) if each.focusable), None)
        if first:
            first.focus()

    def _show_editor(self) -> None:
        key, session = self.question.key, self._session
        match self.editor:
            case Choices():
                self.editor.show(legal_choices(self.question, session), chosen(self, session))
            case Many():
                self.editor.show(session.text(key))
            case Picker():
                self.editor.show(session.text(key), session.default(key)[0])
        self._offer()

    def _offer(self) -> None:
        """Offer what the machine and the account have, as far as it is known."""
        listing, context = self.question.choices_from, self._session.context
        if listing is None or isinstance(self.editor, Choices):
            return
        others = {key: each for key, each in context.values.items() if key != self.question.key}
        by = replace(context, values=others), self.app.size.width
        if by != self._offered_by:  # a list of thousands is not made anew for each key typed
            self._offered_by = by
            rows = listing.listed(context).offers
            width = self.app.size.width
            room = width - (BESIDE if width >= TINY else ALONE)
            self.editor.offer(laid_out(listing, rows, room))
            self.editor.set_class(listing.open, "-open")

    def _seen(self) -> str:
        """What AWS says about the answer; so far only whether a name is free."""
        if self.question.key != "name" or not self._session.account:
            return ""
        match self._session.seen(TAKEN):
            case NameConflict() as taken:
                return taken.words
            case WizardError() as problem:
                return f"Could not check whether the name is available: {problem.what}"
            case None:
                return "◐ Checking whether the name is available …"

    def _default(self) -> str:
        return default_words(self.question, self._session)


def _editor(question: Question, session: Session) -> Choices | Many | Picker:
    text = session.text(question.key)
    match question.kind:
        case QuestionKind.CHOICE:
            return Choices(question.key, question.choices)
        case QuestionKind.YES_NO:
            return Choices(question.key, YES_OR_NO)
        case QuestionKind.MANY:
            offers = [Offer(each.value, each.label) for each in question.choices]
            return Many(question.key, offers, text, free=not question.closed)
        case QuestionKind.TEXT:
            offers = [
                Offer(each.value, f"{each.value:<16}{each.label}") for each in question.choices
            ]
            several = question.shape.toml in {Toml.LIST, Toml.TABLE}
            return Picker(question.key, text, offers, joined=several)


def chosen(field: Field, session: Session) -> str | None:
    """The choice that means the answer, where there is one."""
    question = field.question
    value = session.collected.values[question.key]
    for each in legal_choices(question, session):
        if question.parse(each.value) == value:
            return each.value
    return None
