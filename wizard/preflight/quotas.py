"""The look at the account's quotas: what is free is the limit less what is used. Only warns.

Codes and names of quotas change, and many people may not see them; what is not told counts as
unknown, and that is fine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from wizard.failures.errors import AwsError, WizardError
from wizard.plan.model import Call, Step
from wizard.preflight.check import Said, State, fine, unknown
from wizard.preflight.ground import Ground

KINDS = {
    "CreateService": "App Runner services",
    "CreateAutoScalingConfiguration": "App Runner scaling configurations",
    "CreateDBCluster": "database clusters",
    "CreateDBInstance": "database instances",
    "CreateRole": "IAM roles",
    "CreatePolicy": "IAM policies",
}
"""What quotas count, by the call that makes one."""
SERVICES = re.compile(r"(app runner )?services?( per (region|account).*)?", re.IGNORECASE)
SCALINGS = re.compile(r"auto ?scaling ?configurations?( names?)?( per .*)?", re.IGNORECASE)
ACCOUNT_QUOTAS = {"DBClusters": "database clusters", "DBInstances": "database instances"}


@dataclass(frozen=True, slots=True)
class Quota:
    """How many there may be, and how many there are."""

    kind: str
    used: int
    limit: int


def quotas(ground: Ground) -> Said:
    """Whether there is room for what will be made."""
    wanted = _wanted(ground.to_make())
    if not wanted:
        return fine("nothing is made that a quota counts")
    known = {quota.kind: quota for quota in _known(ground, wanted)}
    full = [known[kind] for kind in wanted if _is_full(known.get(kind), wanted[kind])]
    if full:
        troubles = tuple(_trouble(quota, wanted[quota.kind]) for quota in full)
        return Said(State.WARNING, " ".join(each.what for each in troubles).rstrip("."), troubles)
    if not known:
        return unknown("could not be checked: AWS does not say them")
    return fine(", ".join(_words(kind, known.get(kind)) for kind in wanted))


def _words(kind: str, quota: Quota | None) -> str:
    return f"{kind} {quota.used} of {quota.limit}" if quota else f"{kind} not known"


def _wanted(steps: Iterable[Step]) -> Counter[str]:
    made = (step.make for step in steps)
    operations = (each.operation for each in made if isinstance(each, Call))
    return Counter(KINDS[name] for name in operations if name in KINDS)


def _is_full(quota: Quota | None, wanted: int) -> bool:
    return quota is not None and quota.limit - quota.used < wanted


def _known(ground: Ground, wanted: Iterable[str]) -> Iterator[Quota]:
    """Of each source what it tells; a refusal of one does not touch the others."""
    kinds = set(wanted)
    for source in (_app_runner, _databases, _iam):
        try:
            yield from (quota for quota in source(ground) if quota.kind in kinds)
        except AwsError:
            continue


def _app_runner(ground: Ground) -> Iterator[Quota]:
    """Limits from Service Quotas, found by name because its codes are nowhere promised."""
    limits = ground.call("service-quotas", "ListServiceQuotas", {"ServiceCode": "apprunner"})
    services = _limit(limits["Quotas"], SERVICES)
    if services is not None:
        there = ground.call("apprunner", "ListServices")["ServiceSummaryList"]
        used = sum(each.get("Status") != "DELETED" for each in there)
        yield Quota("App Runner services", used, services)
    scalings = _limit(limits["Quotas"], SCALINGS)
    if scalings is not None:
        there = ground.call("apprunner", "ListAutoScalingConfigurations")
        names = {
            each["AutoScalingConfigurationName"]
            for each in there["AutoScalingConfigurationSummaryList"]
        }
        yield Quota("App Runner scaling configurations", len(names), scalings)


def _databases(ground: Ground) -> Iterator[Quota]:
    told = ground.call("rds", "DescribeAccountAttributes")["AccountQuotas"]
    for each in told:
        kind = ACCOUNT_QUOTAS.get(each["AccountQuotaName"])
        if kind:
            yield Quota(kind, int(each["Used"]), int(each["Max"]))


def _iam(ground: Ground) -> Iterator[Quota]:
    told = ground.call("iam", "GetAccountSummary")["SummaryMap"]
    for name in ("Roles", "Policies"):
        if name in told and f"{name}Quota" in told:
            yield Quota(f"IAM {name.lower()}", told[name], told[f"{name}Quota"])


def _limit(quotas_: Iterable[Any], name: re.Pattern[str]) -> int | None:
    for each in quotas_:
        if name.fullmatch(each.get("QuotaName", "")) and each.get("Value") is not None:
            return int(each["Value"])
    return None


def _trouble(quota: Quota, wanted: int) -> WizardError:
    return WizardError(
        f"No room for {wanted} more of {quota.kind}: {quota.used} of {quota.limit} are there.",
        "AWS refuses what goes beyond a quota.",
        "Remove what is not needed, or ask for more in the Service Quotas console. Or go on, if "
        "you know better.",
        entry="FW-AWS-003",
    )
