"""What would change, as text: rows by section, every command, and documents as pages to be read."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from wizard.base.text import clean
from wizard.documents.document import Document, placed
from wizard.documents.edits import editable
from wizard.engine.changes import Against, DocumentChange, Standing, against
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.drift import Resolution, with_resolution
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import Foreseen
from wizard.plan.placeholders import text_of

if TYPE_CHECKING:
    from wizard.engine.rotation import Rotation

WIDTH = 80
KEPT = "Added by others, kept: "
OFFLINE = "AWS was not asked: the plan is shown as if nothing existed yet."


def plan_text(foreseen: Foreseen, *, details: bool = False) -> str:
    """The whole, ending in a line end. Without changes it is one sentence, but for details and
    what others put beside ours."""
    plan = foreseen.plan
    blocked = foreseen.count(Action.REFUSE)
    if not foreseen.changes and not blocked and not details:
        words = f"No changes: “{plan.name}” in {plan.region} is up to date."
        theirs = [f"{row.title}: {each}" for row in foreseen.rows for each in row.theirs]
        kept = (clean(KEPT + each) for each in theirs)
        return "\n".join((words, *_left(foreseen), *kept)) + "\n"
    return "\n".join(_lines(foreseen, details=details)) + "\n"


def _lines(foreseen: Foreseen, *, details: bool) -> Iterator[str]:
    plan = foreseen.plan
    where = f", account {foreseen.account}" if foreseen.account else ""
    yield f"Plan for “{plan.name}” in {plan.region}{where}"
    if foreseen.offline:
        yield OFFLINE
    for section, found in groupby(foreseen.rows, lambda row: row.section):
        yield from ("", section.value)
        for row in found:
            yield from row_lines(row, details=details)
    for document in foreseen.documents:
        if document.standing is Standing.DIFFERS or details:
            yield from ("", *_document(document))
    yield from ("", *_drift(foreseen), *_left(foreseen), summary(foreseen), foreseen.costs)


def _drift(foreseen: Foreseen) -> Iterator[str]:
    """What somebody changed and would be put back, by the names by which it can be left."""
    back = with_resolution(foreseen.drift, Resolution.REVERTED)
    if back:
        names = " ".join(f"--accept {clean(each.name)}" for each in back)
        yield from textwrap.wrap(
            f"Changed in AWS since setup, and put back; to keep it: {names}",
            WIDTH,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _left(foreseen: Foreseen) -> Iterator[str]:
    """What somebody changed and stays so."""
    for each in with_resolution(foreseen.drift, Resolution.ACCEPTED):
        yield clean(f"{each.name}: {each.now}, unchanged (accepted).")


def summary(foreseen: Foreseen) -> str:
    """How many of what, in a sentence."""
    if not foreseen.changes and not foreseen.count(Action.REFUSE):
        return "No changes: everything is up to date."
    counts = [
        f"{number} {action.tally}"
        for action in Action
        if action is not Action.RUN and (number := foreseen.count(action))
    ]
    return ", ".join(counts) + "."


def row_lines(row: PlannedChange, *, details: bool = False) -> Iterator[str]:
    """A row: its sign and title, and below them what there is to say of it."""
    yield f"  {row.action.symbol} {clean(row.title)}"
    if row.action in {Action.CREATE, Action.REPLACE, Action.DELETE}:
        yield from _wrapped(row.why)
    if row.action is not Action.DELETE:
        for each in row.differences:
            yield from _wrapped(each.words)
    problem = row.problem
    said = [problem.what, problem.why, problem.fix, problem.more] if problem else []
    effect = " ".join(filter(None, (row.effect, row.cost)))
    for text in (*said, effect, *(KEPT + each for each in row.theirs)):
        yield from _wrapped(text)
    if details:
        for command in row.commands:
            yield from (f"      $ {clean(line)}" for line in command.splitlines())


def rotation_preview(rotation: Rotation) -> Iterator[str]:
    """What the run will do, in its order; what an earlier one has done already is kept."""
    plan = rotation.plan
    yield f"Rotation for “{plan.name}” in {plan.region}, account {rotation.account}"
    for section, found in groupby(rotation.rows, lambda row: row.section):
        yield from ("", section.value)
        for row in found:
            yield from row_lines(row)
    if rotation.given:
        yield ""
        yield "The new API password is the one you gave."
    if rotation.resumed:
        yield ""
        yield "An earlier rotation did not finish; this one continues with its password."


def _document(document: DocumentChange) -> Iterator[str]:
    by_hand = ", edited by hand" if document.edited else ""
    same = ", as deployed" if document.standing is Standing.SAME else ""
    yield f"{document.title} ({document.name}{by_hand}{same})"
    yield from textwrap.wrap(document.why, WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    if same:
        return
    text = document.diff or document.text
    yield from (f"  | {clean(line)}".rstrip() for line in text.splitlines())


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        clean(text),
        WIDTH,
        initial_indent="      ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


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
        """The document's title, for a heading."""
        return self.document.title

    @property
    def why(self) -> str:
        """What the document is for, in a sentence."""
        return self.document.why

    @property
    def name(self) -> str:
        """As a file would be called."""
        return self.document.name

    @property
    def edited(self) -> bool:
        """Whether the person has changed the document."""
        return self.document.edited

    @property
    def fixed(self) -> str:
        """Why the document cannot be changed; empty where it can."""
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
