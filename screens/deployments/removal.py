"""Removing a deployment: what goes and what stays, before its name is typed; and how it ended.

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
from screens.answers.fields.line import Edited, Line, Settled
from screens.background import in_background
from screens.copying import copy
from screens.frame import Reading, Said, WizardScreen
from screens.words import MUTED, problem_text
from wizard.answers.model import Answers
from wizard.answers.questions import Choice
from wizard.base.errors import WizardError
from wizard.base.text import clean
from wizard.engine.destroy import Leaving
from wizard.engine.destroy.destroy_text import DATA_WORDS, before, chooses_data, in_the_way
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import held, protected
from wizard.engine.job import End
from wizard.plan.inputs import Choices, Data
from wizard.ui.common.ending import log_place, problems


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
        reason, leaving = self._blocked(), self._leaving
        name = leaving.plan.name if leaving else ""
        typed = self.query_one("#name", Input).value.strip()
        wrong = leaving and in_the_way(leaving, typed or name, agreed=self._agreed)
        self.query_one("#blocked", Said).say(f"✗ {wrong}" if wrong else "")
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


GONE_HELP = (
    "The result of the removal, including what AWS is still removing. A later removal finds what "
    "remains and resumes from there. Secrets can be restored for a few days."
)


class GoneScreen(WizardScreen):
    """How it ended."""

    HELP_TITLE = "Removal result"
    HELP_TEXT = GONE_HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "leave": "Quit the wizard",
        "back": "Back to the overview",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+l,f5", "again", "Try again"),
        Binding("c", "copy", "Copy command"),
        Binding("escape", "back", "First page"),
    ]

    def __init__(self, ended: End) -> None:
        super().__init__()
        self._ended = ended

    @property
    def _ok(self) -> bool:
        return self._ended.outcome.ok

    def compose_body(self) -> ComposeResult:
        """What there is to say, and what can be done."""
        with Vertical(classes="page"):
            yield Label(self._title, classes="title" if self._ok else "title -failed")
            with Reading():
                yield Static(self._text())
            with Horizontal(classes="buttons"):
                if not self._ok:
                    yield Button("Try again", id="again", compact=True)
                yield Button("First page", id="first", compact=True)
                yield Button("Quit", id="quit", compact=True)

    @property
    def _title(self) -> str:
        if self._ok:
            return "✓ Removed"
        return "⊘ Stopped" if self._ended.outcome.interrupted else "✗ Some resources remain"

    def _text(self) -> Content:
        summary, flow = self._ended.summary, self.session.flow
        found = problems(self._ended.job.plan, self._ended.outcome)
        blocks = [problem_text(problem) for problem in found]
        blocks.append(Content("\n").join([Content(clean(line)) for line in summary.lines]))
        blocks += [Content(clean(note)) for note in summary.notes]
        if self._ended.go_on:
            blocks.append(
                Content.assemble(
                    ("Next steps\n", "bold $text-accent"),
                    (self._ended.command, "bold"),
                    ("  c: copy", MUTED),
                )
            )
        blocks.append(Content.assemble(("Log\n", "bold $text-accent"), log_place(flow)))
        return Content("\n\n").join(blocks)

    def on_mount(self) -> None:
        """Quit after success, try again after failure."""
        self.query_one("#quit" if self._ok else "#again").focus()

    def leave(self) -> None:
        """Nothing is lost any more."""
        self.wizard.exit(self._ended)

    def action_again(self) -> None:
        """Look again what is there, then remove the rest."""
        self.wizard.remove_deployment(self._ended.job.answers)

    def action_copy(self) -> None:
        """The command that goes on, or sets it up again, into the clipboard."""
        copy(self.app, self._ended.command, "The command")

    def action_back(self) -> None:
        """To the first page; what was known of the deployment is asked anew."""
        self.wizard.home()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "again":
                self.action_again()
            case "first":
                self.action_back()
            case _:
                self.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works: nothing to try again after a success."""
        del parameters
        if action == "copy":
            return bool(self._ended.command)
        return not self._ok if action == "again" else True
