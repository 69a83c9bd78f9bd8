"""Which passwords there are in a secret, and which of them work: tried, not supposed."""

import json
from typing import TYPE_CHECKING

from tests.support.account import service
from tests.support.standin import client
from wizard.aws.live import ask
from wizard.standin.dataapi.databases import SqlError

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

TRIES = 20


def stages(secret: str) -> dict[str, str]:
    """The passwords of a secret by the label of their version."""
    manager = client("secretsmanager")
    labels = manager.describe_secret(SecretId=secret)["VersionIdsToStages"].values()
    return {
        label: json.loads(
            manager.get_secret_value(SecretId=secret, VersionStage=label)["SecretString"]
        )["password"]
        for label in {label for each in labels for label in each}
    }


def in_force(standin: "StandIn", secret: str) -> set[str]:
    """Those passwords of the secret that work now.

    While the agent is being replaced one may be tried just too early and the other just too late,
    so what seems to be none is tried again.
    """
    works = _database if secret.endswith("-db-creds") else _agent
    for _ in range(TRIES):
        found = {password for password in stages(secret).values() if works(standin, password)}
        if found:
            return found
    return set()


def _agent(_standin: "StandIn", password: str) -> bool:
    url = f"https://{service()['ServiceUrl']}/api/v1/stats"
    return ask(url, "formae", password).status == 200


def _database(standin: "StandIn", password: str) -> bool:
    return logs_in(standin, password)


def logs_in(standin: "StandIn", password: str) -> bool:
    """Whether PostgreSQL takes the master user's password."""
    arn = client("rds").describe_db_clusters()["DBClusters"][0]["DBClusterArn"]
    try:
        standin.world.databases.connect(arn, "postgres", password, "postgres").close()
    except SqlError:
        return False
    return True
