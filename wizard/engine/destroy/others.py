"""What other hosts than the wanted one have of a deployment whose move to it is not finished."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import Names
from wizard.base.offer import Claimable, default_host, host_key, known_hosts, offer
from wizard.catalogue import explain
from wizard.engine.account.asking import ours
from wizard.engine.destroy.discover import discover
from wizard.engine.destroy.plan import DeleteAction, remains
from wizard.hosts.host import host
from wizard.plan.hosting import AGENT_ROLE
from wizard.plan.inputs import Choices, Extent, OtherHost, PlanInputs
from wizard.plan.model import Plan, Section
from wizard.plan.moving import hosted, on
from wizard.plan.removal import removal
from wizard.plan.world import AwsCall, Reads


def others(reads: Reads, answers: Answers, account: str) -> tuple[OtherHost, ...]:
    """The hosts besides the wanted one that have parts of the deployment. Read calls only.

    Raises WizardError where AWS does not say what is there of one that has.
    """
    wanted = host_key(answers.host) or default_host()
    asks = {
        key: partial(_traced, reads.call, answers, account, key)
        for key in known_hosts()
        if key != wanted
    }
    traced = [key for key, there in fan_out(asks).items() if there]
    try:
        found = [_there(reads, answers, account, key) for key in traced]
    except AwsError as error:
        raise explain(error, f"Checking what other hosts have of {answers.name}") from None
    return tuple(each for each in found if each.parts)


def _traced(call: AwsCall, answers: Answers, account: str, key: str) -> bool:
    """Whether anything of the deployment is on that host: what comes first there, or goes last."""
    names, own = Names(answers.name, key), Names(answers.name, answers.host)
    claimed = offer(key).claimed
    arn = claimed.arn(answers.region, account, answers.name)
    role = names.roles[AGENT_ROLE]
    looks: list[Callable[[], bool]] = [
        lambda: _is_ours(call, claimed, arn),
        lambda: any(each.name == names.service for each in host(key).services(call)),
    ]
    if role not in own.roles.values():
        looks.append(lambda: bool(call("iam", "GetRole", {"RoleName": role})))
    return any(map(_said, looks))


def _is_ours(call: AwsCall, claimed: Claimable, arn: str) -> bool:
    """Whether what carries a host's claims is there, and ours; a list of all spares a call."""
    operation, member = claimed.listing
    if operation and arn not in (call(claimed.service, operation, {}).get(member) or []):
        return False
    return ours(claimed.tags(call(claimed.service, "ListTagsForResource", {"resourceArn": arn})))


def _said(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (AwsError, WizardError):
        return False  # it is not there, or the account has no such host


def _there(reads: Reads, answers: Answers, account: str, key: str) -> OtherHost:
    extent = discover(reads, answers.name, account, key)
    plan = removal(on(answers, key), PlanInputs(account=account), extent, Choices())
    found = remains(plan, Choices(), reads, elsewhere(plan, extent))
    return OtherHost(
        key,
        extent,
        frozenset(each.step.id for each in found.of(DeleteAction.GOES) if hosted(each.step)),
    )


def elsewhere(plan: Plan, there: Extent) -> dict[str, str]:
    """Why the roles stay, by step: IAM knows no regions, and another region's agent needs them."""
    if there.serves in {"", plan.region}:
        return {}
    why = (
        f"the deployment with this name in {there.serves} uses it; roles are shared by all regions"
    )
    return {step.id: why for step in plan.steps if step.section is Section.ROLES}
