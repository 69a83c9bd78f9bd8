"""The look at the person's permissions, by AWS's policy simulator. Never more than a warning.

What is needed is derived from the plan's own calls: an action on a resource, for policies are often
narrowed to names. Resources that do not exist yet are taken as they will most likely be called.
The simulator is known to refuse what would be allowed: it does not know session policies, nor every
condition of an organisation's rules. So nobody is stopped by what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.offer import offer
from wizard.base.values import SecretRef, Value, parts, refs, resolve
from wizard.engine.diff import Action, PlannedChange, again
from wizard.engine.preflight.check import CheckContext, Said, fine, unknown, warning
from wizard.plan.model import Action as Make
from wizard.plan.model import Call, CopyImage, LinkedRole, Plan, PrepareDatabase, Step
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


def proven(plan: Plan, findings: Mapping[str, PlannedChange], account: str) -> frozenset[Need]:
    """What was needed to look at the steps that stay as they are: AWS has just allowed it."""
    likely = _Likely(plan, findings, account)
    kept = (
        step
        for step in plan.steps
        if step.id in findings and findings[step.id].action is Action.KEEP
    )
    looks = ((step, look.call) for step in kept for look in step.lookups)
    return frozenset(need for step, call in looks for need in likely.of_call(call, step))


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
    for action in _due(step, finding):
        yield from likely.of_action(action, step)


def _due(step: Step, finding: PlannedChange | None) -> Iterator[Make]:
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
    yield from (call for call in parts(step.wait) if isinstance(call, Call))


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
            case PrepareDatabase():
                cluster = _plausible(str(resolve(action.resource, self._scope)))
                user = f"arn:aws:rds-db:{self._place}:dbuser:{cluster}/{action.master}"
                yield Need("rds-db:connect", user)
                yield from self._secrets(action, step)
            case _:
                yield from self._secrets(action, step)

    def of_call(self, call: Call, step: Step) -> Iterator[Need]:
        """The action of the call's name, what it implies, the secrets and roles it hands on."""
        if call.service == "sts":
            return  # everybody may ask who they are
        action = f"{call.service}:{call.operation}"
        resource = "*" if action in step.anywhere else self._resource(call, step)
        yield Need(action, resource)
        if again(call, step):
            for each in step.permissions:
                yield Need(each, "*" if each in step.anywhere else resource)
        yield from self._secrets(call.params, step)
        if "SnapshotIdentifier" in call.params:
            yield Need(action, self._snapshot(call.params["SnapshotIdentifier"]))
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
            case "rds" if "DBClusterSnapshotIdentifier" in params:
                return self._snapshot(params["DBClusterSnapshotIdentifier"])
            case "rds" if "DBInstanceIdentifier" in params:
                return f"arn:aws:rds:{self._place}:db:{params['DBInstanceIdentifier']}"
            case "rds" | "rds-data":
                return self._cluster(params)
            case "iam" if "RoleName" in params:
                return f"arn:aws:iam::{self._account}:role/{self._text(params['RoleName'], step)}"
            case "logs" if "logGroupName" in params:
                group = self._text(params["logGroupName"], step)
                return f"arn:aws:logs:{self._place}:log-group:{group}"
            case _:
                return self._own(step)

    def _snapshot(self, name: Value) -> str:
        arn = str(name)
        return (
            arn if arn.startswith("arn:") else f"arn:aws:rds:{self._place}:cluster-snapshot:{arn}"
        )

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


AT_ONCE = 5
ASSUMED = re.compile(r"arn:(?P<part>[\w-]+):sts::(?P<account>\d+):assumed-role/(?P<name>[^/]+)/.+")


def permissions(context: CheckContext, foreseen: Mapping[str, PlannedChange] | None = None) -> Said:
    """Whether the simulator allows what the plan's calls need.

    What is to be done of each step is told by `foreseen`, or by what is there now.
    """

    def seen() -> tuple[Mapping[str, PlannedChange], str]:
        return foreseen or context.findings(), str(context.identity()["Account"])

    def needs() -> list[Need]:
        return [*required_permissions(context.plan, *seen()), *_service_roles(context)]

    return allowed(context, needs, proven=lambda: proven(context.plan, *seen()))


def allowed(
    context: CheckContext,
    needs: Callable[[], Collection[Need]],
    what: str = "the plan",
    proven: Callable[[], Collection[Need]] = tuple,
) -> Said:
    """Whether the simulator allows the person signed in what `what` needs.

    It is not asked about what is `proven`, as AWS has just allowed that.
    """
    arn = str(context.identity()["Arn"])
    if arn.endswith(":root"):
        return fine("the account's root user can do everything")
    if ":federated-user/" in arn:
        return unknown("not checked: the simulator does not support federated users")
    wanted = needs()
    asked = sorted({*wanted} - {*proven()})
    try:
        principal = _principal(context, arn) if asked else arn
        denied, doubtful = _simulated(context, principal, asked)
    except AwsError as error:
        return unknown(f"not checked: {_refusal(error)}")
    if denied:
        return warning(_missing(arn, denied, wanted, what))
    total = len(_actions(wanted))
    if doubtful:
        number = len(_actions(doubtful))
        return fine(
            f"{total - number} of the {total} that {what} needs; {number} depend on conditions "
            "that cannot be tested"
        )
    says = "according to AWS's policy simulator" if asked else "as AWS has just shown"
    return fine(f"all {total} that {what} needs, {says}")


def _principal(context: CheckContext, arn: str) -> str:
    """The simulator takes users and roles, so a session counts as its role, path included."""
    session = ASSUMED.fullmatch(arn)
    if session is None:
        return arn
    try:
        role = context.call("iam", "GetRole", {"RoleName": session["name"]})["Role"]
    except AwsError:
        return f"arn:{session['part']}:iam::{session['account']}:role/{session['name']}"
    return str(role["Arn"])


def _service_roles(context: CheckContext) -> Iterator[Need]:
    """AWS makes these roles in the person's name, the first time in an account."""
    account = context.identity()["Account"]
    for role in linked_roles(context.to_make()):
        try:
            context.call("iam", "GetRole", {"RoleName": role.name})
        except AwsError as error:
            if error.code == "NoSuchEntity":
                path = f"role/aws-service-role/{role.service}.amazonaws.com/{role.name}"
                yield Need("iam:CreateServiceLinkedRole", f"arn:aws:iam::{account}:{path}")


def _simulated(
    context: CheckContext, principal: str, wanted: Iterable[Need]
) -> tuple[list[Need], list[Need]]:
    """What is denied, and what depends on something the simulator was not told."""
    by_resource: dict[str, list[str]] = {}
    for need in wanted:
        by_resource.setdefault(need.resource, []).append(need.action)

    def ask(resource: str) -> list[tuple[Need, Any]]:
        params = {
            "PolicySourceArn": principal,
            "ActionNames": sorted(set(by_resource[resource])),
            "ResourceArns": [resource],
            "ContextEntries": _context(resource, context.answers),
        }
        answer = context.call("iam", "SimulatePrincipalPolicy", params)
        return [(Need(it["EvalActionName"], resource), it) for it in answer["EvaluationResults"]]

    found = fan_out({resource: partial(ask, resource) for resource in by_resource}, most=AT_ONCE)
    results = [each for answers in found.values() for each in answers]
    refused = [(need, it) for need, it in results if it["EvalDecision"] != "allowed"]
    doubtful = [need for need, it in refused if _unsure(it)]
    return [need for need, it in refused if not _unsure(it)], doubtful


def _context(resource: str, answers: Answers) -> list[dict[str, Any]]:
    """What policies like to ask about, as it will be in the real calls."""
    linked = re.search("/aws-service-role/([^/]+)/", resource)
    values = {
        "aws:RequestedRegion": answers.region,
        f"aws:RequestTag/{TAG_KEY}": TAG_VALUE,
        "iam:PassedToService": offer(answers.host).passed_to,
        **({"iam:AWSServiceName": linked[1]} if linked else {}),
    }
    return [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in values.items()
    ]


def _unsure(result: Any) -> bool:
    """With a resource given, AWS tells what was missing below it, and otherwise beside it."""
    inner = result.get("ResourceSpecificResults") or []
    return any(each.get("MissingContextValues") for each in (result, *inner))


def _missing(arn: str, denied: list[Need], wanted: Collection[Need], what: str) -> WizardError:
    lacking, total = _actions(denied), len(_actions(wanted))
    by_service: dict[str, list[str]] = {}
    for action in lacking:
        service, _, name = action.partition(":")
        by_service.setdefault(service, []).append(name)
    told = "; ".join(f"{service}: {', '.join(names)}" for service, names in by_service.items())
    seem = "permission seems" if len(lacking) == 1 else "permissions seem"
    return WizardError(
        f"{len(lacking)} {seem} to be missing, of the {total} that {what} needs.",
        f"AWS's policy simulator does not allow {arn} {told}. It can be wrong: it does not know "
        "session policies and every condition of an organization's policies.",
        "Ask for them, or use a profile that has them. Or continue: if AWS refuses a call, the run "
        "stops there and shows which, and the same command resumes from that point.",
        entry="FW-IAM-006",
    )


def _actions(wanted: Iterable[Need]) -> list[str]:
    return sorted({need.action for need in wanted})


def _refusal(error: AwsError) -> str:
    if re.search("AccessDenied|not authorized", str(error)):
        return "you are not allowed to use AWS's policy simulator (iam:SimulatePrincipalPolicy)"
    return f"AWS's policy simulator says {error.message or error.code} ({error.code})"
