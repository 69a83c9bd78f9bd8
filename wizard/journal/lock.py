"""A run's claim on its deployment, as one tag of a thing of its own: seen from every machine.

Which thing that is, its host says: it is there within the first seconds of a first run, is ours,
and answers at once after a write. Reading its tags and setting one is what a first run may do
anyway. What is free again is said by a value, for taking a tag away would need a permission more.

Holding a deployment for one run: a lock on this machine, and a claim in the account.

The lock goes with its process, however that ends. The claim is made before anything else is, by
AWS in one call where its place is made with it; otherwise it is written, and stands where it is
still there a moment later. It is renewed as long as the run lives, and looked at before: a run
whose place was taken meanwhile stops. Where neither can be had (no state folder, no permission to
set a tag) the run goes on without.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wizard.base.errors import AwsError, ExitCode, Interrupted, WizardError
from wizard.base.names import RECORD_PREFIX, TAG_KEY, TAG_VALUE
from wizard.base.offer import Claimable
from wizard.journal import files
from wizard.journal.files import Head
from wizard.journal.past import ago, under_way
from wizard.journal.writing import who
from wizard.local.files import lock

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
    """Whose run is at work on a deployment, and when that run was last heard of."""

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
        """The run's person, machine and process: `ada@laptop, process 4711`."""
        return f"{self.user}@{self.host}, process {self.pid}"

    def stale(self, now: datetime) -> bool:
        """Whether the claim was not renewed for so long that its run has probably died."""
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
    """Whose run does what since when, and whether that run still does; without a full stop."""
    silent = int((now - claim.seen).total_seconds() // 60)
    heard = (
        f"no sign of it for {silent} minutes, so it has probably died"
        if claim.stale(now)
        else f"last sign of it {ago(claim.seen, now)}"
    )
    return f"{_doing(claim)}; {heard}"


def _doing(claim: Claim) -> str:
    doing = VERBS.get(claim.verb, "active")
    return f"{claim.who}, {doing} since {claim.since:%Y-%m-%d %H:%M} UTC"


def occupied(claim: Claim, name: str, region: str, now: datetime) -> Occupied:
    """That somebody is at work, from wherever, told to who would begin as well."""
    what = f"Another run is active on {name} in {region}: {_doing(claim)}."
    if claim.stale(now):
        minutes = int((now - claim.seen).total_seconds() // 60)
        return Occupied(
            what,
            f"There has been no sign of it for {minutes} minutes, although it should report every "
            f"{RENEWED / 60:.0f}: it has probably died.",
            "To replace it: --take-over.",
            removable=True,
        )
    return Occupied(
        what,
        (f"The last sign of it was {ago(claim.seen, now)}. Two concurrent runs would conflict."),
        "Wait until it has finished. Only if you know that it has died, replace it: --take-over.",
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


SETTLED = 2.0
"""Seconds after which a claim is looked at that was written over a free one. Who saw it free as
well has written his by then, and of the two the one that wrote last stays."""
AGAIN = 5.0
"""Seconds until the first look whether the claim still stands: somebody's writing may have been as
slow as that."""
AwsCall = Callable[[str, str, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run wants to hold, and how."""

    head: Head
    claimed: Claimable
    """What carries the claim."""
    beside: tuple[Claimable, ...] = ()
    """What else carries it where it is there: the places of hosts that the agent leaves."""
    call: AwsCall
    take_over: bool = False
    """Whether somebody else's place may be taken."""
    nap: Callable[[float], None]
    """Waits so many seconds; raises Interrupted where the run is to stop."""
    lost: Callable[[WizardError], None]
    """Told, from another thread, that somebody took the place of this run."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What AWS says of the claim."""

    ours: bool = False
    """Whether the place is there and of this program's making: only such carries a claim."""
    mine: bool = False
    other: Claim | None = None
    """Who else holds it."""


class Holding:
    """A deployment that is held."""

    def __init__(self, wanted: Wanted, *, locked: bool) -> None:
        known = who()
        now = _now()
        self._wanted = wanted
        self._locked = locked
        self._mark = _mark() if locked else ""
        self._mine = Claim(
            run=secrets.token_hex(4),
            mark=self._mark,
            user=str(known["user"]),
            host=str(known["host"]),
            pid=int(known["pid"]),
            verb=wanted.head.verb,
            since=now,
            seen=now,
        )
        self._placed = threading.Event()
        self._over = threading.Event()
        self._claimed = False
        self._replaced = ""
        """The run whose claim was taken over, which an answer of AWS's may still show."""
        self._keeper = threading.Thread(target=self._keep, name="claim", daemon=True)
        self._others = [
            Holding(replace(wanted, claimed=each, beside=()), locked=locked)
            for each in wanted.beside
        ]

    @property
    def _arn(self) -> str:
        head = self._wanted.head
        return self._wanted.claimed.arn(head.region, head.account, head.name)

    @property
    def tag(self) -> Mapping[str, str]:
        """The claim as a tag, for who makes its place: it is there with it, or not at all."""
        return self._wanted.claimed.tag(KEY, written(self._mine))

    def begin(self) -> None:
        """Claim it where its place is there already. Raises Occupied."""
        for each in self._others:
            each.begin()
        standing = self._look()
        other = self._claim(standing)
        if other:
            raise self._occupied(other)
        if standing.ours:
            self._placed.set()
        self._keeper.start()

    def placed(self) -> None:
        """Its place is there now, whoever made it; nothing else is changed before this ends.

        Where somebody else was quicker, `lost` is told.
        """
        if self._placed.is_set():
            return
        other = self._claim(self._look())
        if other:
            self._over.set()
            self._wanted.lost(self._occupied(other))
        self._placed.set()

    def release(self) -> None:
        """The run has come to its end in order."""
        for each in self._others:
            each.release()
        self._end()
        if self._claimed and self._look().mine:
            self._write(FREE)

    def _end(self) -> None:
        self._over.set()
        self._placed.set()
        if self._keeper.is_alive():
            self._keeper.join()

    def close(self) -> None:
        """Nothing is renewed any more."""
        for each in self._others:
            each.close()
        self._over.set()
        self._placed.set()

    # -- the claim in the account

    def _keep(self) -> None:
        """Renew it, once there is a place for it, until the run is over."""
        self._placed.wait()
        pause = AGAIN
        while not self._over.wait(pause):
            standing = self._look()
            if standing.other:
                self._claimed = False
                self._wanted.lost(self._occupied(standing.other))
                return
            if standing.ours:
                self._renew()
            pause = RENEWED

    def _claim(self, standing: _Standing) -> Claim | None:
        """Write it, and read whether it stands; somebody else's that stands instead."""
        if standing.other or not standing.ours:
            return standing.other
        if standing.mine:
            self._claimed = True  # its place was made with it
            return None
        if not self._renew():
            return None
        with contextlib.suppress(Interrupted):  # then nothing is begun either
            self._wanted.nap(SETTLED)
        other = self._look().other
        self._claimed = other is None
        return other

    def _renew(self) -> bool:
        self._mine = replace(self._mine, seen=_now())
        self._claimed = self._write(written(self._mine)) or self._claimed
        return self._claimed

    def _occupied(self, other: Claim) -> Occupied:
        head = self._wanted.head
        return occupied(other, head.name, head.region, _now())

    def _may_replace(self, other: Claim) -> bool:
        """Whether it is that of a process that is gone, or to be taken over."""
        if self._wanted.take_over and other.since < self._mine.since:
            return True
        if self._mark and other.mark == self._mark:
            return True  # this process has the lock of that state folder, so that one has not
        return _gone(other)

    def _look(self) -> _Standing:
        claimed, params = self._wanted.claimed, {"resourceArn": self._arn}
        try:
            found = self._wanted.call(claimed.service, "ListTagsForResource", params)
        except (AwsError, WizardError):
            return _Standing()
        tags = claimed.tags(found)
        claim, ours = parsed(tags.get(KEY, FREE)), tags.get(TAG_KEY) == TAG_VALUE
        if claim is None:
            return _Standing(ours)
        if claim.run == self._mine.run:
            return _Standing(ours, mine=True)
        return _Standing(ours, other=None if self._passed_over(claim) else claim)

    def _passed_over(self, other: Claim) -> bool:
        """Whether somebody else's claim is none any more. Written over ours it always counts."""
        if self._claimed:
            return other.run == self._replaced
        if self._may_replace(other):
            self._replaced = other.run
            return True
        return False

    def _write(self, value: str) -> bool:
        """Whether AWS took it."""
        claimed = self._wanted.claimed
        params = {"resourceArn": self._arn, "tags": [claimed.tag(KEY, value)]}
        try:
            self._wanted.call(claimed.service, "TagResource", params)
        except (AwsError, WizardError):
            return False
        return True


def standing(tags: Mapping[str, str]) -> Claim | None:
    """The claim in a place's tags; None where there is none, or its process is gone."""
    claim = parsed(tags.get(KEY, FREE))
    return None if claim is None or _gone(claim) else claim


@contextlib.contextmanager
def holding(wanted: Wanted) -> Iterator[Holding]:
    """Within it the deployment is held. Raises Occupied where somebody else holds it."""
    handle = _lock(wanted.head)
    held = Holding(wanted, locked=handle is not None)
    try:
        with _freed(held):
            held.begin()
        yield held
    finally:
        held.close()
        if handle is not None:
            os.close(handle)


@contextlib.contextmanager
def _freed(held: Holding) -> Iterator[None]:
    """Who is refused at one of its places leaves none of the others claimed."""
    try:
        yield
    except Occupied:
        held.release()
        raise


def _lock(head: Head) -> int | None:
    """The lock on this machine, as an open file; None where there can be none. Raises Occupied."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | files.NOFOLLOW
    try:
        path = files.made() / f"{head.account}.{head.region}.{head.name}.lock"
        handle = os.open(path, flags, 0o600)
    except (OSError, RuntimeError, WizardError):
        return None
    if lock(handle):
        return handle
    os.close(handle)
    raise _here(head)


def _here(head: Head) -> Occupied:
    """That another process of this machine is at it."""
    there = under_way(head.account, head.region, head.name)
    whom, end = "", "Wait until it has finished."
    if there:
        whom = f": {there.user}@{there.host}, process {there.pid}, since {there.began:%H:%M} UTC"
        end = f"Wait until it has finished, or stop it first: kill {there.pid}"
    return Occupied(
        f"Another run on this machine is active on {head.name} in {head.region}{whom}.",
        "Two concurrent runs would conflict.",
        end,
        removable=False,
    )


def _mark() -> str:
    """A word of its own for this state folder; empty where it cannot be kept."""
    flags = os.O_CLOEXEC | files.NOFOLLOW
    try:
        path = files.made() / "mark"
        with contextlib.suppress(FileExistsError):
            _first_mark(path, flags)
        with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as file:
            found = file.read(32).decode("ascii", "replace").strip()
    except (OSError, RuntimeError, WizardError):
        return ""
    return found if re.fullmatch(r"[0-9a-f]{16}", found) else ""


def _first_mark(path: Path, flags: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | flags, 0o600), "w") as file:
        file.write(secrets.token_hex(8))


def _gone(claim: Claim) -> bool:
    """Whether its process was one of this machine, and is not there any more."""
    return claim.host == who()["host"] and not _alive(claim.pid)


def _alive(pid: int) -> bool:
    """Whether there is a process of that number on this machine."""
    if pid <= 0:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _now() -> datetime:
    return datetime.now(UTC)
