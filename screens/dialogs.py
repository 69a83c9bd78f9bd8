"""Short questions over a screen, and its help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Static

from screens.keys import Hint, Keys

KEYS = """\
Tab, Shift-Tab, ↑, ↓   next or previous field
←, →, ↑, ↓, Space      change a choice
Enter                  accept and continue
Ctrl-N                 next screen
Esc                    back, nothing is lost
F2                     topics on the left
Ctrl-O, Ctrl-P         all commands, colors
Ctrl-C                 quit"""
TOLD = frozenset({"ctrl+n", "escape", "f2", "f1", "ctrl+o", "ctrl+c"})
"""Keys that `KEYS` tells of."""
BROAD = 23
"""Cells of its first column."""

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

    def action_answer(self, name: str) -> None:
        """A letter was pressed."""
        self.dismiss(name)

    def action_first(self) -> None:
        """Leave everything as it is."""
        self.dismiss(self._answers[0].name)


class Help(ModalScreen[None]):
    """What the screen is for, the keys that work on it now, and those that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("enter,f1,q,question_mark", "dismiss", show=False),
    ]

    def __init__(self, title: str, text: str, hints: Sequence[Hint] = ()) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._hints = [each for each in hints if each.key not in TOLD]

    def compose(self) -> ComposeResult:
        """A box with prose and keys."""
        with VerticalScroll(classes="dialog help") as box:
            box.border_title = self._title
            yield Static(Content(self._text))
            if self._hints:
                yield Label("On this screen", classes="heading")
                told = [f"{each.shown:<{BROAD}}{each.words}" for each in self._hints]
                yield Static(Content("\n".join(told)))
            yield Label("Everywhere", classes="heading")
            yield Static(Content(KEYS))
        yield Keys()
