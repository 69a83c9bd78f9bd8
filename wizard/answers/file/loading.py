"""From an answers file of any version to texts by question, and all that is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wizard import __version__
from wizard.answers.file.shapes import PLACE, secret_key, secret_text, text_of
from wizard.answers.file.statements import Complaint, Item, items
from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS, Detected, Question
from wizard.answers.resolving import Texts, collect
from wizard.local.files import STDIN, Unreadable, read_stdin, read_text

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


END = 10**9
"""Where what is missing from a file is sorted."""
SHOWN = 40
"""Characters of a key that are repeated to the person."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file answers, as text by question, and what is wrong with it."""

    name: str
    """The file as the person calls it."""
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Where each answer stands."""
    complaints: tuple[Complaint, ...] = ()
    notes: tuple[str, ...] = ()
    """What was read differently from how it was written, as lines for the person."""

    def answers(self, reason: str = "") -> Texts:
        """The texts, each knowing its line."""
        places = {key: f"{self.name}:{line}: {key}" for key, line in self.lines.items()}
        return Texts(self.texts, places, reason=reason, otherwise=f"{self.name}: {{key}}")

    def problems(self) -> list[str]:
        """Everything that is wrong with the file on its own, as `file:line: key: message`.

        That includes answers that are impossible, or impossible together.
        """
        told = [(each.line, self._line(each)) for each in self.complaints]
        refused = {each.key for each in self.complaints} - self.lines.keys()
        for problem in collect({Source.FILE: self.answers()}, Detected()).problems:
            if problem.key not in refused:
                line = self.lines.get(problem.key, END)
                told.append((line, problem.told))
        return [text for _, text in sorted(told, key=lambda pair: pair[0])]

    def _line(self, complaint: Complaint) -> str:
        place = f"{self.name}:{complaint.line}" if complaint.line else self.name
        return ": ".join(filter(None, (place, complaint.key, complaint.message)))


def load(name: str, history: History = HISTORY) -> Loaded:
    """The answers in the file of that name; "-" is standard input. Never raises or waits."""
    try:
        if name == STDIN:
            return loads(read_stdin(), "standard input", history=history)
        path = Path(name).expanduser()
        return loads(read_text(path), name, folder=path.parent, history=history)
    except (Unreadable, RuntimeError) as error:  # a home that nobody knows is a RuntimeError
        line = getattr(error, "line", 0)
        return Loaded(name, complaints=(Complaint(line, "", str(error)),))


def loads(
    text: str, name: str, folder: Path | None = None, *, history: History = HISTORY
) -> Loaded:
    """The answers in this text; files that it names lie in `folder`, or where one is."""
    found, complaints = items(text)
    now = migrated(found, history)
    complaints += now.complaints
    texts, lines = {}, {}
    for key, item in ({} if now.unreadable else now.items).items():
        question = QUESTIONS.get(key)
        wrong = _refused(key, item, known=question is not None)
        if wrong or question is None:
            complaints.append(wrong or _unknown(key, item.line))
            continue
        try:
            texts[key] = _at(folder, question, text_of(question, item.value))
            lines[key] = item.line
        except ValueError as error:
            complaints.append(Complaint(item.line, key, str(error)))
    notes = tuple(f"{name}: {note}" for note in now.notes)
    return Loaded(name, texts, lines, tuple(sorted(complaints, key=lambda each: each.line)), notes)


def _refused(key: str, item: Item, *, known: bool) -> Complaint | None:
    """A complaint about a secret in the file. It never repeats the value."""
    named = not known and secret_key(key)
    inside = next((tag for tag in item.lines if secret_key(tag)), None)
    if named or inside or any(map(secret_text, _texts(item.value))):
        line = item.lines[inside] if inside and not named else item.line
        message = (
            f"This looks like a secret, and secrets do not belong in this file. {PLACE} Delete the "
            "line, and change the secret if anyone else has seen the file."
        )
        return Complaint(line, _shown(f"{key}.{inside}" if inside and not named else key), message)
    return None


def _texts(value: Any) -> list[str]:
    """Every text in a value."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for pair in value.items() for part in pair for text in _texts(part)]
        case list():
            return [text for part in value for text in _texts(part)]
        case _:
            return []


def _unknown(key: str, line: int) -> Complaint:
    asked = key.strip().strip("-").replace("-", "_").lower()
    known = QUESTIONS.keys()
    near = [asked] if asked in known else difflib.get_close_matches(asked[:SHOWN], known, 1, 0.6)
    advice = (
        f"Did you mean “{near[0]}”?" if near else "`formae-wizard answers` lists all questions."
    )
    return Complaint(line, _shown(key), f"This question does not exist. {advice}")


def _shown(key: str) -> str:
    """A key from a file, fit to be repeated."""
    text = "".join(char if char.isprintable() else "�" for char in key)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _at(folder: Path | None, question: Question, text: str) -> str:
    """The text; the name of a file as seen from the answers file's own folder."""
    if not question.names_file or not text.strip() or folder is None:
        return text
    if text.strip().startswith("~"):
        return text
    return str((folder / text.strip()).absolute())


def defaults(texts: Mapping[str, str], detected: Detected) -> dict[str, tuple[str, str]]:
    """The default of every question with these answers, and its reason, by key."""
    values = collect({Source.FILE: texts}, detected).values
    return {question.key: question.default(values, detected) for question in QUESTIONS}
