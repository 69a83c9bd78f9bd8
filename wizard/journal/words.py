"""A run of earlier in words: where it stopped, when, whose it was, and what nobody knows of it."""

from __future__ import annotations

from datetime import UTC, datetime

from wizard.journal.lines import End
from wizard.journal.past import PastRun

MINUTE, HOUR, DAY = 60, 3600, 86400
WHAT = {"apply": "A run", "destroy": "A removal", "rotate": "A rotation"}
HOW = {None: "was interrupted", End.STOPPED: "was stopped", End.FAILED: "failed"}


def headline(run: PastRun, now: datetime | None = None) -> str:
    """One sentence: “A run was interrupted at “Aurora cluster” 12 minutes ago.”"""
    what = WHAT.get(run.verb, "A run")
    where = f"at {_steps(run.at)}" if run.at else "at its beginning"
    return f"{what} {HOW.get(run.end, 'ended')} {where} {ago(run.last, now)}."


def whose(run: PastRun) -> str:
    """Which deployment it worked on."""
    account = f", account {run.account}" if run.account else ""
    return f"It worked on {run.name} in {run.region}{account}."


def unheard(run: PastRun) -> str:
    """What may have happened without anybody hearing of it; empty where nothing may."""
    if not run.unsure:
        return ""
    several = ", ".join(run.unsure)
    return f"Nobody heard what came of {several}; AWS is asked what is there."


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
