"""TOML with the line of every key, and with every mistake in it, not just the first.

`tomllib` says what a text means, but neither where a key stands nor what else is wrong. So the text
is cut into its statements here, each is read by `tomllib`, and a mistake in one hides no other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

MARK = re.compile(r'"""|\'\'\'|"|\'|#|\n|\[|\]')
STRINGS = {
    '"""': re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL),
    "'''": re.compile(r"'''(?:[^']|'(?!''))*'{3,5}"),
    '"': re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    "'": re.compile(r"'[^'\n]*'"),
}
"""A string from its opening quotes, which are the key, to its end.

Without `*+`, which Python up to 3.11.4 gets wrong; no two branches begin alike, so it is as quick.
"""
BEGINS = re.compile(r"[ \t]*[A-Za-z0-9_-]+[ \t]*=")
"""A line that begins a statement; in an array it shows that the array was never closed."""
PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
BARE = re.compile(KEY.pattern + r"\s*[\w/~]")
REASONS = {
    "Invalid value": "this is not a TOML value",
    "Expected newline or end of document after a statement": "something follows the value",
    "Expected '=' after a key in a key/value pair": "“=” is missing after the key",
    "Invalid statement": "the line starts with neither a key nor a comment",
    "Unterminated string": "a quote is not closed",
    "Illegal character '\\n'": "a quote is not closed",
    "Unclosed array": "a “[” is not closed",
    "Unclosed inline table": "a “{” is not closed",
}
"""Words for what people get wrong most; others are told as `tomllib` says them."""
UNQUOTED = {"Invalid value", "Expected newline or end of document after a statement"}
"""Reasons that a text without quotes gives."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong in a file. Lines count from 1; `key` may be empty."""

    line: int
    key: str
    message: str


@dataclass(slots=True)
class Item:
    """A key at the top of the file: its value, its line, and the lines of the keys inside it."""

    value: Any
    line: int
    lines: dict[str, int] = field(default_factory=dict)


def items(text: str) -> tuple[dict[str, Item], list[Complaint]]:
    """What the text says, by the keys at its top, and what is wrong with it as TOML.

    Numbers with a point are Decimals, so that 16.10 stays what was written.
    """
    text = text.replace("\r\n", "\n")
    found: dict[str, Item] = {}
    complaints: list[Complaint] = []
    table: tuple[str, ...] = ()
    for line, statement in statements(text):
        try:
            said = _read(statement)
        except ValueError as error:
            complaints.append(_syntax(error, statement, line))
            continue
        path = _only_path(said)
        if statement.lstrip().startswith("["):
            table = path
            said = {}
        for part in reversed(table):
            said = {part: said}
        complaints += _merge(found, said, line)
    if not complaints:
        complaints = _referee(text)
    return found, complaints


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the line it begins in; blank lines and comments are left out."""
    begin = position = depth = 0
    line = 1
    while begin < len(text):
        mark = MARK.search(text, position)
        kind = mark[0] if mark else "\n"
        at = mark.start() if mark else len(text)
        position = at + len(kind)
        if kind in STRINGS:
            closed = STRINGS[kind].match(text, at)
            position = closed.end() if closed else _line_end(text, at)
        elif kind == "#":
            position = _line_end(text, at)
        elif kind in "[]":
            depth = max(0, depth + (1 if kind == "[" else -1))
        if kind == "\n" and (not mark or depth == 0 or BEGINS.match(text, position)):
            statement = text[begin:at]
            if statement.strip() and not statement.lstrip().startswith("#"):
                yield line, statement
            line += text.count("\n", begin, position)
            begin, depth = position, 0


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _read(statement: str) -> dict[str, Any]:
    """What one statement says. Raises ValueError."""
    try:
        return tomllib.loads(statement, parse_float=Decimal)
    except RecursionError:
        raise ValueError("Values are nested too deeply") from None


def _only_path(said: Any) -> tuple[str, ...]:
    """The keys down to the first table that does not hold exactly one."""
    path: list[str] = []
    while isinstance(said, dict) and len(said) == 1:
        ((key, said),) = said.items()
        path.append(key)
    return tuple(path)


def _syntax(error: ValueError, statement: str, line: int) -> Complaint:
    """The parser's complaint, in the file's own lines. Never repeats a value: it may be secret."""
    text = str(error)
    place = PLACE.search(text)
    reason = PLACE.sub("", text)
    if place and place["line"]:
        line += int(place["line"]) - 1
    if "integer string conversion" in reason:
        reason = "the number is too long"
    words = REASONS.get(reason, reason[:1].lower() + reason[1:]).rstrip(".")
    bare = BARE.match(statement)
    advice = f' Put strings in quotes: {bare[1]} = "…".' if bare and reason in UNQUOTED else ""
    key = KEY.match(statement)
    return Complaint(line, key[1] if key else "", f"This is not valid TOML: {words}.{advice}")


def _merge(found: dict[str, Item], said: dict[str, Any], line: int) -> list[Complaint]:
    """Take in what one statement says; a key that is there already is a complaint."""
    complaints = []
    for key, value in said.items():
        item = found.get(key)
        if item is None:
            lines = dict.fromkeys(value, line) if isinstance(value, dict) else {}
            found[key] = Item(value, line, lines)
        elif isinstance(value, dict) and isinstance(item.value, dict):
            for name in value:
                first = item.lines.setdefault(name, line)
                more = {name: value[name]}
                complaints += [
                    _twice(f"{key}.{inner}", line, first) for inner in _join(item.value, more)
                ]
        else:
            complaints.append(_twice(key, line, item.line))
    return complaints


def _join(into: dict[str, Any], more: dict[str, Any]) -> Iterator[str]:
    """Put `more` into a table; gives the keys that were there already, and leaves those alone."""
    for name, value in more.items():
        there = into.setdefault(name, value)
        if there is value:
            continue
        if isinstance(there, dict) and isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in _join(there, value))
        else:
            yield name


def _twice(key: str, line: int, first: int) -> Complaint:
    return Complaint(line, key, f"This key appears twice; first on line {first}. Keep one of them.")


def _referee(text: str) -> list[Complaint]:
    """What only shows when the text is read as a whole, such as a table that is opened twice."""
    try:
        _read(text)
    except ValueError as error:
        return [_syntax(error, "", 1)]
    return []
