"""An account whose free texts are written by somebody who wants to steer our terminal.

It lies around the stand-in's front: every answer to a read call has the texts in it poisoned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from wizard.standin.server import StandIn

OPEN = "\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil\x1b\\\x1b[31m\x1b[2J"
TURNED = "\x9b31m\u202eevil\u2066\u2028"
MARKUP = "[red]loud[/red] [/nothing] [@click=app.quit]here[/]"
"""What Rich and Textual take for colours, for an error, and for a link; all of it is only text."""
PKL = '\\(read("env:HOME")) """ #"'
EVIL = f"{OPEN}{TURNED}{{braces}} [bold]{MARKUP} {PKL} $(touch evil)`touch evil`"
STEERING = [chr(code) for code in (*range(9), *range(11, 32), 127, *range(128, 160))]
TURNING = ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u2028"]
FREE = {"message", "Message", "Description", "description", "Name_", "SourceIdentifier"}
"""Members of answers that anybody may fill with anything."""


class Poisoned:
    """The stand-in's front, its JSON and XML answers poisoned."""

    def __init__(self, front: Any, free: set[str]) -> None:
        self._front = front
        self._free = free
        self.poisoned = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._front, name)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        response = self._front._respond(environ)
        if "json" in (response.content_type or ""):
            told = json.loads(response.get_data() or b"null")
            response.set_data(json.dumps(self._evil(told)).encode())
        if "xml" in (response.content_type or ""):
            response.set_data(self._evil_xml(response.get_data(as_text=True)))
        return response(environ, start_response)  # type: ignore[no-any-return]

    def _evil_xml(self, text: str) -> str:
        """XML has no escape character; all else can stand in it."""
        evil = escape(EVIL.removeprefix(OPEN))
        for member in sorted(self._free):
            text, number = re.subn(rf"(?<=[^>])</{member}>", lambda end: evil + end[0], text)
            self.poisoned += number
        return text

    def _evil(self, value: Any) -> Any:
        match value:
            case dict():
                return {key: self._member(key, inner) for key, inner in value.items()}
            case list():
                return [self._evil(inner) for inner in value]
            case _:
                return value

    def _member(self, key: str, value: Any) -> Any:
        if key in self._free and isinstance(value, str):
            self.poisoned += 1
            return value + EVIL
        if key in self._free and isinstance(value, list):
            return [each + EVIL if isinstance(each, str) else self._evil(each) for each in value]
        return self._evil(value)


def poison(standin: StandIn, free: set[str] = FREE) -> Poisoned:
    """From now on the account is hostile; the next `reset` ends it."""
    standin._front = poisoned = Poisoned(standin._front, free)  # type: ignore[assignment]
    return poisoned


def steering(text: str) -> list[str]:
    """What in a text that was shown could steer a terminal or turn its letters about."""
    return [letter for letter in (*STEERING, *TURNING) if letter in text]
