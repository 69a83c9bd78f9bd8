"""Set up the database: an Aurora Serverless v2 cluster with the Data API, or one that is there."""

from __future__ import annotations

from dataclasses import replace

from wizard.base.values import SecretRef, Value
from wizard.plan.model import (
    Call,
    LookOnly,
    Lookup,
    Output,
    Poll,
    Resource,
    Section,
    Step,
)
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import (
    CLUSTER_ARN,
    NOT_LET_IN,
    NOT_YET,
    SECRET_ARN,
    existing_cluster,
    statement,
    statements,
    while_busy,
)
from wizard.plan.resources.common import Site
from wizard.plan.resources.express_cluster import data_api_on, express_cluster
from wizard.plan.resources.network import closed_again, database_rule
from wizard.plan.resources.new_cluster import new_cluster
from wizard.plan.resources.types import CLUSTER_TYPE


def database(site: Site) -> list[Step]:
    """The database's steps, up to a database the agent can fill."""
    if site.answers.express:
        return express_cluster(site)
    made = new_cluster(site) if site.answers.new_database else existing_cluster(site)
    steps = [*made, _data_api(site), agents_database(site.answers.database_name)]
    if site.answers.snapshot:
        steps = [*made, data_api_on(site, "cluster"), _password(site), _kept_database(site)]
    return [*steps, *database_rule(site), *closed_again(site)]


def _data_api(site: Site) -> Step:
    new = site.answers.new_database
    return Step(
        id="data-api",
        section=Section.DATABASE,
        title="The Data API answers",
        why="An available cluster does not accept statements right away; this retries until it "
        "does, with the same secret as the agent."
        + (" The agent does not use it; the wizard does." if site.answers.direct else ""),
        make=LookOnly("The Data API does not answer."),
        wait=Poll(
            call=statement("SELECT 1"),
            path="records[0][0].longValue",
            until=frozenset({"1"}),
            every=5,
            limit=600 if new else 120,
            tolerate=NOT_YET,
        ),
        after=frozenset({"instance"} if new else ()),
        usual=(2, 60),
        page=database_page(CLUSTER_ARN, cluster=True),
        charges=() if site.answers.direct else (statements(),),
    )


def _password(site: Site) -> Step:
    """The wait for the Data API, with the new secret: the snapshot has a password of before."""
    step = _data_api(site)
    assert step.wait is not None  # noqa: S101 - it is what the step is for
    params: dict[str, Value] = {
        "DBClusterIdentifier": site.names.cluster,
        "MasterUserPassword": SecretRef(SECRET_ARN, "password"),
        "MasterUserAuthenticationType": "password",
        "ApplyImmediately": True,
    }
    return replace(
        step,
        title="Database password",
        why="The snapshot brings the earlier password: the cluster "
        "gets the one in the new secret, and the Data API must answer with it.",
        lookups=(
            Lookup(
                call=statement("SELECT 1"),
                pick="records[0][0].{one: longValue}",
                absent=NOT_LET_IN,
            ),
        ),
        make=Call(service="rds", operation="ModifyDBCluster", params=params),
        resource=Resource(CLUSTER_TYPE.name, params),
        wait=replace(step.wait, tolerate=NOT_LET_IN),
        retry=while_busy(),
        after=frozenset({"instance", "data-api-on"}),
        outputs={"answer": Output("one", "1")},
        part_of="cluster",
        usual=(20, 120),
    )


MAY_USE = "SELECT datname FROM pg_database WHERE datname = :name AND pg_has_role(datdba, 'USAGE')"
TAKE_OVER = """DO $$ DECLARE owner text; BEGIN
SELECT pg_get_userbyid(datdba) INTO owner FROM pg_database WHERE datname = '{name}';
IF owner IS NULL THEN RAISE EXCEPTION 'The snapshot has no database called {name}'; END IF;
EXECUTE format('ALTER ROLE %I NOLOGIN', owner);
EXECUTE format('GRANT %I TO CURRENT_USER', owner);
END $$"""
"""Lets the master user have what another role owns, and that role sign in no more."""


def _kept_database(site: Site) -> Step:
    """The database in the snapshot. One of an express cluster belongs to a role of its own."""
    name = site.answers.database_name
    step = agents_database(name)
    named: Value = {"name": "name", "value": {"stringValue": name}}
    (look,) = step.lookups
    return replace(
        step,
        why="The snapshot's PostgreSQL database, with the agent's tables in it.",
        lookups=(replace(look, call=statement(MAY_USE, parameters=[named]), absent=NOT_LET_IN),),
        make=statement(TAKE_OVER.format(name=name)),
    )


def agents_database(name: str, cluster: Value = CLUSTER_ARN, secret: Value = SECRET_ARN) -> Step:
    """The database called `name` in that cluster, which takes statements with that secret."""
    return Step(
        id="database",
        section=Section.DATABASE,
        title="Agent database",
        why="An empty PostgreSQL database; the agent creates its tables when it first starts.",
        lookups=(
            Lookup(
                call=statement(
                    "SELECT datname FROM pg_database WHERE datname = :name",
                    cluster,
                    secret,
                    parameters=[{"name": "name", "value": {"stringValue": name}}],
                ),
                pick="records[0][0].{name: stringValue}",
                absent=NOT_YET,
            ),
        ),
        make=statement(f'CREATE DATABASE "{name}"', cluster, secret),
        after=frozenset({"data-api"}),
        outputs={"name": Output("name", name)},
        delete=(statement(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', cluster, secret),),
        part_of="cluster",
        usual=(1, 5),
        page=database_page(cluster, cluster=True),
    )
