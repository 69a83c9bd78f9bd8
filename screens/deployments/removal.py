"""Removing a deployment: what goes, what stays and why, before its name is typed.

Lines with an indent of their own: where one is broken, its rest stands below its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalGroup
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from screens.answers.fields.choices import Choices as ChoicesField
from screens.answers.fields.edited import Edited, Settled
from screens.answers.fields.line import Line
from screens.background import in_background
from screens.frame import Reading, Said, WizardScreen
from screens.words import problem_text
from wizard.answers.model import Answers
from wizard.answers.questions import Choice
from wizard.base.errors import WizardError
from wizard.base.text import clean
from wizard.engine.destroy import Leaving
from wizard.engine.destroy.destroy_text import DATA_WORDS, before, chooses_data, in_the_way
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import held, protected
from wizard.plan.inputs import Choices, Data


class Indented(VerticalGroup):
    """The lines, one below the other."""

    def show(self, lines: Iterable[str]) -> None:
        """These lines, instead of those of before."""
        self.remove_children()
        self.mount_all(_line(each) for each in lines)


def _line(text: str) -> Static:
    bare = text.lstrip(" ")
    line = Static(Content(clean(bare)))
    line.styles.margin = 0, 0, 0, len(text) - len(bare)
    return line


HELP = (
    "What will be removed, found in the account by name and tag, and what stays and why. Nothing "
    "is removed until you type the deployment's name and choose Remove. What formae itself created "
    "stays, without an agent. By default, a final snapshot of the database is kept; keeping the "
    "database keeps costing money, deleting it loses its data permanently. The formae CLI's config "
    "on this machine is restored."
)
DATA = tuple(Choice(data.value, words) for data, words in DATA_WORDS.items())
CONSENT = (Choice("no", "keep it"), Choice("yes", "remove it"))


class RemovalScreen(WizardScreen):
    """What would go."""

    HELP_TITLE = "Removing a deployment"
    HELP_TEXT = HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "remove": "Remove what is shown, after you type the name",
        "again": "Check again what exists",
        "back": "Back, without removing anything",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l,f5", "again", "Refresh"),
        Binding("escape", "back", "Back"),
    ]

    def __init__(self, place: Answers, choices: Choices | None = None) -> None:
        super().__init__()
        self._place = place
        self._choices = choices or Choices()
        self._agreed = False
        self._leaving: Leaving | None = None
        self._trouble: WizardError | None = None
        self._asked = 0

    def compose_body(self) -> ComposeResult:
        """What goes and stays; below it what is to be chosen, and the name."""
        place = self._place
        with Vertical(classes="page"):
            yield Label(f"Remove “{place.name}” from {place.region}", classes="title")
            yield Label("Nothing is removed until you type its name.", id="nothing")
            with Reading():
                yield Static(id="before")
                yield Indented(id="lines")
            with Horizontal(id="data", classes="choosing"):
                yield Label("Database", classes="asked")
                yield ChoicesField("data", DATA)
            with Horizontal(id="consent", classes="choosing"):
                yield Label("Deletion protection", classes="asked")
                yield ChoicesField("consent", CONSENT)
            with Horizontal(id="agree", classes="choosing"):
                yield Label(f"Type {place.name} to confirm", classes="asked")
                yield Line(id="name")
            yield Said(id="blocked")
            with Horizontal(classes="buttons"):
                yield Button("Back", id="back", compact=True)
                yield Button("Remove", id="remove", compact=True, disabled=True)

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(Reading).focus()
        self._look()

    def _look(self) -> None:
        self._asked += 1
        asked, place, choices = self._asked, self._place, self._choices
        self._leaving = self._trouble = None
        self._show()
        in_background(
            self,
            lambda: self.wizard.leaving(place, choices),
            lambda found: self._seen(asked, found),
        )

    def _seen(self, asked: int, found: Leaving | WizardError) -> None:
        if asked != self._asked:
            return
        if isinstance(found, WizardError):
            self._trouble = found
        else:
            self._leaving = found
        self._show()

    def _show(self) -> None:
        text, lines = self.query_one("#before", Static), self.query_one(Indented)
        leaving = self._leaving
        text.display = leaving is None
        lines.show(before(leaving, demo=self.session.demo) if leaving else ())
        if self._trouble:
            text.update(problem_text(self._trouble))
        elif leaving is None:
            text.update(Content.styled("◐ Checking what exists …", "bold $text-accent"))
        else:
            self.query_one("#data").display = chooses_data(leaving, self._choices)
            self.query_one("#consent").display = protected(leaving)
            self.query_one("#agree").display = not leaving.nothing_left
        if leaving is None and not self.query("#data:focus-within, #consent:focus-within"):
            for row in self.query(".choosing"):
                row.display = False
        data, consent = self.query(ChoicesField)
        data.show(DATA, self._choices.data.value)
        consent.show(CONSENT, "yes" if self._agreed else "no")
        self._show_way_on()

    def _show_way_on(self) -> None:
        reason = self._blocked()
        self.query_one("#blocked", Said).say(f"✗ {reason}" if reason and self._leaving else "")
        self.query_one("#remove", Button).disabled = bool(reason)
        self.refresh_bindings()

    def _blocked(self) -> str:
        if self._leaving is None:
            return "The check is not finished."
        typed = self.query_one("#name", Input).value.strip()
        return in_the_way(self._leaving, typed, agreed=self._agreed)

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        if event.key == "data":
            self._choices = replace(self._choices, data=Data(event.text or Data.FINAL_SNAPSHOT))
            self._look()
        else:
            self._agreed = event.text == "yes"
            self._show_way_on()

    @on(Settled)
    def _settled(self, event: Settled) -> None:
        event.stop()
        self.focus_next()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_way_on()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._blocked():
            self.query_one("#remove").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_remove() if event.button.id == "remove" else self.action_back()

    def action_remove(self) -> None:
        """Begin, where everything is agreed to."""
        if self._leaving is None or self._blocked():
            self.app.bell()
            return
        flow = self.session.flow
        self.wizard.follow(destroy_job(flow, self._leaving, self._place, agreed=self._agreed))

    def action_again(self) -> None:
        """Ask AWS anew, with the credentials read again."""
        self.session.flow.sign_out()
        self._look()

    def action_back(self) -> None:
        """Nothing was removed."""
        self.wizard.back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "again":
            held_up = self._leaving is not None and held(self._leaving) is not None
            return self._trouble is not None or held_up
        return True
