"""Which databases of a region the deployments there keep their state in, by their configs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_VALUE, Names
from wizard.engine.account.asking import ours, pairs
from wizard.local.formae.agent_config import datastore
from wizard.plan.world import AwsCall

CONFIG = "-config"


@dataclass(frozen=True, slots=True)
class Tenant:
    """A deployment, and where its agent keeps its state."""

    deployment: str
    cluster: str
    """ARN of the cluster; empty where its config cannot be read."""
    database: str
    """Name of the database in it; empty where its config cannot be read."""

    def has(self, cluster: str, database: str) -> bool:
        """Whether that database may be its own: unknown is not free in a cluster of its making."""
        if not self.cluster:
            return cluster.endswith(f":cluster:{Names(self.deployment).cluster}")
        return (self.cluster, self.database) == (cluster, database)


def tenants(call: AwsCall) -> list[Tenant]:
    """Every deployment of ours in the region, the one being asked for as well.

    Read calls only. Raises AwsError or WizardError where the secrets may not be listed.
    """
    params = {"Filters": [{"Key": "tag-value", "Values": [TAG_VALUE]}]}
    listed = call("secretsmanager", "ListSecrets", params)["SecretList"]
    configs = [
        each["Name"]
        for each in listed
        if each["Name"].endswith(CONFIG) and ours(pairs(each.get("Tags")))
    ]
    return list(fan_out({name: partial(_tenant, call, name) for name in configs}).values())


def _tenant(call: AwsCall, secret: str) -> Tenant:
    name = secret.removesuffix(CONFIG)
    try:
        text = call("secretsmanager", "GetSecretValue", {"SecretId": secret}).get("SecretString")
    except (AwsError, WizardError):
        return Tenant(name, "", "")
    found = datastore(text or "")
    return Tenant(name, found.cluster, found.database) if found else Tenant(name, "", "")


def taken(found: Iterable[Tenant], name: str, cluster: str, database: str) -> WizardError | None:
    """Why the deployment `name` cannot have that database: another one's agent uses it."""
    others = (each for each in found if each.deployment != name)
    other = next((each for each in others if each.has(cluster, database)), None)
    if other is None:
        return None
    return WizardError(
        f"The database {database} in {cluster.rpartition(':')[2]} belongs to the deployment "
        f"“{other.deployment}”.",
        "Two agents in one database take each other's state for their own.",
        "Choose another name for the database (--database-name), or another cluster.",
        entry="FW-RDS-013",
    )
