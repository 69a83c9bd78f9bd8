"""A secret that cannot be printed, and the net that no secret of this process gets through.

Whatever learns a password (typed, generated, read from AWS) says so once, by `known`; `hide` takes
it out of every text that leaves the program, in whichever form.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import quote, quote_plus

from wizard.base.json_input import parsed_json

HIDDEN = "••••••••"
SHORTEST = 6
"""Characters; what is shorter is in too many words, and no password that is taken."""


class _Net:
    """Every form of every secret, the longest first; replaced whole, so no reader meets half."""

    forms: tuple[str, ...] = ()
    lock = threading.Lock()


class Secret:
    """A text that only `reveal` gives away: not repr, str, format, pickle, JSON or a copy."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text
        known(text)

    @classmethod
    def typed(cls, text: str) -> Secret:
        """One that may not be whole yet, and is not `known` before it is `taken`.

        The beginning of a password may be a word that stands in every other line.
        """
        secret = cls.__new__(cls)
        secret.__text = text
        return secret

    def taken(self) -> Secret:
        """Take this secret as the password: from now on its text is hidden everywhere."""
        known(self.__text)
        return self

    def reveal(self) -> str:
        """The text, for the one place that needs it."""
        return self.__text

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, _form: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self.__text == other.reveal()

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is never written")


def keep_in_memory() -> None:
    """Keep this process's memory off the disk, also where the process crashes."""
    try:
        import resource
    except ImportError:  # there are no such dumps on this system
        return
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def known(text: str) -> None:
    """From now on the text is hidden, as it is and as it stands in JSON, in a URL, in base64."""
    if len(text) < SHORTEST or text in _Net.forms:
        return
    with _Net.lock:
        _Net.forms = tuple(sorted({*_Net.forms, *_written(text)}, key=len, reverse=True))


def known_in(text: str) -> None:
    """Hide the `password` of a secret's JSON text from now on; any other text is passed by."""
    try:
        members = parsed_json(text)
    except ValueError:
        return
    if isinstance(members, dict) and isinstance(members.get("password"), str):
        known(members["password"])


def hide(text: str) -> str:
    """The text without any known secret."""
    for form in _Net.forms:
        if form in text:
            text = text.replace(form, HIDDEN)
    return text


def _written(text: str) -> Iterator[str]:
    raw = text.encode("utf-8", "surrogatepass")
    yield from (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield from (quote(raw, safe=""), quote_plus(raw))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
