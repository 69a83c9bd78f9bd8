"""Drift: what somebody changed of a deployment since it was chosen, and what becomes of it.

A field is called by its step and its name in AWS: `service.HealthCheckConfiguration.Interval`. Only
what the plan asks for has a field, so only what is the wizard's is ever left or put right; an
accepted field wants what is there.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from wizard.answers.model import Answers, Given, Source
from wizard.base.errors import ExitCode, WizardError
from wizard.base.values import Found, Merged, Value
from wizard.engine.diff import NOT_SET, Difference, PlannedChange
from wizard.engine.refresh import Snapshot, survey
from wizard.plan.build import build
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import Expectation, Plan, Step

PLANNED = "as planned"
"""What was chosen, where that is a whole document."""


class Resolution(Enum):
    """What a run does with a drift; the value says so to a person."""

    REVERTED = "It is put back"
    ACCEPTED = "It stays as it is now, because you accepted it"
    KEPT = "It stays as it is now"
    REPLACED = "It is changed to your answer"


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a deployed resource, or one answer, that is not as it was chosen."""

    resource: str
    """Id of the plan's step that the resource belongs to; empty for an answer."""
    field: str
    """AWS's name of the field, or the answer's key; empty where it cannot be left as it is."""
    chosen: str
    now: str
    what: str = ""
    """What a person calls it."""
    back: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Answers that put it back, as text by key; empty where the record says too little."""
    off: frozenset[str] = frozenset()
    """ARNs of policies to be detached from the agent's role to put it back."""
    then: str = ""
    """Of a resource that is half-made: what the next `apply` does with it."""
    resolution: Resolution | None = None
    """What the plan does with a field; None for an answer, of which a later one may be given."""
    difference: Difference | None = None
    """Of a field: what of the plan is not met."""
    follows: bool = False
    """Whether it only follows from a change of the agent's config, which is told as well."""

    @property
    def name(self) -> str:
        """The name for `--accept`: the answer's key or `STEP.FIELD`; empty where there is none."""
        return f"{self.resource}.{self.field}" if self.resource and self.field else self.field

    @property
    def words(self) -> str:
        """What was chosen and what is there, in one line."""
        if self.chosen == PLANNED:
            return f"{self.what}: differs from the plan"
        return f"{self.what}: chosen {self.chosen}, now {self.now}"


def with_resolution(drift: Iterable[Drift], which: Resolution) -> list[Drift]:
    """The ones of `drift` that have that resolution, in their order."""
    return [each for each in drift if each.resolution is which]


def resolved(given: Given | None) -> Resolution:
    """What becomes of a changed answer by what is said now; None where nothing is.

    A default replaces it as well: it counts only where what is deployed does not go with the rest.
    """
    unsaid = given is None or given.source is Source.DEPLOYED
    return Resolution.KEPT if unsaid else Resolution.REPLACED


ALL = "all"
"""Accepts everything that somebody changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftDecision:
    """What becomes of the things that somebody changed."""

    accepted: frozenset[str] = frozenset()
    """Fields that stay as they are now; ALL may be among them."""
    off: frozenset[str] = frozenset()
    """ARNs of policies that are taken off the agent's role."""
    deployed: Answers | None = None
    """The answers that are deployed: what differs even from these, somebody changed."""
    answers: frozenset[str] = frozenset()
    """Answers that somebody changed, which could be accepted as well: for a name that is none."""
    strict: bool = True
    """Whether a field that nobody changed (any more) is a mistake."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan in which drift is left or put right as it was decided."""

    plan: Plan
    left: tuple[Drift, ...] = ()
    """What is left as it is."""
    deployed: Plan | None = None
    """The plan for the answers that are deployed; None where nothing is."""

    def drift(self, changes: Mapping[str, PlannedChange]) -> tuple[Drift, ...]:
        """What becomes of what somebody changed, by what was seen of every step."""
        back = drift(self.plan, changes, self.deployed) if self.deployed else []
        return (*(replace(each, resolution=Resolution.REVERTED) for each in back), *self.left)


def decided(plan: Plan, decision: DriftDecision, inputs: PlanInputs, snapshot: Snapshot) -> Decided:
    """The plan by that ruling; AWS is looked at only where something is accepted.

    Raises WizardError for a field that somebody did not change.
    """
    if decision.deployed is None:
        if decision.accepted - {ALL}:
            raise _unknown(decision.accepted, (), decision)
        return Decided(plan)
    deployed = build(decision.deployed, inputs)
    if not decision.accepted:
        return Decided(plan, deployed=deployed)
    found = drift(plan, survey(plan, snapshot), deployed)
    unknown = decision.accepted - {each.name for each in found} - {ALL}
    if unknown and decision.strict:
        raise _unknown(unknown, found, decision)
    left = tuple(
        replace(each, resolution=Resolution.ACCEPTED)
        for each in found
        if ALL in decision.accepted or each.name in decision.accepted
    )
    return Decided(accepted(plan, left), left, deployed)


def _unknown(names: Iterable[str], found: Iterable[Drift], decision: DriftDecision) -> WizardError:
    known = [*sorted(decision.answers), *(each.name for each in found)]
    right = f"Changed in AWS: {', '.join(known)}; or {ALL}." if known else ""
    return WizardError(
        f"--accept names what has not changed: {', '.join(sorted(names))}.",
        right or "Nothing was changed in AWS since setup.",
        "`formae-wizard plan` shows the names." if known else "Leave --accept out.",
        ExitCode.USAGE,
    )


def drift(plan: Plan, changes: Mapping[str, PlannedChange], deployed: Plan) -> list[Drift]:
    """What differs although nobody asks for another than is deployed, in the plan's order.

    `deployed` is the plan for the answers that are deployed.
    """
    before = {step.id: step for step in deployed.steps}
    found = (
        Drift(step.id, each.field, each.chosen, each.now, each.name, difference=each)
        for step in plan.steps
        if step.id in changes and step.id in before
        for each in changes[step.id].differences
        if each.field and each.fit and _as_before(each, each.fit, before[step.id])
    )
    return list({each.name: each for each in found}.values())


def _as_before(difference: Difference, fit: Expectation, before: Step) -> bool:
    """Whether the plan for what is deployed asks for the very same."""
    if fit.members:
        held = (each.members for each in before.fits if each.what == fit.what)
        return any(difference.path in members for members in held)
    same = next((each for each in before.fits if (each.what, each.path) == (fit.what, fit.path)), 0)
    names = difference.path.split(".") if difference.path else []
    return isinstance(same, Expectation) and _at(same.want, names) == _at(fit.want, names)


def _at(want: Value, names: list[str]) -> Any:
    for name in names:
        want = want.get(name) if isinstance(want, Mapping) else None
    return want


def accepted(plan: Plan, drift: Iterable[Drift]) -> Plan:
    """The plan that leaves these fields as they are, also where it changes others beside them."""
    steps = {step.id: step for step in plan.steps}
    for each in drift:
        if each.difference:
            steps[each.resource] = _leaving(steps[each.resource], each.difference)
    return replace(plan, steps=tuple(steps.values()))


def _leaving(step: Step, difference: Difference) -> Step:
    origin = difference.fit
    assert origin is not None  # noqa: S101 - drift() gives no others
    fits: list[Expectation] = []
    for fit in step.fits:
        if fit.what != origin.what:
            fits.append(fit)
        elif fit.members:
            fits += _other_members(fit, difference.path)
        elif fit.reading == "subset":
            fits.append(_other_settings(fit, difference))
        elif fit.path != origin.path and (fit.update != step.make or fit.update is None):
            fits.append(fit)  # one that is put right by making it anew goes with its siblings
    return replace(step, fits=tuple(fits))


def _other_members(fit: Expectation, member: str) -> list[Expectation]:
    """The list without that member, in what is looked at and in what is sent."""
    kept = [at for at, each in enumerate(fit.members) if each != member]
    if not kept:
        return []
    key = member.partition("=")[0]
    assert fit.update is not None  # noqa: S101 - tags can always be set
    params = {
        name: [each for each in value if not _is_tag(each, key)]
        if isinstance(value, list)
        else value
        for name, value in fit.update.params.items()
    }
    picked = f"{fit.path} | [{', '.join(f'[{at}]' for at in kept)}]"
    members = tuple(fit.members[at] for at in kept)
    mend = replace(fit.update, params=params)
    return [replace(fit, path=picked, want=[1] * len(kept), members=members, update=mend)]


def _is_tag(value: Value, key: str) -> bool:
    return isinstance(value, Mapping) and value.get("Key") == key


def _other_settings(fit: Expectation, difference: Difference) -> Expectation:
    """Want what is there in the field's place: AWS takes it in one call with its siblings."""
    names = difference.path.split(".")
    there = _there(fit, difference, names)
    want = _put(fit.want, names, there)
    if fit.update is None:
        return replace(fit, want=want)
    params = _put(fit.update.params, names, there)
    if params == fit.update.params:  # it is called otherwise where it is sent
        params = _put(params, names[-1:], there)
    assert isinstance(params, Mapping)  # noqa: S101 - as it was before
    return replace(fit, want=want, update=replace(fit.update, params=params))


def _there(fit: Expectation, difference: Difference, names: list[str]) -> Value:
    """What is there: a number as it is, for a script knows all that it finds as texts."""
    if difference.have == NOT_SET:
        return None
    if isinstance(_at(fit.want, names), int | float):
        with contextlib.suppress(ValueError):  # a number is told as JSON
            number: Value = json.loads(difference.have)
            return number
    return Found(".".join([fit.path, *(json.dumps(name) for name in names)]))


def _put(want: Value, names: list[str], there: Value) -> Value:
    """With another value at the end of these names, or none; as it is where they lead nowhere."""
    if isinstance(want, Merged):
        ours = _put(want.ours, names, there)
        return replace(want, ours=ours) if isinstance(ours, Mapping) else want
    if not isinstance(want, Mapping) or names[0] not in want:
        return want
    if len(names) > 1:
        return {**want, names[0]: _put(want[names[0]], names[1:], there)}
    rest = {name: value for name, value in want.items() if name != names[0]}
    return rest if there is None else {**want, names[0]: there}
