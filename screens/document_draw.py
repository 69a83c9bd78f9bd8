"""A document as it is shown: its reason, its text in colours, and a note where a part begins."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from screens.words import MUTED
from wizard.documents.document import Document, placed
from wizard.edits import editable
from wizard.flow import Prepared
from wizard.readings.preview import text_of

LEXERS = {"json": "json", "pkl": "kotlin", "diff": "diff"}
"""Pkl has no lexer of its own; Kotlin's is near."""


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


def drawn(page: Page, *, diff: bool, width: int) -> Content:
    """The page."""
    head = [(f"{page.title}\n", "bold"), (f"{page.name}", "$text-accent")]
    if page.edited:
        head.append(("  ✎ edited by you", "bold $text-warning"))
    why = page.why + (f"\nNot to be edited here: {page.fixed}" if page.fixed else "")
    top = Content.assemble(*head, (f"\n{why}", MUTED), "\n\n")
    if diff and page.document:
        return top + Content("\n").join(_coloured(difference(page.document), "diff"))
    lines = []
    for number, line in enumerate(_coloured(page.text, page.language)):
        if number in page.notes:
            note = Content.styled(page.notes[number], f"italic {MUTED}")
            lines += [Content.styled("▎ ", "$text-accent") + each for each in note.wrap(width - 2)]
        lines.append(line)
    return top + Content("\n").join(lines)


def _coloured(text: str, language: str) -> list[Content]:
    from textual.highlight import highlight  # loads a highlighter, not needed to paint first

    from screens.code import CodeTheme

    return highlight(text, language=LEXERS[language], theme=CodeTheme).split("\n", allow_blank=True)
