"""A journal as it is written: intent before each change, result after it, both on the disk.

It is a convenience: where it cannot be written the run goes on, and `problem` says so once.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from wizard import __version__
from wizard.base.errors import AwsError, Interrupted, WizardError
from wizard.base.events import Event, Sink, StepMoved
from wizard.base.secret import hide
from wizard.journal import files
from wizard.journal.files import VERSION, End, Head, Line, Result, text_of
from wizard.journal.past import wanted
from wizard.local.files import lock, write_private


class Journal:
    """The journal of one run. `path` is None where there is none; then `problem` says why.

    `titles` are the steps', by id. No known secret gets into it, whoever says it. Safe from
    several threads; nothing here raises.
    """

    def __init__(self, head: Head, titles: Mapping[str, str]) -> None:
        self.path: Path | None = None
        self.problem = ""
        self._titles = titles
        self._handle: int | None = None
        self._guard = threading.Lock()
        self._number = 0
        try:
            self._open(head)
        except (OSError, RuntimeError, WizardError) as error:
            self._gone(error)

    def _open(self, head: Head) -> None:
        where = files.made()
        self.path, self._handle = files.new(where, head.name)
        lock(self._handle)  # as long as the process lives; so others see that it does
        answers = files.answers_beside(self.path)
        if head.answers:
            write_private(answers, hide(head.answers), keep_old=False)
        self._line(
            {
                "kind": "run",
                "version": VERSION,
                "wizard": __version__,
                "verb": head.verb,
                "name": head.name,
                "region": head.region,
                "account": head.account,
                "profile": head.profile,
                "answers": answers.name if head.answers else "",
                "edits": head.edits,
                "own_password": head.own_password,
                "again": head.again,
                **who(),
            },
            safely=True,
        )
        files.prune(wanted())

    @contextlib.contextmanager
    def about(self, step: str, service: str, operation: str) -> Iterator[None]:
        """As in `ChangeLog`. A run that is killed has no result: nobody knows what came of it."""
        with self._guard:
            self._number += 1
            number = self._number
        self._line(
            {
                "kind": "intent",
                "number": number,
                "step": step,
                "title": self._titles.get(step, step),
                "service": service,
                "operation": operation,
            },
            safely=True,
        )
        try:
            yield
        except Exception as error:
            self._result(number, **_came_of(error))
            raise
        self._result(number, result=Result.OK.value)

    def _result(self, number: int, **members: str) -> None:
        self._line({"kind": "result", "number": number, **members}, safely=True)

    def beside(self, sink: Sink) -> Sink:
        """A sink that writes down where the steps are, and hands every event on."""

        def both(event: Event) -> None:
            if isinstance(event, StepMoved):
                title = self._titles.get(event.step, event.step)
                state = event.state.value
                self._line({"kind": "step", "step": event.step, "title": title, "state": state})
            sink(event)

        return both

    def end(self, how: End) -> None:
        """The run has come to its end in order."""
        self._line({"kind": "end", "how": how.value}, safely=True)

    def close(self) -> None:
        """Nothing more will be written."""
        with self._guard:
            handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)

    def _line(self, line: Line, *, safely: bool = False) -> None:
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        data = text_of({**line, "at": at}).encode()
        try:
            with self._guard:
                if self._handle is None:
                    return
                _written(self._handle, data)
                if safely:
                    os.fsync(self._handle)
        except OSError as error:
            self._gone(error)

    def _gone(self, error: Exception) -> None:
        self.close()
        why = error.why if isinstance(error, WizardError) else getattr(error, "strerror", None)
        self.problem = f"No journal of this run is kept: {str(why or error).rstrip('.')}."
        self.path = None


def _written(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _came_of(error: Exception) -> dict[str, str]:
    match error:
        case AwsError():
            result = Result.UNKNOWN if error.status >= 500 else Result.REFUSED
            return {"result": result.value, "code": error.code, "request": error.request_id}
        case Interrupted():
            return {"result": Result.REFUSED.value, "code": "Interrupted"}
        case _:
            return {"result": Result.UNKNOWN.value, "code": type(error).__name__}


def who() -> dict[str, str | int]:
    """This process: its number, the machine and the user."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody has entered this user anywhere
        user = str(os.getuid())
    return {"pid": os.getpid(), "host": socket.gethostname(), "user": user}


@contextlib.contextmanager
def kept(head: Head, titles: Mapping[str, str]) -> Iterator[Journal]:
    """A journal of a run; arguments as for `Journal`."""
    journal = Journal(head, titles)
    try:
        yield journal
    finally:
        journal.close()
