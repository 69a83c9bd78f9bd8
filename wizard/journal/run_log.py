"""The log file of a run: each event as one line, for the owner's eyes only, and no secret in it.

A log is a convenience: where it cannot be written the run goes on, and `problem` says so once.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TextIO

from wizard import __version__
from wizard.base.errors import WizardError
from wizard.base.events import Called, Event, LayerMoved, News, Phases, Sink, StepMoved
from wizard.base.text import clean
from wizard.local.files import make_folders, state_folder
from wizard.plan.model import Plan

KEPT = 20
"""So many logs stay; older ones are removed."""
OURS = re.compile(r"\d{8}T\d{6}Z-[a-z0-9-]+\.log")
PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class Ending(Protocol):
    """What the log says of a run's outcome, whoever ran it."""

    @property
    def errors(self) -> Sequence[tuple[str, WizardError]]:
        """Each step that failed, by its id, with why."""

    @property
    def interrupted(self) -> bool:
        """Whether the person stopped the run."""

    @property
    def ok(self) -> bool:
        """Whether everything is as wanted."""

    @property
    def seconds(self) -> float:
        """From the first step to the last, by the run's clock."""


class RunLog:
    """A log that is being written. `path` is None where there is none; then `problem` says why."""

    def __init__(self, plan: Plan) -> None:
        self.path: Path | None = None
        self.problem = ""
        self._file: TextIO | None = None
        self._begin: float | None = None
        self._phases = Phases()
        try:
            self._open(plan.name)
        except (OSError, RuntimeError) as error:
            self._gone(error)
        edited = [document.name for document in plan.documents if document.edited]
        self._line(f"formae-wizard {__version__}, deployment {plan.name} in {plan.region}")
        if edited:
            self._line(f"edited by hand: {', '.join(edited)}")

    def _open(self, name: str) -> None:
        place = state_folder(os.environ) / "logs"
        make_folders(place)
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{name}"
        for number in range(1, 100):
            path = place / (f"{stem}-{number}.log" if number > 1 else f"{stem}.log")
            with contextlib.suppress(FileExistsError):
                handle = os.open(path, PRIVATE, 0o600)
                self._file = os.fdopen(handle, "w", 1, "utf-8", "backslashreplace")
                self.path = path
                break
        _prune(place)

    def beside(self, sink: Sink) -> Sink:
        """A sink that writes every event down and hands it on."""

        def both(event: Event) -> None:
            self.write(event)
            sink(event)

        return both

    def write(self, event: Event) -> None:
        """One line for the event; of a layer only each new phase."""
        if self._begin is None:
            self._begin = event.at
        text = self._words(event)
        if text:
            seconds = int(event.at - self._begin)
            self._line(f"{seconds // 60:02d}:{seconds % 60:02d} {event.step}: {text}")

    def _words(self, event: Event) -> str:
        match event:
            case StepMoved():
                digest = event.outputs.get("digest")
                return f"{event.words} ({digest})" if digest else event.words
            case News():
                return f"| {event.text}"
            case Called():
                return f"> {event.text}"
            case LayerMoved():
                if not self._phases.new(event):
                    return ""
                return f"layer {event.layer}: {event.phase} ({event.total} bytes)"

    def end(self, outcome: Ending) -> None:
        """The last lines: what went wrong, and how it ended."""
        for step_id, problem in outcome.errors:
            self._line(f"{step_id}: {_told(problem)}")
        word = "stopped" if outcome.interrupted else "ended well" if outcome.ok else "failed"
        self._line(f"{word} after {outcome.seconds:.0f} s")

    def close(self) -> None:
        """Nothing more will be written."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None

    def _line(self, text: str) -> None:
        if self._file is None:
            return
        try:
            self._file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {clean(text)}\n")
        except OSError as error:
            self._gone(error)

    def _gone(self, error: Exception) -> None:
        self.close()
        reason = getattr(error, "strerror", None) or str(error)
        self.problem = f"No log file is written: {reason}."
        self.path = None


@contextlib.contextmanager
def kept(plan: Plan) -> Iterator[RunLog]:
    """A log of a run of this plan."""
    log = RunLog(plan)
    try:
        yield log
    finally:
        log.close()


def _told(problem: WizardError) -> str:
    return " / ".join(
        part for part in (problem.what, problem.why, problem.fix, problem.more) if part
    )


def _prune(place: Path) -> None:
    logs = sorted(path for path in place.iterdir() if OURS.fullmatch(path.name))
    for old in logs[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
