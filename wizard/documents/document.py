"""A document of the plan: its text with holes, its notes, and the templates it is made from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from importlib.resources import files
from typing import Any, TypeAlias

from wizard.base.values import JsonText, Template, Value

Body: TypeAlias = Template | JsonText


class DocumentKind(Enum):
    """What a document is to AWS and to formae; the rules for changing it depend on that."""

    AGENT_CONFIG = auto()
    CLIENT_CONFIG = auto()
    TRUST = auto()
    """Who may take on a role."""
    POLICY = auto()
    """What a role may do."""
    REQUEST = auto()
    """The parameters of a call."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a part of a document is for.

    The part begins with the line that holds `mark`, the `nth` such line counted from 0.
    """

    part: str
    text: str
    mark: str
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Name (as a file would have), a title and a reason for the reader, and the text with holes."""

    name: str
    title: str
    why: str
    kind: DocumentKind
    body: Body
    notes: tuple[Note, ...] = ()
    original: Body | None = None
    """What the wizard made, where the person has changed it by hand."""
    fixed: str = ""
    """Why it cannot be changed by hand; empty where it can."""
    request: tuple[str, str] = ("", "")
    """Service and operation of the call that a request is for."""

    @property
    def edited(self) -> bool:
        """Whether the person has changed the document by hand."""
        return self.original is not None

    @property
    def reverted(self) -> Document:
        """The document as the wizard made it, with the notes it has now."""
        return replace(self, body=self.original, original=None) if self.original else self

    @property
    def language(self) -> str:
        """ "pkl" or "json", for highlighting."""
        return self.body.language if isinstance(self.body, Template) else "json"


def placed(document: Document, text: str) -> Iterator[tuple[int, Note]]:
    """Each note with the number (from 0) of the line of `text` it belongs beside, top down.

    Notes whose part is not in the text are left out.
    """
    lines = text.splitlines()
    found = []
    for note in document.notes:
        there = [number for number, line in enumerate(lines) if note.mark in line]
        if note.nth < len(there):
            found.append((there[note.nth], note))
    yield from sorted(found, key=lambda each: each[0])


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def holed_text(body: Body, names: Mapping[str, Value] | None = None) -> str:
    """The text, ending in a line break; holes in `names` are called so."""
    if isinstance(body, JsonText):
        shown = _shown(body.value, dict(names or {}))
        return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
    return body.text if body.text.endswith("\n") else body.text + "\n"


def holes_of(body: Body) -> Mapping[str, Value]:
    """The value that each hole in the text stands for."""
    if isinstance(body, Template):
        return body.holes
    found: dict[str, Value] = {}
    _shown(body.value, found)
    return found


def _shown(value: Value, holes: dict[str, Value], key: str = "value") -> Any:
    """The value as JSON; whatever is no plain JSON becomes a hole named after its key."""
    match value:
        case Mapping():
            return {name: _shown(inner, holes, name) for name, inner in value.items()}
        case list() | tuple():
            return [_shown(inner, holes, key) for inner in value]
        case str() | int() | float() | None:
            return value
        case _:
            name = _name(_HUMP.sub("_", key).lower(), holes, value)
            holes[name] = value
            return f"${{{name}}}"


def _name(name: str, holes: Mapping[str, Value], value: Value) -> str:
    """What the value is called already, or a name that stands for nothing else."""
    called = next((known for known, other in holes.items() if other == value), None)
    if called:
        return called
    number, free = 1, name
    while free in holes:
        number += 1
        free = f"{name}_{number}"
    return free


def pkl_template(name: str, holes: Mapping[str, Value], keep: frozenset[str]) -> Template:
    """A Pkl template; lines between `// if X` and `// end` stay only when X is in `keep`."""
    lines: list[str] = []
    shown = True
    for line in _read(name).splitlines():
        marker = line.strip()
        if marker.startswith("// if "):
            shown = marker.removeprefix("// if ") in keep
        elif marker == "// end":
            shown = True
        elif shown:
            lines.append(line)
    return Template("pkl", "\n".join(lines) + "\n", holes)


def json_template(name: str, holes: Mapping[str, Value]) -> Template:
    """A JSON template; a leaf `"${hole}"` is replaced whole, whatever type its value has."""
    return Template("json", _read(name), holes)


def _read(name: str) -> str:
    return (files("assets") / "templates" / name).read_text(encoding="utf-8")
