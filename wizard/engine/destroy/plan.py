"""See what is there of a deployment, and decide what goes, what stays, and why. Changes nothing.

What the bill loses with a deployment, and what stays on it; dollars a month when idle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, assert_never

import jmespath

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.costs import Prices, money
from wizard.engine import matching
from wizard.engine.apply.context import Known
from wizard.engine.refresh import in_order
from wizard.plan.graph import edges
from wizard.plan.inputs import Choices, Data
from wizard.plan.model import (
    AskThroughClient,
    Before,
    Call,
    CopyImage,
    LookOnly,
    Plan,
    PrepareDatabase,
    Probe,
    Step,
    TakeAway,
    WriteClientConfig,
)
from wizard.plan.removal import DATABASE, MEMBER, THEIR_DATABASE
from wizard.plan.world import Reads

CREDENTIALS = "database-secret"
NOTHING: Mapping[str, str] = MappingProxyType({})
UNTAGGED = f"it does not have the tag {TAG_KEY}={TAG_VALUE}, so the wizard did not create it"


class DeleteAction(StrEnum):
    """What becomes of a resource; the values are those of `--json` and never change."""

    GOES = "will be removed"
    STAYS = "stays"
    GONE = "is not there"
    NOTHING = "is nothing, or goes with what it is in"
    CONFIG = "will be put back"


@dataclass(frozen=True, slots=True)
class Seen:
    """One step of the removal plan as the account has it."""

    step: Step
    action: DeleteAction
    name: str = ""
    """ARN or name."""
    why: str = ""
    """Why it stays, or what is to be known of it."""
    first: tuple[Before, ...] = ()
    """What must be done before it can go."""
    obstacles: tuple[WizardError, ...] = ()
    """What AWS would refuse its removal for, and what only others can do about it."""
    thing: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its looks found; may hold secrets."""

    @property
    def needs_consent(self) -> bool:
        """Whether the person must agree to something before the thing can go."""
        return self.action is DeleteAction.GOES and any(each.consent for each in self.first)


@dataclass(frozen=True, slots=True)
class Remains:
    """Everything that is there, in the plan's order, and what others may refer to."""

    seen: Mapping[str, Seen]
    known: Known

    def goes(self, step_id: str) -> bool:
        """Whether this one is to be removed."""
        return self.seen[step_id].action is DeleteAction.GOES

    def of(self, action: DeleteAction) -> list[Seen]:
        """The things that a removal does this with."""
        return [each for each in self.seen.values() if each.action is action]


def remains(
    plan: Plan, choices: Choices, world: Reads, stays: Mapping[str, str] = NOTHING
) -> Remains:
    """Look at every step's thing; only read calls are made. Raises AwsError, WizardError.

    `stays` tells by step why something is left although it is the wizard's.
    """
    known = Known(world)
    things: dict[str, dict[str, Any] | None] = {}

    def take(step_id: str, found: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
        things[step_id], outputs = found
        if things[step_id] is not None:
            known.add(step_id, outputs)

    in_order(edges(plan), lambda step_id: _look(plan.step(step_id), known, world), take)
    seen = _judged(plan, _Judge(things, choices, stays))
    held = {
        step_id: partial(_held, each, known, world)
        for step_id, each in seen.items()
        if each.action is DeleteAction.GOES and each.step.delete_spec.obstacles
    }
    return Remains({**seen, **fan_out(held)}, known)


def _held(seen: Seen, known: Known, world: Reads) -> Seen:
    scope = matching.StepScope(known)
    scope.thing = dict(seen.thing)
    found = tuple(matching.obstacles(seen.step, scope, matching.asking(world)))
    return replace(seen, obstacles=found)


def _look(step: Step, known: Known, world: Reads) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    scope = matching.StepScope(known)
    try:
        there = not _goes_along(step) and matching.look(step, scope, matching.asking(world))
    except KeyError:
        return None, {}  # it is in something that is not there
    except AwsError as error:
        if error.not_there and step.id != THEIR_DATABASE:
            return None, {}  # it went between two looks
        if step.id != THEIR_DATABASE or step.delete:
            raise
        return {"trouble": f"it could not be read ({error.code})"}, {}
    if not there or scope.thing is None:
        return None, {}
    return scope.thing, matching.outputs(step, scope)


def _judged(plan: Plan, judge: _Judge) -> dict[str, Seen]:
    for step in plan.steps:
        judge.seen.setdefault(step.id, judge.verdict(plan, step))
    return {step.id: judge.seen[step.id] for step in plan.steps}


@dataclass(slots=True)
class _Judge:
    things: Mapping[str, dict[str, Any] | None]
    choices: Choices
    stays: Mapping[str, str]
    seen: dict[str, Seen] = field(default_factory=dict)

    def verdict(self, plan: Plan, step: Step) -> Seen:
        """What becomes of the step's thing; that of what it is part of is decided first."""
        match step.make:
            case Probe() | AskThroughClient():
                return Seen(step, DeleteAction.NOTHING)
            case WriteClientConfig():
                return Seen(step, DeleteAction.CONFIG)
            case Call() | CopyImage() | PrepareDatabase() | LookOnly() | TakeAway():
                return (
                    self._thing(plan, step)
                    if _of_its_own(step)
                    else Seen(step, DeleteAction.NOTHING)
                )
            case _:
                assert_never(step.make)

    def _thing(self, plan: Plan, step: Step) -> Seen:
        thing = self.things[step.id]
        if thing is None:
            return Seen(step, DeleteAction.GONE)
        name = _name(step, thing)
        if step.delete_spec.gone and jmespath.search(step.delete_spec.gone, thing):
            return Seen(step, DeleteAction.GONE, name, _until(thing), thing=thing)
        stays = self._kept(step) or self._not_ours(plan, step, thing)
        if stays:
            return Seen(step, DeleteAction.STAYS, name, stays, thing=thing)
        first = tuple(each for each in step.delete_spec.first if jmespath.search(each.path, thing))
        return Seen(step, DeleteAction.GOES, name, first=first, thing=thing)

    def _kept(self, step: Step) -> str:
        if step.id in self.stays:
            return self.stays[step.id]
        whole = step.id in DATABASE or step.id.startswith(MEMBER)
        if whole and self.choices.data is Data.KEEP and self.things.get("cluster"):
            return "you keep the database" + (
                ", and this is its password" if step.id == CREDENTIALS else ""
            )
        if step.id == THEIR_DATABASE and not step.delete:
            trouble = (self.things[step.id] or {}).get("trouble")
            return trouble or "it is in your own cluster; --database-data delete would drop it"
        return ""

    def _not_ours(self, plan: Plan, step: Step, thing: dict[str, Any]) -> str:
        if step.owned and not jmespath.search(step.owned, thing):
            return UNTAGGED
        if (
            step.id in (CREDENTIALS, "instance")
            and self._of(plan, "cluster").action is DeleteAction.STAYS
        ):
            return "it belongs to the cluster, which stays"
        if step.part_of and self._of(plan, step.part_of).action is DeleteAction.STAYS:
            return f"it belongs to {plan.step(step.part_of).title}, which stays"
        return ""

    def _of(self, plan: Plan, step_id: str) -> Seen:
        if step_id not in self.seen:
            self.seen[step_id] = self.verdict(plan, plan.step(step_id))
        return self.seen[step_id]


def _goes_along(step: Step) -> bool:
    """Whether it needs no look: it goes with what it is part of."""
    return bool(step.part_of) and not step.delete


def _of_its_own(step: Step) -> bool:
    """Whether removing it is more than removing what it is part of."""
    return bool(step.delete) or step.id == THEIR_DATABASE


def _name(step: Step, thing: Mapping[str, Any]) -> str:
    paths = [step.outputs[key].path for key in ("arn", "name", "id") if key in step.outputs]
    found = (jmespath.search(path, thing) for path in (*paths, "PolicyArn", "VersionId"))
    return next((str(each) for each in found if each), step.title)


def _until(thing: Mapping[str, Any]) -> str:
    date = str(thing.get("DeletedDate") or "")[:10]
    return f"already deleted; it can be restored until {date}" if date else ""


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing that costs something as long as it is there."""

    what: str
    amount: Decimal


def costs(remains: Remains, action: DeleteAction, prices: Prices) -> list[Cost]:
    """What the things of that action cost, about: their fixed parts, by what they really are."""
    there = remains.of(action)
    found = (cost for seen in there for cost in costs_of(seen.step, seen.thing, prices))
    return [cost for cost in found if cost.amount]


def total(found: list[Cost]) -> str:
    """The sum of these costs in dollars, as a text to be shown."""
    return money(sum((cost.amount for cost in found), Decimal(0)))


def costs_of(step: Step, thing: Mapping[str, Any], prices: Prices) -> Iterator[Cost]:
    """What a step's thing costs, as AWS describes it; as planned where it does not say."""
    for charge in step.charges:
        if not charge.words or (charge.when and not jmespath.search(charge.when, thing)):
            continue
        counted = jmespath.search(charge.path, thing) if charge.path else None
        units = charge.idle if counted is None else Decimal(str(counted)) * charge.each
        yield Cost(charge.words, units * prices.per(charge.item))
