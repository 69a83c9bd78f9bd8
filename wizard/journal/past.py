"""Runs of earlier: what their journals tell, and which of them did not come to their end.

A journal may be cut short anywhere, and anybody may have written into it: what is no line of ours
is passed over, and every text is fit for a terminal.

The tries of a set-up that has not come to its end: what they ordered, and so may have made.

A run of earlier in words: where it stopped, when, whose it was, and what nobody knows of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wizard.base.events import StepState
from wizard.journal import files
from wizard.journal.files import MOST, VERSION, End, Line, Result, lines_of, text_of
from wizard.journal.files import word as lines_word
from wizard.local.files import held

GOOD = {StepState.DONE.value, StepState.KEPT.value, StepState.CHANGED.value}
UNHEARD = {"", Result.UNKNOWN.value}
IDLE = {StepState.WAITING.value, StepState.LOOKING.value, StepState.SKIPPED.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """What a journal tells of its run."""

    path: Path
    verb: str
    name: str
    region: str
    account: str
    profile: str
    host: str
    user: str
    pid: int
    began: datetime
    last: datetime
    """When it was heard of last."""
    end: End | None
    """None where it was killed, or is still under way."""
    alive: bool
    """Whether its process is still there."""
    at: tuple[str, ...]
    """Titles of the steps it was at, those that failed first."""
    unsure: tuple[str, ...]
    """Changes of which nobody heard what came of them, as `service Operation`."""
    orders: frozenset[tuple[str, str, str]]
    """Changes that were taken, or may have been: step, service, operation."""
    taken: frozenset[str]
    """Ids of the steps that came to a good end, or had AWS take all that they ordered."""
    answers: Path | None
    """The answers file it was started with; None where there is none."""
    edits: str
    own_password: bool
    again: str
    forgotten: bool

    @property
    def place(self) -> tuple[str, str, str]:
        """Account, region and name of the deployment that the run worked on."""
        return self.account, self.region, self.name

    @property
    def unfinished(self) -> bool:
        """Whether there is something to go on with."""
        return self.end is not End.WELL and not self.forgotten and not self.alive


def runs() -> Iterator[PastRun]:
    """Every run whose journal can be read, the newest first."""
    for path in files.journals():
        run = read(path)
        if run:
            yield run


def unfinished() -> list[PastRun]:
    """The last run of each deployment, where it did not come to its end; the newest first."""
    return [run for run in _last_of_each(runs()) if run.unfinished]


def under_way(account: str, region: str, name: str) -> PastRun | None:
    """The run that works on this deployment now, as far as this machine's journals know."""
    return next((run for run in runs() if run.alive and run.place == (account, region, name)), None)


def wanted() -> set[Path]:
    """Journals that are not to be removed, however many came after them."""
    return {run.path for run in runs() if run.alive} | {run.path for run in unfinished()}


def forget(run: PastRun) -> None:
    """Do not tell of it any more; where it cannot be written down it is told again."""
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    with contextlib.suppress(OSError):
        handle = os.open(run.path, os.O_WRONLY | os.O_APPEND | files.NOFOLLOW)
        try:  # the line before may not have come to its end
            os.write(handle, b"\n" + text_of({"kind": "forgotten", "at": at}).encode())
        finally:
            os.close(handle)


def read(path: Path) -> PastRun | None:
    """What a journal tells; None where it is none of ours, or of a later version."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | files.NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            found = list(lines_of(file.read(MOST)))
    except OSError:
        return None
    if not found or found[0]["kind"] != "run" or found[0].get("version") != VERSION:
        return None
    return _run(path, found)


def _run(path: Path, found: list[Line]) -> PastRun | None:
    head, began = found[0], _moment(found[0])
    if began is None or not all(lines_word(head, key) for key in ("verb", "name", "region")):
        return None
    ends = [lines_word(line, "how") for line in found if line["kind"] == "end"]
    end = next((each for each in End if each.value in ends), None)
    states = _states(found)
    answers = files.answers_beside(path)
    pid = head.get("pid")
    moments = (_moment(line) for line in reversed(found) if line["kind"] != "forgotten")
    return PastRun(
        path=path,
        verb=lines_word(head, "verb"),
        name=lines_word(head, "name"),
        region=lines_word(head, "region"),
        account=lines_word(head, "account"),
        profile=lines_word(head, "profile"),
        host=lines_word(head, "host"),
        user=lines_word(head, "user"),
        pid=pid if isinstance(pid, int) else 0,
        began=began,
        last=next((each for each in moments if each), began),
        end=end,
        alive=end is None and held(path),
        at=_at(states),
        unsure=tuple(
            f"{of} {operation}"
            for (_, of, operation), came in _changes(found).items()
            if came in UNHEARD
        ),
        orders=frozenset(
            change for change, came in _changes(found).items() if came != Result.REFUSED.value
        ),
        taken=_ordered(found) | {step for step, (_, state) in states.items() if state in GOOD},
        answers=answers if lines_word(head, "answers") == answers.name else None,
        edits=lines_word(head, "edits"),
        own_password=head.get("own_password") is True,
        again=lines_word(head, "again"),
        forgotten=any(line["kind"] == "forgotten" for line in found),
    )


def _moment(line: Line) -> datetime | None:
    try:
        when = datetime.fromisoformat(lines_word(line, "at"))
    except ValueError:
        return None
    return when if when.tzinfo else None


def _states(found: list[Line]) -> dict[str, tuple[str, str]]:
    """Title and last state of every step that was heard of.

    Where a step was is told by the last state before it was merely stopped.
    """
    states: dict[str, tuple[str, str]] = {}
    for line in found:
        step, state = lines_word(line, "step"), lines_word(line, "state")
        if (
            line["kind"] == "step"
            and step
            and (state != StepState.SKIPPED.value or step not in states)
        ):
            states[step] = lines_word(line, "title") or step, state
    return states


def _at(states: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """The steps it was at: those that failed, otherwise those that had begun."""
    failed = [title for title, state in states.values() if state == StepState.FAILED.value]
    begun = [title for title, state in states.values() if state not in GOOD | IDLE]
    looking = [title for title, state in states.values() if state not in GOOD]
    return tuple(failed or begun or looking)


def _changes(found: list[Line]) -> dict[tuple[str, str, str], str]:
    """What came of each change, by step, service and operation; made again, of the last."""
    heard = [line for line in found if line["kind"] == "result"]
    results = {str(line.get("number")): lines_word(line, "result") for line in heard}
    return {
        (
            lines_word(line, "step"),
            lines_word(line, "service"),
            lines_word(line, "operation"),
        ): results.get(str(line.get("number")), "")
        for line in found
        if line["kind"] == "intent"
    }


def _ordered(found: list[Line]) -> frozenset[str]:
    """Steps all of whose changes were taken."""
    came = _changes(found)
    bad = {step for (step, _, _), result in came.items() if result != Result.OK.value}
    return frozenset(step for step, _, _ in came) - bad


def _last_of_each(found: Iterable[PastRun]) -> Iterator[PastRun]:
    seen: set[tuple[str, str, str]] = set()
    for run in found:
        if run.place not in seen:
            seen.add(run.place)
            yield run


Order = tuple[str, str, str]
"""A change: the step's id, AWS's service and operation."""


def tries(account: str, region: str, name: str) -> Iterator[PastRun]:
    """Runs of `apply` on the deployment since one ended well, or it was removed; newest first."""
    for run in runs():
        if run.place != (account, region, name):
            continue
        if run.end is End.WELL and run.verb in {"apply", "destroy"}:
            return
        if run.verb == "apply" and not run.alive:
            yield run


def orders(account: str, region: str, name: str) -> frozenset[Order]:
    """Every change of theirs that AWS took, or may have taken."""
    return frozenset(order for run in tries(account, region, name) for order in run.orders)


MINUTE, HOUR, DAY = 60, 3600, 86400
WHAT = {"apply": "A run", "destroy": "A removal", "rotate": "A rotation"}
HOW = {None: "was interrupted", End.STOPPED: "was stopped", End.FAILED: "failed"}


def headline(run: PastRun, now: datetime | None = None) -> str:
    """One sentence: “A run was interrupted at “Aurora cluster” 12 minutes ago.”"""
    what = WHAT.get(run.verb, "A run")
    where = f"at {_steps(run.at)}" if run.at else "at its start"
    return f"{what} {HOW.get(run.end, 'ended')} {where} {ago(run.last, now)}."


def whose(run: PastRun) -> str:
    """The deployment that the run worked on, as a sentence."""
    account = f", account {run.account}" if run.account else ""
    return f"Deployment: {run.name} in {run.region}{account}."


def unheard(run: PastRun) -> str:
    """What may have happened in a run without anybody hearing of it; empty where nothing may."""
    if not run.unsure:
        return ""
    several = ", ".join(run.unsure)
    return f"The outcome of {several} is unknown; the wizard checks in AWS what exists."


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, in words."""
    seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    if seconds < MINUTE:
        return "just now"
    for size, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {word}{'s' * (number != 1)} ago"
    return "just now"


def _steps(titles: tuple[str, ...]) -> str:
    more = len(titles) - 1
    others = f" and {more} other step{'s' * (more != 1)}" if more else ""
    return f"“{titles[0]}”{others}"
