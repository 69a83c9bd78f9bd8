"""The code of an MFA device, asked for over whatever screen is there."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from screens.keys import Keys
from wizard.local.mfa import Wanted, nobody

LOOK = 0.2
"""Seconds between two looks whether the program is still there."""


class CodeDialog(ModalScreen[str]):
    """Asks for six digits; Esc means not now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Not now"),
        Binding("enter", "submit", "Sign in", priority=True),
    ]

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Code of your MFA device"
            yield Static(Content(f"{self._wanted.again} {self._wanted.reason}".strip()))
            yield Input(placeholder="six digits", restrict=r"[0-9 ]*", max_length=9, password=True)
        yield Keys()

    def on_mount(self) -> None:
        """The first key already counts."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def action_submit(self) -> None:
        """Sign in with what was typed, where something was."""
        typed = self.query_one(Input).value
        if typed.strip():
            self.dismiss(typed)

    def action_give_up(self) -> None:
        """Leave it."""
        self.dismiss("")


def ask_code(app: App[Any], wanted: Wanted) -> str:
    """What the person types; blocks the thread that works. Raises SignedOut without the app."""
    answer: Future[str] = Future()

    def ask() -> None:
        app.push_screen(CodeDialog(wanted), lambda typed: answer.set_result(typed or ""))

    app.call_later(ask)
    while app.is_running:
        with contextlib.suppress(TimeoutError):
            return answer.result(LOOK)
    raise nobody(wanted)
