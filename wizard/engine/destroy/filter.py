"""Of a deployment only what some runs made: what was there before, and what that needs, stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from wizard.engine.destroy.plan import DeleteAction, Remains, Seen
from wizard.engine.destroy.report import Leaving
from wizard.plan.graph import backwards, sorter
from wizard.plan.model import Call, Step

BEFORE = "it existed before this run, or something else created it"


def only(leaving: Leaving, orders: Collection[tuple[str, str, str]]) -> Leaving:
    """Reduce a removal to what was made by `orders`: triples of step id, service and operation."""
    before, seen = backwards(leaving.plan), dict(leaving.remains.seen)
    graph = sorter(before)
    while graph.is_active():
        for step_id in graph.get_ready():  # what needs it was decided before it
            mine, users = seen[step_id], [seen[each] for each in before[step_id]]
            if mine.fate in {DeleteAction.GOES, DeleteAction.CONFIG}:
                seen[step_id] = _judged(mine, seen, users, orders)
            graph.done(step_id)
    for step_id, mine in seen.items():  # what is in something that stays, stays with it
        if mine.fate is DeleteAction.GOES and not _made(mine.step, seen, orders):
            seen[step_id] = replace(
                mine, fate=DeleteAction.STAYS, why=BEFORE, first=(), obstacles=()
            )
    return replace(leaving, remains=Remains(seen, leaving.remains.known))


def _stays(mine: Seen, why: str) -> Seen:
    return replace(mine, fate=DeleteAction.STAYS, why=why, first=(), obstacles=())


def _judged(
    mine: Seen, seen: dict[str, Seen], users: list[Seen], orders: Collection[tuple[str, str, str]]
) -> Seen:
    if not _made(mine.step, seen, orders):
        return _stays(mine, BEFORE)
    user = next((each for each in users if each.fate is DeleteAction.STAYS), None)
    if user is None or user.step.part_of == mine.step.id:
        return mine
    why = f"“{user.step.title}” stays, and uses it"
    return _stays(mine, why)


def _made(step: Step, seen: dict[str, Seen], orders: Collection[tuple[str, str, str]]) -> bool:
    """Whether it was made by an order, or belongs to what was made and goes."""
    match step.make:
        case Call(service=service, operation=operation):
            made = (step.id, service, operation) in orders
        case _:
            made = any(each[0] == step.id for each in orders)
    whole = seen.get(step.part_of) if step.part_of else None
    return made or (
        whole is not None and whole.fate is DeleteAction.GOES and _made(whole.step, seen, orders)
    )
