"""The plan as a bash file: to be read, copied, and saved so that its owner may run it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from screens.background import after_refresh, in_background
from screens.copying import SAVES, SaveDialog, copy
from screens.frame import Reading
from screens.review.documents import coloured
from screens.words import MUTED, problem_text
from wizard.base.errors import WizardError
from wizard.engine.flow import Prepared
from wizard.local.files import OWNER_MAY_RUN
from wizard.ui.common.demo import handed_out

NAME, CHANGES_NAME = "deploy.sh", "changes.sh"
WHY = (
    "The same plan as one bash script of aws, docker and curl commands, to read or run by hand. It "
    "contains no password.\n\n"
)
WHY_CHANGES = (
    "Only what this plan changes in the account, as bash commands. v: script of the whole setup. "
    "It contains no password.\n\n"
)
PIECE = 80
"""Lines laid out at once: a key pressed meanwhile is answered in between."""


class ScriptView(Vertical):
    """The script; it is made and coloured in the background, for it is long."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("s", "save", "Save"),
        Binding("v", "whole", "Whole script"),
        Binding("v", "changes", "Changes only"),
    ]

    def __init__(self, prepared: Prepared, *, demo: bool = False) -> None:
        super().__init__()
        self._demo = demo
        self._prepared = prepared
        self._text = ""
        self._whole = prepared.deployed is None

    def compose(self) -> ComposeResult:
        """One text."""
        with Reading():
            yield Static("◐ Writing the script …", id="script-text")

    def on_mount(self) -> None:
        """Write it."""
        self.show(self._prepared)

    def show(self, prepared: Prepared) -> None:
        """The script of a plan, also after an edit."""
        self._prepared, whole, demo = prepared, self._whole, self._demo

        def made() -> tuple[str, list[Content]]:
            # Loaded here: nobody waits for it who reads something else.
            from wizard.export.bash import changes_of, script

            text = script(prepared.plan, prepared.answers) if whole else changes_of(prepared)
            text = handed_out(text, demo=demo)
            why = WHY if whole else WHY_CHANGES
            return text, _pieces(Content.styled(why, MUTED) + coloured(text, "bash"))

        in_background(self, made, lambda found: self._made(prepared, found))

    def _made(self, prepared: Prepared, found: tuple[str, list[Content]] | WizardError) -> None:
        if prepared is not self._prepared:
            return
        self.query(".piece").remove()
        shown = self.query_one("#script-text", Static)
        if isinstance(found, WizardError):
            self._text = ""
            shown.update(problem_text(found))
        else:
            self._text, (first, *rest) = found
            shown.update(first)
            self._go_on(prepared, rest)
        self.refresh_bindings()

    def _go_on(self, prepared: Prepared, pieces: list[Content]) -> None:
        """One piece after the other, each once the one before it is drawn."""
        readings = self.query(Reading)  # none where one has gone on meanwhile
        if pieces and prepared is self._prepared and readings and self.is_attached:
            readings.first().mount(Static(pieces[0], classes="piece"))
            after_refresh(self, self._go_on, prepared, pieces[1:])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only once it is there, and the other script where something is deployed."""
        del parameters
        if action in {"whole", "changes"}:
            return self._prepared.deployed is not None and self._whole is (action == "changes")
        return bool(self._text) if action in {"copy", "save"} else True

    def action_whole(self) -> None:
        """Show the script of the whole set-up."""
        self._whole = True
        self.show(self._prepared)

    def action_changes(self) -> None:
        """Show only what changes in the account."""
        self._whole = False
        self.show(self._prepared)

    def action_copy(self) -> None:
        """Into the clipboard."""
        copy(self.app, self._text, "The script", SAVES)

    def action_save(self) -> None:
        """Into a file that its owner may run."""

        def saved(path: Path | None) -> None:
            if path:
                self.app.notify(f"Saved as {path}; only you can read and run it.", markup=False)

        name = NAME if self._whole else CHANGES_NAME
        self.app.push_screen(SaveDialog(name, self._text, OWNER_MAY_RUN), saved)


def _pieces(text: Content) -> list[Content]:
    lines = text.split("\n")
    return [
        Content("\n").join(lines[begin : begin + PIECE]) for begin in range(0, len(lines), PIECE)
    ]
