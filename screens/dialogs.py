"""Short questions over whatever screen is there: dialogs, help, the code of an MFA device."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, Input, Label, Static

from screens.keys import Keys, helped
from wizard.local.mfa import Wanted, nobody

BROAD = 16
"""Cells for the keys, left of what they do."""

ROOM, BESIDE = 58, 6
"""Cells for a dialog's buttons, and what each needs beside its label; else they are stacked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a dialog. `key` is the letter that does it."""

    name: str
    label: str
    key: str


class Dialog(ModalScreen[str]):
    """A question with a few answers; the first one is the harmless one, and what Esc means."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
        Binding("f1,question_mark", "explain", "Help"),
    ]

    def __init__(self, title: str, text: str, answers: Sequence[Answer], focus: int = 0) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._answers = list(answers)
        self._focus = focus

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Static(Content(self._text))
            labels = [f"{each.label} ({each.key})" for each in self._answers]
            with Horizontal(classes="buttons") as row:
                row.set_class(sum(map(len, labels)) + BESIDE * len(labels) > ROOM, "-stacked")
                for each, label in zip(self._answers, labels, strict=True):
                    yield Button(label, id=each.name, compact=True)
            yield Static(classes="keys")
        yield Keys()

    def on_mount(self) -> None:
        """Each answer has its letter; Esc means the first."""
        self._bindings.bind("escape", "first", self._answers[0].label)
        self.query_one(f"#{self._answers[self._focus].name}").focus()
        for each in self._answers:
            self._bindings.bind(each.key, f"answer('{each.name}')", show=False)
        if {each.name for each in self._answers} == {"no", "yes"}:
            self._bindings.bind("y", "answer('yes')", show=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id or "")

    def action_explain(self) -> None:
        """The keys that work here."""
        tell_keys(self, [(each.key, each.label) for each in self._answers])

    def action_answer(self, name: str) -> None:
        """A letter was pressed."""
        self.dismiss(name)

    def action_first(self) -> None:
        """Leave everything as it is."""
        self.dismiss(self._answers[0].name)


def keys_told(keys: Sequence[tuple[str, str]]) -> Content:
    """The keys with what they do, a line each."""
    return Content("\n").join(Content(f"{shown:<{BROAD}}{words}") for shown, words in keys)


def tell_keys(dialog: Screen[Any], letters: Sequence[tuple[str, str]] = ()) -> None:
    """Show a dialog's keys in it, or hide them; no second dialog lies over the first."""
    told = dialog.query_one(".keys", Static)
    told.display = not told.display
    told.update(keys_told([*letters, *helped(dialog.app, dialog.active_bindings)]))


class Help(ModalScreen[None]):
    """What the screen is for, and the keys that work on it now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("enter,f1,q,question_mark", "dismiss", show=False),
    ]

    def __init__(self, title: str, text: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._keys = keys

    def compose(self) -> ComposeResult:
        """A box with prose and keys."""
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = self._title
            yield Static(Content(self._text))
            yield Label("Keys that work here now", classes="heading")
            yield Static(keys_told(self._keys))
        yield Keys()


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
