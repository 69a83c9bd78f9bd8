"""Saving a text into a file the person names, for them alone, never over another unasked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from screens.answers.fields.line import Line
from screens.dialogs import tell_keys
from screens.frame import Said
from screens.keys import Keys
from wizard.base.errors import WizardError
from wizard.local.files import write_private


class SaveDialog(ModalScreen[Path | None]):
    """Where to? Gives the file written, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("f1", "explain", "Help"),
    ]

    def __init__(self, name: str, text: str, mode: int = 0o600) -> None:
        super().__init__()
        self._name = name
        self._text = text
        self._mode = mode
        self._asked: Path | None = None

    def compose(self) -> ComposeResult:
        """A line to type into."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Save"
            yield Label("Save to which file?")
            yield Line(self._name, id="file")
            yield Said(id="told", classes="problem")
            with Horizontal(classes="buttons"):
                yield Button("Save", id="save", compact=True)
                yield Button("Cancel", id="cancel", compact=True)
            yield Static(classes="keys")
        yield Keys()

    def action_explain(self) -> None:
        """The keys that work here."""
        tell_keys(self)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._asked = None
        self.query_one(Said).say("")
        self.query_one("#save", Button).label = "Save"

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        text = self.query_one(Input).value.strip()
        if not text:
            return
        path = Path(text).expanduser()
        if path.exists() and path != self._asked:
            self._asked = path
            self.query_one(Said).say(f"{path} already exists. Save again to overwrite it.")
            self.query_one("#save", Button).label = "Overwrite"
            return
        try:
            write_private(path, self._text, keep_old=False, mode=self._mode)
        except WizardError as problem:
            self.query_one(Said).say(str(problem))
        else:
            self.dismiss(path.absolute())

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Nothing is written."""
        self.dismiss(None)
