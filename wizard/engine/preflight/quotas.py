"""The look at the account's quotas: what is free is the limit less what is used. Only warns.

Codes and names of quotas change, and many people may not see them; what is not told counts as
unknown, and that is fine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jmespath

from wizard.base.errors import AwsError, WizardError
from wizard.engine.preflight.check import CheckState, Said, fine, unknown
from wizard.engine.preflight.context import CheckContext, Once
from wizard.plan.model import Call, Count, Quota


@dataclass(frozen=True, slots=True)
class Room:
    """How many of a kind there may be, and how many there are."""

    kind: str
    used: int
    limit: int


def quotas(context: CheckContext) -> Said:
    """Whether there is room for what will be made."""
    made = [step.quota for step in context.to_make() if isinstance(step.make, Call)]
    counted = {quota.kind: quota for quota in made if quota}
    wanted = Counter(quota.kind for quota in made if quota)
    if not wanted:
        return fine("nothing here counts against a quota")
    known = {room.kind: room for room in _known(context, counted.values())}
    full = [known[kind] for kind in wanted if _is_full(known.get(kind), wanted[kind])]
    if full:
        troubles = tuple(_trouble(quota, wanted[quota.kind]) for quota in full)
        return Said(
            CheckState.WARNING, " ".join(each.what for each in troubles).rstrip("."), troubles
        )
    if not known:
        return unknown("not checked: AWS does not report them")
    return fine(", ".join(_words(kind, known.get(kind)) for kind in wanted))


def _words(kind: str, room: Room | None) -> str:
    return f"{kind} {room.used} of {room.limit}" if room else f"{kind} unknown"


def _is_full(room: Room | None, wanted: int) -> bool:
    return room is not None and room.limit - room.used < wanted


def _known(context: CheckContext, quotas_: Iterable[Quota]) -> Iterator[Room]:
    """Of each quota what AWS tells; a refusal of one does not touch the others."""
    asked: dict[str, Once[Any]] = {}

    def count(wanted: Count) -> int | None:
        call = wanted.call
        key = f"{call.service} {call.operation} {call.params}"
        ask = asked.setdefault(
            key, Once(partial(context.call, call.service, call.operation, call.params))
        )
        return _counted(wanted, jmespath.search(wanted.path, ask()))

    for quota in quotas_:
        try:
            limit = count(quota.limit)
            used = count(quota.used) if limit is not None else None
        except AwsError:
            continue
        if limit is not None and used is not None:
            yield Room(quota.kind, used, limit)


def _counted(wanted: Count, told: Any) -> int | None:
    if wanted.named:
        name = re.compile(wanted.named, re.IGNORECASE)
        matching = (each for each in told or () if name.fullmatch(each["name"] or ""))
        told = next((each["value"] for each in matching if each["value"] is not None), None)
    if isinstance(told, list):
        return len(set(told))
    return None if told is None else int(told)


def _trouble(quota: Room, wanted: int) -> WizardError:
    return WizardError(
        (
            f"The quota does not allow {wanted} more {quota.kind}: {quota.used} of {quota.limit} "
            "are in use."
        ),
        "AWS refuses to create more than the quota.",
        "Remove unused resources, or request an increase in the Service Quotas console. You can "
        "also continue anyway.",
        entry="FW-AWS-003",
    )
