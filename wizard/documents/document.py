"""A document as it is shown for review, and as the plan's calls use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from wizard.base.values import JsonText, Template

Body: TypeAlias = Template | JsonText


class Kind(Enum):
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
    kind: Kind
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
        """Whether the person has changed it by hand."""
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
