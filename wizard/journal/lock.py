"""A run's claim on its deployment, as one tag of the ECR repository: seen from every machine.

The repository is there within the first seconds of a first run, is ours, and answers at once after
a write. Reading its tags and setting one is what a first run may do anyway. What is free again is
said by a value, for taking a tag away would need a permission more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wizard.base.errors import ExitCode, WizardError
from wizard.base.names import RECORD_PREFIX
from wizard.journal.words import ago

KEY = f"{RECORD_PREFIX}run"
FREE = "none"
RENEWED = 120.0
STALE = timedelta(minutes=15)
"""A claim is renewed every so many seconds, and stale where that has not happened for so long."""
FORBIDDEN = re.compile(r"[^A-Za-z0-9_.:/+@-]")
"""What AWS does not take in a tag's value, and what would end a word of ours."""
WHO = 60
"""Letters of a user's or a machine's name that are kept."""
VERBS = {"apply": "setting it up", "destroy": "removing it", "rotate": "changing its passwords"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who is at work, and when they were last heard of."""

    run: str
    """A word of its own for each run."""
    mark: str
    """That of the state folder the run writes to; empty where it has none."""
    user: str
    host: str
    pid: int
    verb: str
    since: datetime
    seen: datetime

    @property
    def who(self) -> str:
        """`ada@laptop, process 4711`."""
        return f"{self.user}@{self.host}, process {self.pid}"

    def stale(self, now: datetime) -> bool:
        """Whether it was not renewed for so long that its run has probably died."""
        return now - self.seen > STALE


class Occupied(WizardError):
    """Somebody else is at work on the deployment. Nothing was changed."""

    removable: bool
    """Whether their place can be taken, by who knows that they are gone."""

    def __init__(self, what: str, why: str, fix: str, *, removable: bool) -> None:
        super().__init__(what, why, fix, ExitCode.NOT_READY)
        self.removable = removable


def written(claim: Claim) -> str:
    """The claim as a tag's value."""
    words = {
        "run": claim.run,
        "mark": claim.mark,
        "user": _word(claim.user),
        "host": _word(claim.host),
        "pid": str(claim.pid),
        "verb": claim.verb,
        "since": f"{claim.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "seen": f"{claim.seen.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return " ".join(f"{key}={value}" for key, value in words.items())


def parsed(text: str) -> Claim | None:
    """The claim in a tag's value; None where it is free, or no claim of ours."""
    words = {key: FORBIDDEN.sub("", value) for key, _, value in map(_parted, text[:256].split(" "))}
    try:
        return Claim(
            run=words["run"],
            mark=words["mark"],
            user=words["user"],
            host=words["host"],
            pid=int(words["pid"]),
            verb=words["verb"],
            since=_moment(words["since"]),
            seen=_moment(words["seen"]),
        )
    except (KeyError, ValueError):
        return None


def working(claim: Claim, now: datetime) -> str:
    """Who does what since when, and whether they still do; without a full stop."""
    silent = int((now - claim.seen).total_seconds() // 60)
    heard = (
        f"not heard of for {silent} minutes, so it has probably died"
        if claim.stale(now)
        else f"heard of {ago(claim.seen, now)}"
    )
    return f"{_doing(claim)}; {heard}"


def _doing(claim: Claim) -> str:
    doing = VERBS.get(claim.verb, "at work")
    return f"{claim.who}, {doing} since {claim.since:%Y-%m-%d %H:%M} UTC"


def occupied(claim: Claim, name: str, region: str, now: datetime) -> Occupied:
    """That somebody is at work, from wherever, told to who would begin as well."""
    what = f"Another run is at work on {name} in {region}: {_doing(claim)}."
    if claim.stale(now):
        minutes = int((now - claim.seen).total_seconds() // 60)
        return Occupied(
            what,
            f"It has not been heard of for {minutes} minutes, though it should every "
            f"{RENEWED / 60:.0f}: it has probably died.",
            "Take its place: --take-over.",
            removable=True,
        )
    return Occupied(
        what,
        f"It was heard of {ago(claim.seen, now)}. Two at once would get in each other's way.",
        "Wait for its end. Only where you know that it is gone, take its place: --take-over.",
        removable=True,
    )


def _word(text: str) -> str:
    return FORBIDDEN.sub("_", text)[:WHO] or "unknown"


def _parted(word: str) -> tuple[str, str, str]:
    return word.partition("=")


def _moment(text: str) -> datetime:
    """Raises ValueError."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        raise ValueError(text)
    return when
