"""What every editor tells its screen."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from screens.frame import WizardScreen


class Edited(Message):
    """The person changed an answer. `text` is what a flag would take; None takes it back."""

    def __init__(self, key: str, text: str | None) -> None:
        super().__init__()
        self.key = key
        self.text = text


class Settled(Message):
    """The person is through with a field and wants the next one."""


def leave(editor: Widget, by: int) -> None:
    """To the field below it (1) or above it (-1)."""
    screen = editor.screen
    if isinstance(screen, WizardScreen):
        screen.action_neighbor(by)
