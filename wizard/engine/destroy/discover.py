"""What the account lists under a deployment's names: the part of the plan that no answers tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jmespath

from wizard.answers.checks import POLICIES_PER_ROLE
from wizard.base.errors import AwsError
from wizard.base.fan_out import fan_out
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.engine.account import database_access
from wizard.engine.account.serving import permitted_cluster, region_of
from wizard.local.formae.agent_config import Datastore, datastore
from wizard.plan.hosting import Listing, hosting
from wizard.plan.inputs import Extent, OthersCluster, Snapshot
from wizard.plan.world import Reads

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
        """The region of the database that the instance role may use; empty where it says none."""
        permitted = self._permitted()
        return region_of(permitted.cluster) if permitted else ""

    def _configured(self) -> Datastore | None:
        """By the agent's config."""
        found = self._ask("secretsmanager", "GetSecretValue", SecretId=self.names.config_secret)
        return datastore(found.get("SecretString", ""))

    def _permitted(self) -> Datastore | None:
        """By what the agent may use, where its config is gone or cannot be read."""
        found = self._ask(
            "iam",
            "GetRolePolicy",
            RoleName=self.names.instance_role,
            PolicyName=self.names.runtime_policy,
        )
        cluster = permitted_cluster(found)
        return Datastore(cluster=cluster) if cluster else None

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
