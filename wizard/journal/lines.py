"""The lines of a journal: one JSON object each, and how they are read where they may be anything.

`kind` is one of: `run`, the first line; `intent`, before something is changed; `result`, after it,
by the intent's `number`; `step`, a step in a new state; `end`; `forgotten`, when a person does not
want to hear of the run any more.

Also what a run needs of its journal, as a protocol, and the one of a run that keeps none.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from wizard.base.text import clean

VERSION = 1
LONGEST = 2000
"""Characters of a text in a line."""
MOST = 4_000_000
"""Bytes of a journal that are read; a run's has some ten thousand."""

Line = dict[str, Any]


class End(StrEnum):
    """How a run came to its end in order."""

    WELL = "ended well"
    STOPPED = "stopped"
    FAILED = "failed"


class Result(StrEnum):
    """What came of a change, as far as the run heard."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a run is about."""

    verb: str
    """`apply`, `destroy` or `rotate`."""
    name: str
    region: str
    account: str
    profile: str = ""
    answers: str = ""
    """The text of an answers file, without a secret; it is kept beside the journal."""
    edits: str = ""
    """The folder with the documents that were edited by hand."""
    own_password: bool = False
    again: str = ""
    """The command that goes on from the run, without a secret."""


def text_of(line: Line) -> str:
    """The line as it is written: ASCII, with its end, and no text in it too long."""
    shown = {key: _short(value) for key, value in line.items()}
    return json.dumps(shown, allow_nan=False, separators=(",", ":")) + "\n"


def _short(value: Any) -> Any:
    return clean(value)[:LONGEST] if isinstance(value, str) else value


def lines_of(data: bytes) -> Iterator[Line]:
    """The lines that are whole; one that was being written when the power went is passed over."""
    for part in data.split(b"\n"):
        try:
            line = json.loads(part)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and isinstance(line.get("kind"), str):
            yield line


def word(line: Line, key: str) -> str:
    """A text of the line, fit for a terminal; empty where there is none."""
    value = line.get(key)
    return clean(value)[:LONGEST] if isinstance(value, str) else ""


class ChangeLog(Protocol):
    """Hears of everything that is about to be changed, and of what came of it."""

    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Within it the change is made; what is raised is noted and goes on. Never raises itself.

        `service` and `operation` are AWS's, or say in the same way what else is changed.
        """


class _NoChangeLog:
    def about(self, step: str, service: str, operation: str) -> AbstractContextManager[None]:
        """Nothing is written down."""
        del step, service, operation
        return contextlib.nullcontext()


NO_CHANGE_LOG: ChangeLog = _NoChangeLog()
