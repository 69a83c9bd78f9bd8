"""Which permissions the person needs for a plan: derived from the plan's own calls. Pure.

A need is an action on a resource, for policies are often narrowed to names. Resources that do not
exist yet are taken as they will most likely be called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.base.values import SecretRef, Value, parts, refs, resolve
from wizard.engine.diff import Action, PlannedChange
from wizard.plan.model import Action as Make
from wizard.plan.model import Call, CopyImage, LinkedRole, Plan, Step
from wizard.plan.placeholders import Preview

PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/.+")


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One action on one resource."""

    action: str
    resource: str


def required_permissions(
    plan: Plan, findings: Mapping[str, PlannedChange] | None = None, account: str = ""
) -> tuple[Need, ...]:
    """What the plan's calls need, each once; only what is still to do where `findings` tell.

    `account` is that of a plan that does not ask for it itself.
    """
    found = findings or {}
    likely = _Likely(plan, found, account)
    return tuple(
        dict.fromkeys(
            need for step in plan.steps for need in _of_step(step, found.get(step.id), likely)
        )
    )


def removal_needs(
    plan: Plan, orders: Mapping[str, Iterable[Call]], found: Mapping[str, PlannedChange]
) -> tuple[Need, ...]:
    """What these calls need, by the step whose thing they take away, each once.

    A role's instance profile is left out: it is the profile that is asked about then.
    """
    likely = _Likely(plan, found, "")
    return tuple(
        dict.fromkeys(
            need
            for step_id, calls in orders.items()
            for call in calls
            if "InstanceProfileName" not in call.params
            for need in likely.of_call(call, plan.step(step_id))
        )
    )


def linked_roles(steps: Iterable[Step]) -> list[LinkedRole]:
    """The roles of AWS's own that making these steps' things wants, by their service."""
    found = {step.linked_role for step in steps if isinstance(step.make, Call)}
    return sorted(filter(None, found), key=lambda each: each.service)


def _of_step(step: Step, finding: PlannedChange | None, likely: _Likely) -> Iterator[Need]:
    for look in step.lookups:
        yield from likely.of_call(look.call, step)
    for action in _actions(step, finding):
        yield from likely.of_action(action, step)


def _actions(step: Step, finding: PlannedChange | None) -> Iterator[Make]:
    """What the run will do of the step, besides looking."""
    action = finding.action if finding else None
    if action is Action.KEEP:
        return
    if finding and action is Action.UPDATE:
        misfits = [fit for fit in step.fits if fit.what in finding.differs]
        yield from (fit.update for fit in misfits if fit.update)
        yield from (fit.room.call for fit in misfits if fit.room)
        if step.restore and finding.restores:
            yield from step.restore.calls
    elif action is not Action.DELETE:
        yield step.make
    if action in {Action.REPLACE, Action.DELETE}:
        yield from step.delete
    if step.wait:
        yield step.wait.call
        yield from (each.call for each in (step.wait.news, step.wait.autopsy) if each)


class _Likely:
    """Resources as they will be called."""

    def __init__(self, plan: Plan, findings: Mapping[str, PlannedChange], account: str) -> None:
        self._plan = plan
        self._findings = findings
        self._scope = Preview(plan)
        account = account or plan.step("account").outputs["id"].like
        self._place = f"{plan.region}:{account}"
        self._account = account
        self._roles = {
            step.id
            for step in plan.steps
            if isinstance(step.make, Call) and step.make.operation == "CreateRole"
        }

    def of_action(self, action: Make, step: Step) -> Iterator[Need]:
        """What a call or a copy needs; the other actions ask AWS only for secrets."""
        match action:
            case Call():
                yield from self.of_call(action, step)
            case CopyImage():
                yield Need("ecr:GetAuthorizationToken", "*")
                yield from (Need(each, self._own(step)) for each in PUSH)
            case _:
                yield from self._secrets(action, step)

    def of_call(self, call: Call, step: Step) -> Iterator[Need]:
        """The action of the call's name, what it implies, the secrets and roles it hands on."""
        if call.service == "sts":
            return  # everybody may ask who they are
        action = f"{call.service}:{call.operation}"
        resource = "*" if action in step.anywhere else self._resource(call, step)
        yield Need(action, resource)
        if call == step.make:
            yield from (Need(each, resource) for each in step.permissions)
        yield from self._secrets(call.params, step)
        if call.service == "rds-data":
            yield Need("secretsmanager:GetSecretValue", self._text(call.params["secretArn"], step))
        if call.service != "iam":
            passed = sorted({ref.step for ref in refs(call.params)} & self._roles)
            yield from (Need("iam:PassRole", self._own(self._plan.step(each))) for each in passed)
            named = filter(ROLE.fullmatch, (part for part in parts(call.params) if _is_text(part)))
            yield from (Need("iam:PassRole", each) for each in dict.fromkeys(named))

    def _secrets(self, value: Any, step: Step) -> Iterator[Need]:
        for part in parts(value):
            if isinstance(part, SecretRef):
                yield Need("secretsmanager:GetSecretValue", self._text(part.arn, step))

    def _resource(self, call: Call, step: Step) -> str:
        params = call.params
        match call.service:
            case "rds" if "DBInstanceIdentifier" in params:
                return f"arn:aws:rds:{self._place}:db:{params['DBInstanceIdentifier']}"
            case "rds" | "rds-data":
                return self._cluster(params)
            case "iam" if "RoleName" in params:
                return f"arn:aws:iam::{self._account}:role/{self._text(params['RoleName'], step)}"
            case "logs":
                group = self._text(params["logGroupName"], step)
                return f"arn:aws:logs:{self._place}:log-group:{group}"
            case _:
                return self._own(step)

    def _cluster(self, params: Mapping[str, Value]) -> str:
        if isinstance(arn := params.get("resourceArn"), str):
            return arn
        step = next((each for each in self._plan.steps if each.id == "cluster"), None)
        if step and "arn" in step.outputs:
            return self._own(step)
        return f"arn:aws:rds:{self._place}:cluster:{params['DBClusterIdentifier']}"

    def _own(self, step: Step) -> str:
        """The step's thing, or what it is a part of."""
        finding = self._findings.get(step.id)
        if finding and "arn" in finding.outputs:
            return str(finding.outputs["arn"])
        if "arn" in step.outputs:
            return _plausible(step.outputs["arn"].like)
        return self._own(self._plan.step(step.part_of)) if step.part_of else "*"

    def _text(self, value: Value, step: Step) -> str:
        text = _plausible(str(resolve(value, self._scope)))
        return self._own(step) if text.startswith("0" * 32) else text


def _is_text(part: Any) -> bool:
    return isinstance(part, str)


def _plausible(text: str) -> str:
    """AWS's own inventions in a name, as they might be."""
    return re.sub("<[^>]*>", "0" * 32, text).replace("??????", "AbCdEf")
