"""The end of a removal: what is gone, what is left, and what still costs money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, Static

from screens.copying import copy
from screens.frame import Reading, WizardScreen
from screens.words import MUTED, problem_text
from wizard.base.text import clean
from wizard.engine.job import End
from wizard.ui.common.ending import log_place, problems

HELP = (
    "The result of the removal, including what AWS is still removing. A later removal finds what "
    "remains and resumes from there. Secrets can be restored for a few days."
)


class GoneScreen(WizardScreen):
    """How it ended."""

    HELP_TITLE = "Removal result"
    HELP_TEXT = HELP
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
                    (self._ended.job.resume_command, "bold"),
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
        """The command that goes on, into the clipboard."""
        copy(self.app, self._ended.job.resume_command, "The command")

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
            return bool(self._ended.go_on)
        return not self._ok if action == "again" else True
