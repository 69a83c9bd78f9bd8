"""A plan's changes as a list: what is removed apart from what stays, with effects and commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wizard.base.members import problem_members
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.explain import command, equivalent
from wizard.plan.model import PROOFS, Plan

REPLACED = "Removed and created again."


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


def _split(change: PlannedChange) -> Iterator[PlannedChange]:
    stays = tuple(each for each in change.differences if not each.takes_away)
    effects = dict.fromkeys(each.effect for each in stays)
    action = change.action
    if action is Action.RUN and not isinstance(change.step.make, PROOFS):
        action = Action.CREATE  # what it makes cannot be looked at yet
    if action is Action.UPDATE and not stays:
        action = Action.KEEP
    effect = REPLACED if action is Action.REPLACE else " ".join(filter(None, effects))
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
