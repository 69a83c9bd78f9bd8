"""See what is there before anything is made: the plan against the account, without a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.base.errors import AwsError, WizardError
from wizard.base.values import NewPassword, NewPasswordHash, parts
from wizard.catalogue.aws import explain
from wizard.engine import matching
from wizard.engine.apply.actions import client_config
from wizard.engine.apply.context import Known
from wizard.engine.diff import Action, Difference, PlannedChange
from wizard.engine.differences import differences, renews, settings_diff
from wizard.engine.refresh import Snapshot, in_order
from wizard.engine.seen import seen
from wizard.plan.graph import edges
from wizard.plan.model import LookOnly, Plan, Step, TakeAway, WriteClientConfig
from wizard.plan.world import Reads


class _Foreseen(Known):
    """What is there now, but for what the run would make anew before it is used."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self._rewritten: set[str] = set()

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """A member of a stored secret; KeyError where the run would put another one there."""
        if arn in self._rewritten:
            raise KeyError(arn)
        return super().secret(arn, key, stage)

    def found_as(self, change: PlannedChange) -> None:
        """Take note of what is there of a step, as far as it will still be so when it is used."""
        if change.action in {Action.REFUSE, Action.REPLACE}:
            return
        if any(renews(each, change.step) for each in change.differences):
            return
        self.add(change.step.id, change.outputs)
        mends = [each.mend for each in change.differences]
        new = (isinstance(part, NewPassword | NewPasswordHash) for part in parts(mends))
        if change.restores or any(new):
            self._rewritten |= {str(value) for value in change.outputs.values()}


def survey(plan: Plan, snapshot: Snapshot) -> dict[str, PlannedChange]:
    """What is there of every step, in the plan's order. Only read calls are made.

    A step that refers to something not there yet counts as not there itself. Raises WizardError
    when AWS cannot be asked at all.
    """
    known = _Foreseen(snapshot)
    changes: dict[str, PlannedChange] = {}

    def take(step_id: str, change: PlannedChange) -> None:
        changes[step_id] = change
        if change.outputs:
            known.found_as(change)

    in_order(edges(plan), lambda step_id: _seen(plan.step(step_id), known, snapshot), take)
    return {step.id: changes[step.id] for step in plan.steps}


def unseen(plan: Plan) -> dict[str, PlannedChange]:
    """The changes where nobody looked: as if nothing were there."""
    return {
        step.id: PlannedChange(
            step, Action.RUN if not step.see or isinstance(step.make, LookOnly) else Action.CREATE
        )
        for step in plan.steps
    }


def problems(changes: Mapping[str, PlannedChange]) -> Iterator[WizardError]:
    """What stands in the way, step by step."""
    return (change.problem for change in changes.values() if change.problem)


def _seen(step: Step, known: Known, reads: Reads) -> PlannedChange:
    scope = matching.StepScope(known)
    if isinstance(step.make, WriteClientConfig):
        return _client_config(step, step.make, scope, reads)
    if not step.see:
        return PlannedChange(step, Action.RUN)
    try:
        there = matching.look(step, scope, matching.asking(reads))
        return _found(step, scope) if there else _absent(step)
    except KeyError:
        return PlannedChange(step, Action.CREATE)  # it refers to something that is not there yet
    except AwsError as error:
        return PlannedChange(step, Action.REFUSE, problem=explain(error, step.title))


def _client_config(
    step: Step, make: WriteClientConfig, scope: matching.StepScope, reads: Reads
) -> PlannedChange:
    try:
        wanted = client_config(make, scope)
    except KeyError:
        return PlannedChange(step, Action.RUN)  # the agent's address or password is not known yet
    try:
        compared = reads.compare_client_config(wanted)
    except WizardError as problem:
        return PlannedChange(step, Action.REFUSE, problem=problem)
    if compared.new:
        return PlannedChange(step, Action.CREATE)
    if not compared.changes:
        return PlannedChange(step, Action.KEEP)
    difference = Difference(
        what="the formae CLI's config",
        have="as it is",
        want="connected to this agent",
        diff=compared.diff,
        effect="The old file is kept beside it, unless only the password in it was another.",
    )
    return PlannedChange(step, Action.UPDATE, (difference,))


def _absent(step: Step) -> PlannedChange:
    if isinstance(step.make, LookOnly):
        missing = WizardError(step.make.missing, "", step.make.fix, entry="FW-RUN-006")
        return PlannedChange(step, Action.REFUSE, problem=missing)
    return PlannedChange(step, Action.KEEP if isinstance(step.make, TakeAway) else Action.CREATE)


def _found(step: Step, scope: matching.StepScope) -> PlannedChange:
    problem = matching.refusal(step, scope)
    outputs = matching.outputs(step, scope)
    if problem:
        lifted = matching.lifted(step, scope)
        return PlannedChange(step, Action.REFUSE, problem=problem, outputs=outputs, lifted=lifted)
    if isinstance(step.make, TakeAway):
        return PlannedChange(step, Action.DELETE, outputs=outputs, seen=seen(step, scope.thing))
    if matching.broken(step, scope):
        return PlannedChange(step, Action.REPLACE, outputs=outputs, seen=seen(step, scope.thing))
    try:
        found = differences(step, scope)
    except WizardError as unusable:  # a secret that holds something else
        return PlannedChange(step, Action.REFUSE, problem=unusable, outputs=outputs)
    return PlannedChange(
        step,
        Action.UPDATE if found else Action.KEEP,
        found,
        outputs=outputs,
        seen=seen(step, scope.thing),
        settings=settings_diff(step, scope) if found else "",
        theirs=matching.theirs(step, scope),
    )
