"""Another password for the database's master user, with which the agent signs in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.base.names import Names
from wizard.base.values import NewPassword, SecretRef, Value
from wizard.plan.model import Call, LookOnly, Poll, Section, Step
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import DEAD_ENDS, while_busy
from wizard.plan.resources.database import NOT_YET, statement
from wizard.plan.rotation.versions import (
    PENDING,
    Asked,
    current,
    nothing_pending,
    pending,
    proof,
    secret_there,
)

NOT_LET_IN = NOT_YET | {"DatabaseErrorException", "BadRequestException", "ForbiddenException"}
"""What the Data API answers while the cluster and the secret are not of one mind yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStanding:
    """How the database's password stands now, as AWS shows it."""

    secret: str
    """The ARN of its secret."""
    members: tuple[str, ...]
    """Names of what else is in the secret: the user, and whatever somebody has added."""
    cluster: str
    """The cluster's ARN."""
    url: str
    """The agent's address, with `https://`."""
    api_secret: str = ""
    """The ARN of the API's secret; empty where the agent lets anyone in."""
    username: str = ""
    """Who signs in there."""


def database_password(
    names: Names, region: str, standing: DatabaseStanding, after: frozenset[str]
) -> list[Step]:
    """The steps; `after` are steps of another rotation that come first."""
    members: dict[str, Value] = {
        **{name: SecretRef(standing.secret, name) for name in standing.members},
        "password": NewPassword("database"),
    }
    new = secret_there("database-secret", Section.DATABASE, names.database_secret, region)
    return [
        replace(
            new,
            title="New database password",
            why="It is kept beside the old one in the secret, labeled AWSPENDING, so that the one "
            "that works can always be found there.",
            fits=(pending(members),),
            after=after,
        ),
        _cluster(names, standing),
        _current(names, region),
        _answers(standing),
        _agent(standing),
        _over(names, region),
    ]


def _cluster(names: Names, standing: DatabaseStanding) -> Step:
    name = names.cluster
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Set the password on the cluster",
        why="Aurora changes the master user's password while running. The agent cannot reach its "
        "database for a few seconds, until the secret contains the new one.",
        make=Call(
            service="rds",
            operation="ModifyDBCluster",
            params={
                "DBClusterIdentifier": name,
                "MasterUserPassword": SecretRef(standing.secret, "password", PENDING),
                "ApplyImmediately": True,
            },
        ),
        wait=Poll(
            call=Call(
                service="rds",
                operation="DescribeDBClusters",
                params={"DBClusterIdentifier": name},
            ),
            path="DBClusters[0].Status",
            until=frozenset({"available"}),
            fail=DEAD_ENDS,
            every=5,
            limit=900,
        ),
        retry=while_busy(),
        after=frozenset({"database-secret"}),
        usual=(10, 90),
        page=database_page(name, cluster=True),
    )


def _current(names: Names, region: str) -> Step:
    step = secret_there("database-current", Section.DATABASE, names.database_secret, region)
    return replace(
        step,
        title="The Data API uses the new password",
        why="It becomes the secret's current version; the old one stays as AWSPREVIOUS.",
        fits=(current("The agent uses it from its next statement on, without a restart."),),
        after=frozenset({"cluster"}),
    )


def _answers(standing: DatabaseStanding) -> Step:
    return Step(
        id="data-api",
        section=Section.DATABASE,
        title="The database accepts the new password",
        why="Verified by a statement through the Data API, with the same secret as the agent.",
        make=LookOnly("The Data API does not answer."),
        wait=Poll(
            call=statement("SELECT 1", standing.cluster, standing.secret),
            path="records[0][0].longValue",
            until=frozenset({"1"}),
            every=5,
            limit=600,
            tolerate=NOT_LET_IN,
        ),
        after=frozenset({"database-current"}),
        usual=(2, 30),
        page=database_page(standing.cluster, cluster=True),
    )


def _agent(standing: DatabaseStanding) -> Step:
    asked = Asked(standing.url)
    if standing.api_secret:
        password = SecretRef(standing.api_secret, "password")
        asked = Asked(standing.url, standing.username, password)
    words = (
        "The agent reaches its database",
        "It counts its resources in the database before it answers.",
    )
    return proof("reaches", words, asked, "data-api")


def _over(names: Names, region: str) -> Step:
    step = secret_there("database-over", Section.DATABASE, names.database_secret, region)
    return replace(
        step,
        title="Clean up the database secret",
        why="Without the label AWSPENDING, a later run knows that this rotation is finished.",
        fits=(nothing_pending(),),
        after=frozenset({"reaches"}),
    )
