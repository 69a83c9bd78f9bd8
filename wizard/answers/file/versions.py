"""Versions of the answers file: what changed from one to the next, and how old files are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard import __version__
from wizard.answers.file.statements import Complaint, Item

KEY = "version"


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one key in the next version.

    It was renamed (`becomes`), its value is written another way (`value`), it is no longer asked
    (neither), or nobody but the person can say what it means now (`say`: exactly what to change).
    """

    key: str
    becomes: str = ""
    value: Callable[[Any], Any] = _same
    say: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The version that is written now, and what led from each older one to the next."""

    now: int
    changes: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)


HISTORY = History(now=1)
"""A new version: raise `now`, and write below the old number what became of its keys."""


@dataclass(slots=True)
class Migrated:
    """What the file says in today's words."""

    items: dict[str, Item]
    complaints: list[Complaint] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was read differently from how it was written; full sentences."""
    unreadable: bool = False
    """Whether the file is of a version whose other keys nobody here can judge."""


def migrated(items: dict[str, Item], history: History = HISTORY) -> Migrated:
    """The items without `version`, as of today's version. Takes over `items`."""
    found = items.pop(KEY, None)
    if found is None:
        message = f"Missing. Add the line “version = {history.now}” at the top of the file."
        return Migrated(items, [Complaint(1, KEY, message)])
    wrong, unreadable = _problem(found.value, history)
    if wrong:
        return Migrated(items, [Complaint(found.line, KEY, wrong)], unreadable=unreadable)
    result = Migrated(items)
    for version in range(found.value, history.now):
        for change in history.changes[version]:
            _apply(change, version + 1, result)
    return result


def _problem(version: Any, history: History) -> tuple[str, bool]:
    """What is wrong with the number, and whether nothing else can be read."""
    now = history.now
    if isinstance(version, bool) or not isinstance(version, int):
        return f"Use a number without quotes: version = {now}.", False
    if version > now:
        return (
            f"The file has version {version}, from a newer wizard; this one ({__version__}) reads "
            f"up to version {now}. Upgrade formae-wizard, or create a new file with `formae-wizard "
            "answers`.",
            True,
        )
    if version == now or all(old in history.changes for old in range(version, now)):
        return "", False
    return (
        f"This wizard cannot read version {version}. Write version = {now}, and compare the file "
        "with a new one from `formae-wizard answers`.",
        False,
    )


def _apply(change: Change, version: int, result: Migrated) -> None:
    item = result.items.get(change.key)
    if item is None:
        return
    if change.say:
        del result.items[change.key]
        result.complaints.append(Complaint(item.line, change.key, change.say))
        return
    del result.items[change.key]
    if not change.becomes:
        note = f"line {item.line}: “{change.key}” is no longer a question since version {version}."
    elif change.becomes in result.items and change.becomes != change.key:
        result.complaints.append(
            Complaint(
                item.line, change.key, f"Renamed to {change.becomes}, which the file also contains."
            )
        )
        return
    else:
        item.value = change.value(item.value)
        result.items[change.becomes] = item
        renamed = change.becomes != change.key
        became = f"is now called “{change.becomes}”" if renamed else "is written differently"
        note = f"line {item.line}: “{change.key}” {became} since version {version}."
    result.notes.append(note)
