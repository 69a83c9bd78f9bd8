"""A plan's changes as a list, and its documents against those that are deployed.

What is removed stands apart from what stays; each change has its effects and commands, each
document is there whole and as a unified diff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from wizard.base.events import problem_members
from wizard.base.text import hashless
from wizard.base.values import JsonText, Sha256, parts
from wizard.documents.document import Document, DocumentKind
from wizard.engine.diff import Action, Difference, PlannedChange
from wizard.engine.explain import command, equivalent
from wizard.local.formae.redaction import redacted
from wizard.plan.model import PROOFS, Plan, Step, WriteClientConfig
from wizard.plan.placeholders import Outputs, text_of

REPLACED = "Removed and created again."
OVERWRITTEN = "Pushed again under the same tag; a running service uses it from its next deployment."


def rows(
    plan: Plan, changes: Mapping[str, PlannedChange], profile: str = ""
) -> tuple[PlannedChange, ...]:
    """List `changes` (by step id) in the plan's order, with `effect` and `commands` filled in.

    A step that takes things away has a row for each of them, after its own.
    """
    found = {step_id: change.outputs for step_id, change in changes.items()}
    return tuple(
        replace(row, commands=_commands(row, plan, found, profile))
        for step in plan.steps
        for row in _split(changes[step.id])
    )


def members(row: PlannedChange, *, details: bool) -> dict[str, Any]:
    """A row as members of a JSON line; diffs and commands only where `details` are wanted."""
    return {
        "step": row.step.id,
        "section": row.section.value,
        "title": row.title,
        "change": row.action.value,
        "sign": row.action.symbol,
        "why": row.why,
        "effect": row.effect,
        "cost": row.cost,
        "kept": list(row.theirs),
        "differs": [
            {
                "what": each.what,
                "path": each.path,
                "have": each.have,
                "want": each.want,
                "field": f"{row.step.id}.{each.field}" if each.field else "",
                "diff": each.diff if details else "",
            }
            for each in row.differences
        ],
        "problem": problem_members(row.problem) if row.problem else None,
        "commands": list(row.commands) if details else [],
    }


def replaced(step: Step) -> str:
    """What replacing the step's resource means, as a sentence."""
    return REPLACED if step.delete else OVERWRITTEN


def _split(change: PlannedChange) -> Iterator[PlannedChange]:
    stays = tuple(each for each in change.differences if not each.takes_away)
    effects = dict.fromkeys(each.effect for each in stays)
    action = change.action
    if action is Action.RUN and not isinstance(change.step.make, PROOFS):
        action = Action.CREATE  # what it makes cannot be looked at yet
    if action is Action.UPDATE and not stays:
        action = Action.KEEP
    effect = replaced(change.step) if action is Action.REPLACE else " ".join(filter(None, effects))
    yield replace(change, action=action, differences=stays, effect=effect)
    for each in (each for each in change.differences if each.takes_away):
        name = each.have.rpartition("/")[2] if each.have.startswith("arn:") else each.have
        yield replace(
            change,
            action=Action.DELETE,
            thing=name,
            differences=(each,),
            effect=each.effect,
            theirs=(),
        )


def _commands(
    row: PlannedChange, plan: Plan, found: Mapping[str, Mapping[str, object]], profile: str
) -> tuple[str, ...]:
    if row.action in {Action.KEEP, Action.REFUSE}:
        return ()
    mends = [each.update for each in row.differences if each.update]
    if not mends:
        return (equivalent(row.step, plan, found, profile),)
    told = (command(mend, plan, found, profile, row.step) for mend in mends)
    return tuple(dict.fromkeys(told))


class Standing(StrEnum):
    """How a document stands to the one that is deployed; the values are those of `--json`."""

    NEW = "new"
    DIFFERS = "differs"
    LATER = "differs, in what is not known yet"
    SAME = "as deployed"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Against:
    """A document against the deployed one. `diff` is without secrets; only for DIFFERS."""

    standing: Standing
    diff: str = ""

    @property
    def words(self) -> str:
        """For beside the document's name."""
        return WORDS[self.standing]


WORDS = {
    Standing.NEW: "not deployed yet",
    Standing.DIFFERS: "differs from what is deployed",
    Standing.LATER: "will differ from what is deployed (not yet known how)",
    Standing.SAME: "as deployed",
    Standing.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """One document. `text` is as it will be, `diff` what changes; both without secrets."""

    name: str
    title: str
    why: str
    action: Action
    standing: Standing
    text: str
    diff: str
    edited: bool


def documents(
    plan: Plan,
    rows: tuple[PlannedChange, ...],
    changes: Mapping[str, PlannedChange],
    client_diff: str = "",
) -> tuple[DocumentChange, ...]:
    """Every document, in the plan's order; see `against`."""
    by_step = {row.step.id: row for row in reversed(rows)}  # a step's own row is its first
    known = {step_id: change.outputs for step_id, change in changes.items()}
    return tuple(_changed(plan, by_step, changes, known, client_diff))


def _changed(
    plan: Plan,
    rows: Mapping[str, PlannedChange],
    changes: Mapping[str, PlannedChange],
    known: Outputs,
    client_diff: str,
) -> Iterator[DocumentChange]:
    for document in plan.documents:
        found = against(document, plan, changes, client_diff)
        users = [rows[step.id].action for step in plan.steps if _uses(step, document)]
        making = next((each for each in users if each is not Action.KEEP), Action.KEEP)
        yield DocumentChange(
            name=document.name,
            title=document.title,
            why=document.why,
            action=Action.KEEP if found.standing is Standing.SAME else making,
            standing=found.standing,
            text=shown_text(document, plan, known),
            diff=found.diff,
            edited=document.edited,
        )


def against(
    document: Document, plan: Plan, changes: Mapping[str, PlannedChange], client_diff: str = ""
) -> Against:
    """The document against what would become of the steps that use it.

    `client_diff` is how the formae CLI's config would change, as long as nobody knows the agent's
    address.
    """
    found = [
        _of_step(step, document, changes.get(step.id), client_diff)
        for step in plan.steps
        if _uses(step, document)
    ]
    ranked = sorted(found, key=lambda each: RANKS.index(each.standing))
    return ranked[0] if ranked else Against(Standing.UNKNOWN)


RANKS = (Standing.DIFFERS, Standing.LATER, Standing.NEW, Standing.SAME, Standing.UNKNOWN)


def _of_step(
    step: Step, document: Document, change: PlannedChange | None, client_diff: str
) -> Against:
    if change is None or change.action is Action.REFUSE:
        return Against(Standing.UNKNOWN)
    client = isinstance(step.make, WriteClientConfig)
    if client and change.action is Action.RUN and client_diff:
        return Against(Standing.DIFFERS, client_diff)
    if change.action not in {Action.KEEP, Action.UPDATE}:
        return Against(Standing.NEW)
    if document.kind is DocumentKind.REQUEST:
        diffs = [change.settings]
    else:
        theirs = [each for each in change.differences if client or _puts(each, document)]
        if any(not each.diff for each in theirs):
            return Against(Standing.LATER)
        diffs = [each.diff for each in theirs]
    diff = "\n".join(filter(None, diffs))
    return Against(Standing.DIFFERS, diff) if diff else Against(Standing.SAME)


def _puts(difference: Difference, document: Document) -> bool:
    """Whether putting it right writes the document."""
    body = document.body
    inside = parts(difference.update.params) if difference.update else ()
    return any(part == body for part in inside if type(part) is type(body))


def shown_text(document: Document, plan: Plan, known: Outputs) -> str:
    """The document without a secret, also where a person wrote one into it."""
    text = hashless(text_of(document, plan, known))
    pkl = document.kind in {DocumentKind.AGENT_CONFIG, DocumentKind.CLIENT_CONFIG}
    return redacted(text) if pkl else text


def _uses(step: Step, document: Document) -> bool:
    if document.kind is DocumentKind.CLIENT_CONFIG:
        return isinstance(step.make, WriteClientConfig)
    body = document.body
    wanted = body.value if isinstance(body, JsonText) else body
    held = list(parts(step.make))
    if Sha256(body) in (part for part in held if isinstance(part, Sha256)):
        return False  # only its fingerprint
    return any(part == wanted for part in held if _like(part, wanted))


def _like(part: object, wanted: object) -> bool:
    return isinstance(part, Mapping) if isinstance(wanted, Mapping) else type(part) is type(wanted)
