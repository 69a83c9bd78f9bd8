"""Taking a text out of the program: into a clipboard, or into a file that the person names.

It is said what has become of it, and no more than is known; no file is overwritten unasked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from screens.answers.fields.line import Line
from screens.background import in_background
from screens.dialogs import tell_keys
from screens.frame import Said
from screens.keys import Keys
from wizard.base.errors import WizardError
from wizard.local.files import write_private

PATIENCE = 3.0
"""Seconds that one of the programs may take."""


class Holder(NamedTuple):
    """A program that takes a text from its standard input, and what holds the text then."""

    command: tuple[str, ...]
    place: str


def holders(environment: Mapping[str, str], platform: str = sys.platform) -> Iterator[Holder]:
    """Those that can be at work here, the likeliest first.

    Over SSH a clipboard of the machine at the other end helps nobody; X11 may be forwarded.
    """
    here = not (environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    if platform == "darwin" and here:
        yield Holder(("pbcopy",), "the clipboard")
    if environment.get("WAYLAND_DISPLAY") and here:
        yield Holder(("wl-copy",), "the clipboard")
    if environment.get("DISPLAY"):
        yield Holder(("xclip", "-selection", "clipboard"), "the clipboard")
        yield Holder(("xsel", "--clipboard", "--input"), "the clipboard")
    if environment.get("TMUX"):
        # -w hands it to the terminal as well; before tmux 3.2 there was none
        yield Holder(("tmux", "load-buffer", "-w", "-"), "tmux's buffer")
        yield Holder(("tmux", "load-buffer", "-"), "tmux's buffer")


def put(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Hand the text to the first program that takes it; what holds it now, empty for none.

    Blocks for at most a few seconds for each. The text is on no command line.
    """
    for holder in holders(os.environ if environment is None else environment):
        if shutil.which(holder.command[0]) and _taken(holder.command, text):
            return holder.place
    return ""


def _taken(command: tuple[str, ...], text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the command is one of those above
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,  # xclip stays and would hold a pipe open
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


SECONDS = 4
"""How long that is said."""

SAVES = "s saves it"
"""What helps where a text can also be saved into a file."""


def copy(app: App[Any], text: str, what: str, otherwise: str = "") -> None:
    """Copy it; `what` it is in words, `otherwise` what helps where no clipboard can be reached.

    The terminal is told, too. It never answers, so that by itself is only called sent.
    """
    app.copy_to_clipboard(text)

    def told(place: str | WizardError) -> None:
        words = f"{what} is in {place}."
        if not place or isinstance(place, WizardError):
            words = "; ".join(
                filter(None, (f"{what}: sent to the terminal's clipboard", otherwise))
            )
        app.notify(words, timeout=SECONDS, markup=False)

    in_background(app, lambda: put(text), told)


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
