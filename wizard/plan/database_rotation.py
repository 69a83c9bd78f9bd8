"""Another password for the database's master user, with which the agent signs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wizard.base.names import Names
from wizard.base.values import NewPassword, Ref, SecretRef, Text, Value, Verifier
from wizard.plan.api_rotation import (
    CURRENT,
    PENDING,
    Asked,
    current,
    labelled,
    nothing_pending,
    pending,
    proof,
    secret_there,
)
from wizard.plan.inputs import hosting
from wizard.plan.model import Call, Expectation, LookOnly, Lookup, Output, Poll, Section, Step
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import DEAD_ENDS, NOT_LET_IN, statement, while_busy
from wizard.plan.resources.secrets import VERSION


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
    role: str = ""
    """The user whose password is changed with SQL; empty where it is the master user's."""
    source: Mapping[str, Any] | None = None
    """How the service is deployed, where the agent has its password from when it started; None
    where it reads the secret itself."""


def database_password(
    names: Names,
    region: str,
    standing: DatabaseStanding,
    after: frozenset[str],
    *,
    whole: bool = True,
) -> list[Step]:
    """The steps; `after` are steps of another rotation that come first.

    Without `whole` another rotation follows that starts the agent again, with `version()` in its
    environment, and then `database_over()`.
    """
    members: dict[str, Value] = {
        **{name: SecretRef(standing.secret, name) for name in standing.members},
        "password": NewPassword("database"),
    }
    new = secret_there("database-secret", Section.DATABASE, names.database_secret, region)
    steps = [
        replace(
            new,
            title="New database password",
            why="It is kept beside the old one in the secret, labeled AWSPENDING, so that the one "
            "that works can always be found there.",
            fits=(pending(members),),
            after=after,
        ),
        _role(names, standing) if standing.role else _cluster(names, standing),
        _current(names, region, standing),
        _answers(standing),
    ]
    if standing.source is not None:
        steps.append(_version(names, region))
    if not whole:
        return steps
    if standing.source is not None:
        steps += _started(names, region, standing.source)
    agent = _agent(standing, steps[-1].id)
    return [*steps, agent, database_over(names, region, frozenset({agent.id}))]


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


def _role(names: Names, standing: DatabaseStanding) -> Step:
    """The role changes its own password, while the one in force still lets it in."""
    look = Lookup(
        call=statement("SELECT current_user", standing.cluster, standing.secret),
        pick="records[0][0].{name: stringValue}",
        absent=NOT_LET_IN,
    )
    verifier = Verifier(SecretRef(standing.secret, "password", PENDING))
    name = standing.role.replace('"', '""')
    sql = Text((f'ALTER ROLE "{name}" PASSWORD \'', verifier, "'"))
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Set the password in the database",
        why=f"The user {standing.role} changes its own password with SQL, which contains only what "
        "PostgreSQL keeps of it. The agent cannot reach its database for a few seconds, until the "
        "secret contains the new one.",
        make=LookOnly(""),
        lookups=(look,),
        fits=(
            Expectation(
                what="the database's password",
                path="`[]`",
                want=[1],
                members=("the new password",),
                update=statement(sql, standing.cluster, standing.secret),
                waits=False,
                effect="In force immediately.",
            ),
        ),
        after=frozenset({"database-secret"}),
        usual=(1, 5),
        page=database_page(names.cluster, cluster=True),
    )


def _current(names: Names, region: str, standing: DatabaseStanding) -> Step:
    step = secret_there("database-current", Section.DATABASE, names.database_secret, region)
    effect = "The agent uses it from its next statement on, without a restart."
    if standing.source is not None:
        effect = "The agent uses it once it is started again."
    return replace(
        step,
        title="The Data API uses the new password",
        why="It becomes the secret's current version; the old one stays as AWSPREVIOUS.",
        fits=(current(effect),),
        after=frozenset({"cluster"}),
    )


def version() -> dict[str, Value]:
    """The environment variable with which the agent is started again, by its name."""
    return {VERSION: Ref("database-version", "version")}


def _version(names: Names, region: str) -> Step:
    step = secret_there("database-version", Section.DATABASE, names.database_secret, region)
    now = Output(f"{labelled(CURRENT)} | [0].VersionId", "<version-id>")
    return replace(
        step,
        title="The secret's new version",
        why="The service names it, so that the agent is started again with the new password.",
        outputs={**step.outputs, "version": now},
        after=frozenset({"data-api"}),
    )


def _started(names: Names, region: str, source: Mapping[str, Any]) -> list[Step]:
    """The agent started again; nothing of its config is another."""
    *revisions, service = hosting(names.host).redeployed(names, region, source, version())
    whys = "A new revision that names the secret's new version; all else is as before."
    found = [
        *(replace(each, why=whys) for each in revisions),
        replace(
            service,
            title="The agent is started with the new password",
            why="The password is read only when the agent starts. Until then it keeps the "
            "connections that it has.",
        ),
    ]
    return [replace(each, after=each.after - {"config-secret"}) for each in found]


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


def _agent(standing: DatabaseStanding, after: str) -> Step:
    asked = Asked(standing.url)
    if standing.api_secret:
        password = SecretRef(standing.api_secret, "password")
        asked = Asked(standing.url, standing.username, password)
    words = (
        "The agent reaches its database",
        "It counts its resources in the database before it answers.",
    )
    return proof("reaches", words, asked, after)


def database_over(names: Names, region: str, after: frozenset[str]) -> Step:
    """The end of the rotation: nothing waits in the secret any more."""
    step = secret_there("database-over", Section.DATABASE, names.database_secret, region)
    return replace(
        step,
        title="Clean up the database secret",
        why="Without the label AWSPENDING, a later run knows that this rotation is finished.",
        fits=(nothing_pending(),),
        after=after,
    )
