"""The documents of a plan as pages to be read, each with its reason and notes on its parts."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from wizard.documents.document import Document, placed
from wizard.documents.edits import editable
from wizard.engine.document_changes import Against, Standing, against
from wizard.engine.prepared import Prepared
from wizard.plan.placeholders import text_of


class View(StrEnum):
    """What of a document is read; the values name it above it."""

    DEPLOYED = "changes from what is deployed"
    WHOLE = "whole text"
    EDITED = "only your changes"


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the list."""

    document: Document
    text: str
    notes: Mapping[int, str]
    """What a part is for, by the number of the line it begins with."""
    against: Against
    """How it stands to what is deployed."""

    @property
    def title(self) -> str:
        """What it is."""
        return self.document.title

    @property
    def why(self) -> str:
        """What it is for."""
        return self.document.why

    @property
    def name(self) -> str:
        """As a file would be called."""
        return self.document.name

    @property
    def edited(self) -> bool:
        """Whether the person has changed it."""
        return self.document.edited

    @property
    def fixed(self) -> str:
        """Why it cannot be changed."""
        return self.document.fixed

    @property
    def views(self) -> tuple[View, ...]:
        """Ways to read it, the first as it opens: what differs, where anything does."""
        differs = (View.DEPLOYED,) if self.against.diff else ()
        return (*differs, View.WHOLE, *((View.EDITED,) if self.edited else ()))

    def viewed(self, view: View) -> str:
        """What there is to read that way."""
        match view:
            case View.DEPLOYED:
                return self.against.diff
            case View.EDITED:
                return difference(self.document)
            case View.WHOLE:
                return self.text


def pages(prepared: Prepared) -> list[Page]:
    """All documents, each against the deployed one; where all are new there is nothing to say."""
    found = [_page(each, prepared) for each in prepared.plan.documents]
    if all(each.against.standing is Standing.NEW for each in found):
        return [replace(each, against=Against(Standing.UNKNOWN)) for each in found]
    return found


def _page(document: Document, prepared: Prepared) -> Page:
    text = text_of(document, prepared.plan)
    notes = {line: f"{note.part}: {note.text}" for line, note in placed(document, text)}
    findings = prepared.preflight.findings
    found = against(document, prepared.plan, findings, prepared.client_diff)
    return Page(document, text, notes, found)


def difference(document: Document) -> str:
    """What the person changed, as a unified diff."""
    before = editable(document.reverted).splitlines()
    after = editable(document).splitlines()
    lines = difflib.unified_diff(before, after, "generated", "edited", lineterm="")
    return "\n".join(lines)
