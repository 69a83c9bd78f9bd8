"""See what is there before anything is made: the plan against the account, without a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wizard.engine.refresh import Snapshot, in_order
from wizard.failures.errors import AwsError, WizardError
from wizard.failures.problems import explain
from wizard.plan.graph import edges
from wizard.plan.model import LookOnly, Plan, Step, TakeAway, WriteClientConfig
from wizard.readings import looking
from wizard.readings.apply.actions import client_config
from wizard.readings.apply.context import Known
from wizard.readings.differing import REVIVED, Difference, differences, renews, settings_diff
from wizard.runs.tools import Reads
from wizard.values import NewPassword, NewPasswordHash, parts


class Verdict(StrEnum):
    """What the run would do with a step."""

    MAKE = "will be made"
    KEEP = "is there"
    MEND = "will be changed"
    REMOVE = "will be taken away"
    REMAKE = "will be removed and made again"
    DO = "will be done"
    REFUSE = "stands in the way"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen of one step."""

    verdict: Verdict
    problem: WizardError | None = None
    differs: tuple[str, ...] = ()
    """What is not as wanted, as the plan calls it."""
    differences: tuple[Difference, ...] = ()
    """The same, field by field, with what is there and what is wanted."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The step's outputs, where the thing is there."""
    lifted: str = ""
    """The question whose yes would do away with the problem."""
    theirs: tuple[str, ...] = ()
    """What others put beside ours, and the run keeps."""
    settings: str = ""
    """How the settings that were asked for differ, as one unified diff; empty where none do."""


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

    def found_as(self, step: Step, finding: Finding) -> None:
        """Take note of what is there of a step, as far as it will still be so when it is used."""
        if finding.verdict in {Verdict.REFUSE, Verdict.REMAKE}:
            return
        if any(renews(each, step) for each in finding.differences):
            return
        self.add(step.id, finding.outputs)
        mends = [each.mend for each in finding.differences]
        revived = any(each.what == REVIVED for each in finding.differences)
        new = (isinstance(part, NewPassword | NewPasswordHash) for part in parts(mends))
        if revived or any(new):
            self._rewritten |= {str(value) for value in finding.outputs.values()}


def survey(plan: Plan, snapshot: Snapshot) -> dict[str, Finding]:
    """What is there of every step, in the plan's order. Only read calls are made.

    A step that refers to something not there yet counts as not there itself. Raises WizardError
    when AWS cannot be asked at all.
    """
    known = _Foreseen(snapshot)
    findings: dict[str, Finding] = {}

    def take(step_id: str, finding: Finding) -> None:
        findings[step_id] = finding
        if finding.outputs:
            known.found_as(plan.step(step_id), finding)

    in_order(edges(plan), lambda step_id: _seen(plan.step(step_id), known, snapshot), take)
    return {step.id: findings[step.id] for step in plan.steps}


def unseen(plan: Plan) -> dict[str, Finding]:
    """The findings where nobody looked: as if nothing were there."""
    return {
        step.id: Finding(
            Verdict.DO if not step.see or isinstance(step.make, LookOnly) else Verdict.MAKE
        )
        for step in plan.steps
    }


def problems(findings: Mapping[str, Finding]) -> Iterator[WizardError]:
    """What stands in the way, step by step."""
    return (finding.problem for finding in findings.values() if finding.problem)


def _seen(step: Step, known: Known, reads: Reads) -> Finding:
    scope = looking.StepScope(known)
    if isinstance(step.make, WriteClientConfig):
        return _client_config(step.make, scope, reads)
    if not step.see:
        return Finding(Verdict.DO)
    try:
        there = looking.look(step, scope, looking.asking(reads))
        return _found(step, scope) if there else _absent(step)
    except KeyError:
        return Finding(Verdict.MAKE)  # it refers to something that is not there yet
    except AwsError as error:
        return Finding(Verdict.REFUSE, explain(error, step.title))


def _client_config(action: WriteClientConfig, scope: looking.StepScope, reads: Reads) -> Finding:
    try:
        wanted = client_config(action, scope)
    except KeyError:
        return Finding(Verdict.DO)  # the agent's address or password is not known yet
    try:
        compared = reads.compare_client_config(wanted)
    except WizardError as problem:
        return Finding(Verdict.REFUSE, problem)
    if compared.new:
        return Finding(Verdict.MAKE)
    if not compared.changes:
        return Finding(Verdict.KEEP)
    difference = Difference(
        what="the formae CLI's config",
        have="as it is",
        want="connected to this agent",
        diff=compared.diff,
        effect="The old file is kept beside it, unless only the password in it was another.",
    )
    return Finding(Verdict.MEND, differs=(difference.what,), differences=(difference,))


def _absent(step: Step) -> Finding:
    if isinstance(step.make, LookOnly):
        return Finding(
            Verdict.REFUSE, WizardError(step.make.missing, "", step.make.fix, entry="FW-RUN-006")
        )
    return Finding(Verdict.KEEP if isinstance(step.make, TakeAway) else Verdict.MAKE)


def _found(step: Step, scope: looking.StepScope) -> Finding:
    problem = looking.refusal(step, scope)
    outputs = looking.outputs(step, scope)
    if problem:
        lifted = looking.lifted(step, scope)
        return Finding(Verdict.REFUSE, problem, outputs=outputs, lifted=lifted)
    if isinstance(step.make, TakeAway):
        return Finding(Verdict.REMOVE, outputs=outputs)
    if looking.broken(step, scope):
        return Finding(Verdict.REMAKE, outputs=outputs)
    try:
        found = differences(step, scope)
    except WizardError as unusable:  # a secret that holds something else
        return Finding(Verdict.REFUSE, unusable, outputs=outputs)
    differs = tuple(dict.fromkeys(each.what for each in found))
    verdict = Verdict.MEND if found else Verdict.KEEP
    settings = settings_diff(step, scope) if found else ""
    return Finding(
        verdict,
        differs=differs,
        differences=found,
        outputs=outputs,
        settings=settings,
        theirs=looking.theirs(step, scope),
    )
