"""A document as it is shown for review, and as the plan's calls use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from wizard.values import JsonText, Template

Body: TypeAlias = Template | JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Name (as a file would have), a title and a reason for the reader, and the text with holes."""

    name: str
    title: str
    why: str
    body: Body

    @property
    def language(self) -> str:
        """ "pkl" or "json", for highlighting."""
        return self.body.language if isinstance(self.body, Template) else "json"
