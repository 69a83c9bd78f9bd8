"""Looks at the account: who is signed in, the host, the network, what is there, and quotas.

What is free of a quota is the limit less what is used. Codes and names of quotas change, and many
people may not see them; what is not told counts as unknown, so quotas only warn.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any

import jmespath

from wizard.answers.questions.place import INSTEAD_OF_NEW
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.catalogue import closed, entry, explain
from wizard.costs import estimate, snapshot
from wizard.engine.account.database_access import barred, placed_elsewhere, taken, tenants
from wizard.engine.account.existing import restoring
from wizard.engine.diff import Action
from wizard.engine.preflight.check import (
    CheckContext,
    CheckState,
    Once,
    Said,
    distinct,
    fine,
    problem,
    unknown,
    warning,
)
from wizard.engine.refresh import problems
from wizard.hosts.host import host
from wizard.journal.lock import occupied, standing
from wizard.local.profiles import profile
from wizard.plan.graph import longest_path
from wizard.plan.model import Call, Count, LookOnly, Quota, Step

NEW_CLUSTERS = {"CreateDBCluster", "RestoreDBClusterFromSnapshot"}
NO_VPC = {"WithExpressConfiguration", "EnableInternetAccessGateway"}
"""Parameters of a cluster that the Free plan allows."""
ZONES = 2
"""Aurora places a cluster in at least two availability zones."""


def identity(context: CheckContext) -> Said:
    """Who AWS says this is."""
    found = context.identity()
    used = profile(context.answers.profile)
    holds = f"account {found['Account']} as {found['Arn']}"
    if used is None or used.expires is None:
        return fine(holds)
    takes = _takes(context)
    left = (used.expires - datetime.now(UTC)).total_seconds()
    if takes is None or left > takes:
        minutes = int(max(left, 0) // 60)
        holds += f"; the sign-in lasts another {minutes // 60} h {minutes % 60:02d} min"
        return fine(holds + (f", and this may take {math.ceil(takes / 60)} min" if takes else ""))
    return warning(_ends_too_soon(left, takes, used.renewal))


def account_plan(context: CheckContext) -> Said:
    """What the account's Free plan does not allow, and how long its credits last."""
    plan, answers = context.account_plan(), context.answers
    if plan is None:
        return unknown("")
    if plan.free and plan.ended:
        return problem(_limited("FW-AWS-009", "The account's Free plan has ended."))
    if plan.free and any(map(_not_free, context.to_make())):
        what = "The account's Free plan does not allow this database."
        return problem(_limited("FW-AWS-008", what, INSTEAD_OF_NEW))
    lasts = estimate(answers, snapshot(answers.region, answers.host), plan).credits
    return fine(f"{plan.words}; at this cost, {lasts}" if lasts else plan.words)


def _not_free(step: Step) -> bool:
    """Whether AWS refuses what makes the step's thing to accounts on the Free plan."""
    make = step.make
    if not isinstance(make, Call) or make.operation not in NEW_CLUSTERS:
        return False
    express = bool(NO_VPC & make.params.keys())
    return not express or int(str(make.params.get("BackupRetentionPeriod") or 1)) > 1


def _limited(code: str, what: str, fix: str = "") -> WizardError:
    found = entry(code)
    return WizardError(what, found.why, fix or found.fix, ExitCode.NOT_READY, entry=code)


def _takes(context: CheckContext) -> float | None:
    """Seconds that the longest way through the plan may take; None where it cannot be known."""
    try:
        seconds = {step.id: float(step.usual[1]) for step in context.to_make()}
        return longest_path(context.plan, seconds)
    except (AwsError, WizardError):
        return None  # other looks tell why


def _ends_too_soon(left: float, takes: float, renewal: str) -> WizardError:
    return WizardError(
        f"The AWS sign-in ends in {max(left, 0) / 60:.0f} minutes, and this may take "
        f"{math.ceil(takes / 60)}.",
        (
            "When it ends, AWS continues with what it has started, but the wizard cannot make "
            "further calls."
        ),
        f"{renewal} Do this before you start.".strip(),
        entry="FW-SIGN-005",
    )


def hosted(context: CheckContext) -> Said:
    """Every call is refused where the account may not use the host; listing costs nothing."""
    key = context.answers.host
    call, path = host(key).open_to()
    try:
        answer = context.call(call.service, call.operation, call.params)
    except AwsError as error:
        return problem(explain(error, f"Checking {offer(key).label}"))
    number = jmespath.search(path, answer)
    there = "no service" if not number else "1 service" if number == 1 else f"{number} services"
    return fine(f"available in {context.answers.region}; {there} there")


def network(context: CheckContext) -> Said:
    """A new cluster goes into the default VPC."""
    try:
        vpcs = context.call(
            "ec2", "DescribeVpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
        )["Vpcs"]
        subnets = context.call(
            "ec2", "DescribeSubnets", {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
        )["Subnets"]
    except AwsError as error:
        if context.kept("cluster"):
            return fine("not needed: the cluster exists")
        return problem(explain(error, "Checking the default VPC"))
    zones = {subnet["AvailabilityZone"] for subnet in subnets}
    if vpcs and len(zones) >= ZONES:
        if not context.kept("cluster") and (stale := _stale_group(context, vpcs[0]["VpcId"])):
            return problem(stale)
        return fine(f"{vpcs[0]['VpcId']} with subnets in {len(zones)} zones")
    if context.kept("cluster"):
        return fine("not needed: the cluster exists")
    what = "There is no default VPC" if not vpcs else "The default VPC has too few subnets"
    known = entry("FW-RDS-010" if vpcs else "FW-RDS-001")
    why = "Aurora places a new cluster in the default VPC, in at least two availability zones."
    fix = known.fix
    if offer(context.answers.host).in_vpc:
        fix = f"Choose subnets of another VPC (--subnets). Or: {fix[0].lower()}{fix[1:]}"
    told = WizardError(f"{what} in this region.", why, fix, ExitCode.NOT_READY)
    told.entry = known.code
    return problem(told)


def _stale_group(context: CheckContext, vpc: str) -> WizardError | None:
    """RDS's own subnet group, where it is still for a default VPC of before."""
    try:
        found = context.call("rds", "DescribeDBSubnetGroups", {"DBSubnetGroupName": "default"})
    except AwsError:
        return None  # there is none yet, or it may not be looked at
    group: Mapping[str, Any] = next(iter(found["DBSubnetGroups"]), {})
    if group.get("VpcId") in {None, vpc}:
        return None
    known = entry("FW-RDS-009")
    what = f"{known.title}: {group['VpcId']}."
    return WizardError(what, known.why, known.fix, ExitCode.NOT_READY, entry=known.code)


def _busy(context: CheckContext) -> WizardError | None:
    """Whose run is at work on the deployment, as the tag says that it sets.

    While the agent is moved each of its hosts has a place for the tag.
    """
    answers, account = context.answers, str(context.identity()["Account"])
    there = context.findings()[offer(answers.host).claimed.step].outputs.get("arn")
    for key in (*([answers.host] if there else []), *context.plan.others):
        claimed = offer(key).claimed
        arn = claimed.arn(answers.region, account, answers.name)
        try:
            found = context.call(claimed.service, "ListTagsForResource", {"resourceArn": arn})
        except AwsError:
            continue  # who may not ask may not be told; the run itself finds out
        if claim := standing(claimed.tags(found)):
            return occupied(claim, answers.name, answers.region, datetime.now(UTC))
    return None


def _shared(context: CheckContext) -> list[WizardError]:
    """That the agent's database is another deployment's, where it is in a cluster that was there.

    Who shares one already is not kept from changing anything.
    """
    answers = context.answers
    if answers.new_database:
        return []
    try:
        found = tenants(context.call)
    except AwsError:
        return []  # who may not ask may not be told
    place = answers.cluster_arn, answers.database_name
    own = next((each for each in found if each.deployment == answers.name), None)
    if own and own.cluster and own.has(*place):
        return []
    problem = taken(found, answers.name, *place)
    return [problem] if problem else []


def _barred(context: CheckContext) -> list[WizardError]:
    """That a cluster of others does not let in an agent that is to speak PostgreSQL with it."""
    answers = context.answers
    if answers.new_database or not answers.direct:
        return []
    found = barred(
        context.call,
        answers.cluster_arn,
        answers.region,
        answers.subnets,
        may_open=answers.open_database,
    )
    return [found.problem] if found else []


def _not_restorable(context: CheckContext) -> list[WizardError]:
    """That the snapshot cannot be restored."""
    answers = context.answers
    if not answers.snapshot or context.findings()["snapshot"].problem:
        return []
    found = restoring(context.call, answers.region, answers.name, answers.snapshot)
    return [found] if found else []


def _elsewhere(context: CheckContext) -> list[WizardError]:
    """That the deployment is in another VPC than the one it is wanted in."""
    answers = context.answers
    if not offer(answers.host).in_vpc:
        return []
    own = answers.new_database and answers.direct
    where = Names(answers.name, answers.host)
    found = placed_elsewhere(context.call, where, answers.subnets, direct=own)
    return [found] if found else []


def names(context: CheckContext) -> Said:
    """What is there of the plan, and whether all of it may be used."""
    findings = context.findings()
    looks = (_shared, _elsewhere, _barred, _not_restorable)
    more = chain.from_iterable(each(context) for each in looks)
    told = distinct([*problems(findings), *more])
    key = context.answers.host
    shut = [closed(key)] if offer(key).closed else []
    here = [each for each in told if each not in shut]
    if here:
        return problem(*here)
    if busy := _busy(context):
        return warning(busy)
    if told:
        label = offer(key).label
        return unknown(f"not all checked: {label} does not answer")
    made = (step.id for step in context.plan.steps if not isinstance(step.make, LookOnly))
    count = Counter(findings[step_id].action for step_id in made)
    if not any(count[each] for each in (Action.KEEP, Action.UPDATE, Action.REPLACE)):
        return fine("none with these names; everything will be created")
    order = (Action.KEEP, Action.UPDATE, Action.DELETE, Action.REPLACE, Action.CREATE)
    parts = [f"{count[each]} {_words(each)}" for each in order if count[each]]
    return fine(", ".join(parts))


def _words(action: Action) -> str:
    return f"existing and {action.tally}" if action is Action.KEEP else action.label


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
    return fine(", ".join(_quota_words(kind, known.get(kind)) for kind in wanted))


def _quota_words(kind: str, room: Room | None) -> str:
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
