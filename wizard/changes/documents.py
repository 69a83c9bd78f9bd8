"""The documents a run would write: whole where they are new, as a diff where they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.changes.rows import Change, Row
from wizard.documents.document import Document, Kind
from wizard.formae.shown import redacted
from wizard.plan.model import Plan, Step, WriteClientConfig
from wizard.readings.differing import hashless
from wizard.readings.preview import Outputs, text_of
from wizard.values import JsonText, parts


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """One document. `text` is as it will be, `diff` what changes; both without secrets."""

    name: str
    title: str
    why: str
    change: Change
    text: str
    diff: str
    edited: bool


def documents(plan: Plan, rows: tuple[Row, ...], known: Outputs) -> tuple[DocumentChange, ...]:
    """Every document that would be written, in the plan's order."""
    return tuple(_changed(plan, rows, known))


def _changed(plan: Plan, rows: tuple[Row, ...], known: Outputs) -> Iterator[DocumentChange]:
    by_step = {row.step: row for row in reversed(rows)}  # a step's own row is its first
    for document in plan.documents:
        users = [by_step[step.id] for step in plan.steps if _uses(step, document)]
        row = next((each for each in users if each.change.changes), None)
        if row is None:
            continue
        diff = "\n".join(each.diff for each in row.differs if each.diff)
        yield DocumentChange(
            name=document.name,
            title=document.title,
            why=document.why,
            change=row.change,
            text=shown_text(document, plan, known),
            diff=diff,
            edited=document.edited,
        )


def shown_text(document: Document, plan: Plan, known: Outputs) -> str:
    """The document without a secret, also where a person wrote one into it."""
    text = hashless(text_of(document, plan, known))
    pkl = document.kind in {Kind.AGENT_CONFIG, Kind.CLIENT_CONFIG}
    return redacted(text) if pkl else text


def _uses(step: Step, document: Document) -> bool:
    if document.kind is Kind.CLIENT_CONFIG:
        return isinstance(step.make, WriteClientConfig)
    body = document.body
    wanted = body.value if isinstance(body, JsonText) else body
    return any(part == wanted for part in parts(step.make) if _like(part, wanted))


def _like(part: object, wanted: object) -> bool:
    return isinstance(part, Mapping) if isinstance(wanted, Mapping) else type(part) is type(wanted)
