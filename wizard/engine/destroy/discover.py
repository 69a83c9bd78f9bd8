"""What a removal finds that no answers tell: by a deployment's names, on hosts it moves from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jmespath

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import Names
from wizard.base.offer import Claimable, default_host, host_key, known_hosts, offer
from wizard.catalogue import explain
from wizard.engine.account import database_access
from wizard.engine.account.asking import ours
from wizard.engine.account.snapshot import permitted_cluster, permitted_region
from wizard.engine.destroy.plan import DeleteAction, remains
from wizard.hosts.host import host
from wizard.local.formae.config import Datastore, datastore
from wizard.plan.inputs import (
    AGENT_ROLE,
    Choices,
    Extent,
    Listing,
    OtherHost,
    OthersCluster,
    PlanInputs,
    Snapshot,
    hosting,
)
from wizard.plan.model import Plan, Section
from wizard.plan.moving import hosted, on
from wizard.plan.removal import removal
from wizard.plan.world import AwsCall, Reads

DELETED = "InvalidRequestException"
"""The code for a secret that waits for its end."""

LISTS = 12


def discover(world: Reads, deployment: str, account: str, host: str = "") -> Extent:
    """Ask for every list at once. Only read calls are made; raises AwsError, WizardError."""
    ask = _Asked(world, Names(deployment, host), account)
    roles = ask.names.roles
    numbers = range(1, POLICIES_PER_ROLE + 1)
    listings = hosting(ask.names.host).leftovers(ask.names)
    alone: dict[str, Callable[[], Any]] = {
        "theirs": ask.theirs,
        "serves": ask.serves,
        "members": ask.members,
        "snapshots": ask.snapshots,
        "opened": ask.opened,
        "database_group": ask.database_group,
        "subnet_group": ask.subnet_group,
        "copied": ask.copied,
    }
    of_roles = {"attached": ask.attached, "inline": ask.inline, "profiles": ask.profiles}
    asks: dict[Any, Callable[[], Any]] = {
        **alone,
        **{("left", name): partial(ask.left, each) for name, each in listings.items()},
        **{number: partial(ask.versions, number) for number in numbers},
        **{
            (name, step_id): partial(look, role)
            for name, look in of_roles.items()
            for step_id, role in roles.items()
        },
    }
    found = fan_out(asks, most=LISTS)
    by_role: dict[str, Any] = {
        name: {step_id: found[name, step_id] for step_id in roles} for name in of_roles
    }
    return Extent(
        **{name: found[name] for name in alone},
        **by_role,
        left={name: found["left", name] for name in listings},
        versions={number: found[number] for number in numbers if found[number]},
    )


def snapshots(world: Reads, deployment: str) -> tuple[Snapshot, ...]:
    """The snapshots there are of the deployment's own cluster. Raises AwsError, WizardError."""
    return _Asked(world, Names(deployment), "").snapshots()


@dataclass(frozen=True, slots=True)
class _Asked:
    world: Reads
    names: Names
    account: str

    def attached(self, role: str) -> tuple[str, ...]:
        found = self._list("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)
        return tuple(each["PolicyArn"] for each in found)

    def inline(self, role: str) -> tuple[str, ...]:
        return tuple(self._list("iam", "ListRolePolicies", "PolicyNames", RoleName=role))

    def profiles(self, role: str) -> tuple[str, ...]:
        found = self._list("iam", "ListInstanceProfilesForRole", "InstanceProfiles", RoleName=role)
        return tuple(each["InstanceProfileName"] for each in found)

    def versions(self, number: int) -> tuple[str, ...]:
        arn = f"arn:aws:iam::{self.account}:policy/{self.names.scope_policy(number)}"
        found = self._list("iam", "ListPolicyVersions", "Versions", PolicyArn=arn)
        return tuple(each["VersionId"] for each in found if not each["IsDefaultVersion"])

    def members(self) -> tuple[str, ...]:
        found = self._list(
            "rds", "DescribeDBClusters", "DBClusters", DBClusterIdentifier=self.names.cluster
        )
        members = [
            one["DBInstanceIdentifier"] for each in found for one in each["DBClusterMembers"]
        ]
        return tuple(sorted(set(members) - {self.names.instance}))

    def snapshots(self) -> tuple[Snapshot, ...]:
        found = self._list(
            "rds",
            "DescribeDBClusterSnapshots",
            "DBClusterSnapshots",
            DBClusterIdentifier=self.names.cluster,
            SnapshotType="manual",
        )
        return tuple(
            Snapshot(each["DBClusterSnapshotIdentifier"], int(each.get("AllocatedStorage") or 0))
            for each in sorted(found, key=lambda each: str(each["DBClusterSnapshotIdentifier"]))
        )

    def opened(self) -> tuple[str, ...]:
        """Ids of others' security groups that let the agent in to its database."""
        if not offer(self.names.host).in_vpc:
            return ()
        try:
            found = database_access.opened(self.world.call, self.names)
        except AwsError:
            return ()  # who may not ask may not be told
        return tuple(each["GroupId"] for each in found if each["GroupName"] != self.names.cluster)

    def database_group(self) -> bool:
        """Whether a host that is in no VPC has a cluster from one that was."""
        try:
            return not offer(self.names.host).in_vpc and database_access.own_group(
                self.world.call, self.names
            )
        except AwsError:
            return False

    def subnet_group(self) -> bool:
        """Whether the deployment's own cluster was placed in subnets that were chosen."""
        name = self.names.cluster
        try:
            found = self._list(
                "rds", "DescribeDBSubnetGroups", "DBSubnetGroups", DBSubnetGroupName=name
            )
        except AwsError:
            return False  # who may not ask may not be told
        return bool(found)

    def copied(self) -> bool:
        """Whether there is a copy of the image that the host could do without."""
        if not offer(self.names.host).pulls_anywhere:
            return False
        try:
            named = {"repositoryNames": [self.names.repository]}
            return bool(self.world.call("ecr", "DescribeRepositories", named).get("repositories"))
        except AwsError:
            return False  # it is not there, or who may not ask may not be told

    def left(self, listing: Listing) -> tuple[str, ...]:
        call = listing.call
        answer = self._ask(call.service, call.operation, **call.params)
        return tuple(jmespath.search(listing.names, answer) or ())

    def theirs(self) -> OthersCluster | None:
        """The cluster that the agent uses, where it is not one of the wizard's making."""
        known = self._configured() or self._permitted()
        own = f":{self.account}:cluster:{self.names.cluster}"
        if known is None or not known.cluster or known.cluster.endswith(own):
            return None
        return OthersCluster(known.cluster, known.secret, known.database)

    def serves(self) -> str:
        """The region whose deployment the instance role is for; empty where it says none."""
        return permitted_region(self._policy())

    def _configured(self) -> Datastore | None:
        """By the agent's config."""
        found = self._ask("secretsmanager", "GetSecretValue", SecretId=self.names.config_secret)
        return datastore(found.get("SecretString", ""))

    def _permitted(self) -> Datastore | None:
        """By what the agent may use, where its config is gone or cannot be read."""
        cluster = permitted_cluster(self._policy())
        return Datastore(cluster=cluster) if cluster else None

    def _policy(self) -> Mapping[str, Any]:
        return self._ask(
            "iam",
            "GetRolePolicy",
            RoleName=self.names.instance_role,
            PolicyName=self.names.runtime_policy,
        )

    def _list(self, service: str, operation: str, member: str, **params: Any) -> Iterable[Any]:
        found: Iterable[Any] = self._ask(service, operation, **params).get(member) or []
        return found

    def _ask(self, service: str, operation: str, **params: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = self.world.call(service, operation, params)
        except AwsError as error:
            if error.not_there or error.code == DELETED:
                return {}
            raise
        return answer


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
