"""The documents of a plan as pages to be read, each with its reason and notes on its parts."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.documents.document import Document, placed
from wizard.edits import editable
from wizard.flow import Prepared
from wizard.readings.preview import text_of


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the list."""

    title: str
    why: str
    text: str
    language: str
    notes: Mapping[int, str]
    """What a part is for, by the number of the line it begins with."""
    document: Document | None = None
    """None for what is only shown."""

    @property
    def name(self) -> str:
        """As a file would be called."""
        return self.document.name if self.document else "formae-config.diff"

    @property
    def edited(self) -> bool:
        """Whether the person has changed it."""
        return self.document is not None and self.document.edited

    @property
    def fixed(self) -> str:
        """Why it cannot be changed."""
        return self.document.fixed if self.document else "This only shows what would change."


def pages(prepared: Prepared) -> list[Page]:
    """All documents, and how the CLI's config would change where there is one."""
    found = [_page(each, prepared) for each in prepared.plan.documents]
    if prepared.client_diff:
        why = "What would change in the file the formae CLI reads now. Passwords are left out."
        found.append(Page("The CLI's config: changes", why, prepared.client_diff, "diff", {}))
    return found


def _page(document: Document, prepared: Prepared) -> Page:
    text = text_of(document, prepared.plan)
    notes = {line: f"{note.part}: {note.text}" for line, note in placed(document, text)}
    return Page(document.title, document.why, text, document.language, notes, document)


def difference(document: Document) -> str:
    """What the person changed, as a unified diff."""
    before = editable(document.reverted).splitlines()
    after = editable(document).splitlines()
    lines = difflib.unified_diff(before, after, "generated", "edited", lineterm="")
    return "\n".join(lines)
