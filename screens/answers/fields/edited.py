"""The one message every editor sends."""

from __future__ import annotations

from textual.message import Message


class Edited(Message):
    """The person changed an answer. `text` is what a flag would take; None takes it back."""

    def __init__(self, key: str, text: str | None) -> None:
        super().__init__()
        self.key = key
        self.text = text


class Settled(Message):
    """The person is through with a field and wants the next one."""
