"""The look at the person's permissions, by AWS's policy simulator. Never more than a warning.

The simulator is known to refuse what would be allowed: it does not know session policies, nor
every condition of an organisation's rules. So nobody is stopped by what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.offer import offer
from wizard.engine.diff import PlannedChange
from wizard.engine.preflight.check import Said, fine, unknown, warning
from wizard.engine.preflight.context import CheckContext
from wizard.engine.preflight.required_permissions import Need, linked_roles, required_permissions

AT_ONCE = 5
ASSUMED = re.compile(r"arn:(?P<part>[\w-]+):sts::(?P<account>\d+):assumed-role/(?P<name>[^/]+)/.+")


def permissions(context: CheckContext, foreseen: Mapping[str, PlannedChange] | None = None) -> Said:
    """Whether the simulator allows what the plan's calls need.

    What is to be done of each step is told by `foreseen`, or by what is there now.
    """

    def needs() -> list[Need]:
        found, account = foreseen or context.findings(), str(context.identity()["Account"])
        return [*required_permissions(context.plan, found, account), *_service_roles(context)]

    return allowed(context, needs)


def allowed(
    context: CheckContext, needs: Callable[[], Collection[Need]], what: str = "the plan"
) -> Said:
    """Whether the simulator allows the person signed in what `what` needs."""
    arn = str(context.identity()["Arn"])
    if arn.endswith(":root"):
        return fine("the account's root user can do everything")
    if ":federated-user/" in arn:
        return unknown("not checked: the simulator does not support federated users")
    wanted = needs()
    try:
        denied, doubtful = _simulated(context, _principal(context, arn), wanted)
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
    return fine(f"all {total} that {what} needs, according to AWS's policy simulator")


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
