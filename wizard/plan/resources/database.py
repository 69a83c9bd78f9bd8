"""Set up the database: an Aurora Serverless v2 cluster with the Data API, or one that is there."""

from __future__ import annotations

from wizard.base.values import Value
from wizard.plan.model import LookOnly, Lookup, Output, Poll, Section, Step
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import CLUSTER_ARN, SECRET_ARN, existing_cluster
from wizard.plan.resources.common import Site
from wizard.plan.resources.data_api import NOT_YET, statement, statements
from wizard.plan.resources.express_cluster import express_cluster
from wizard.plan.resources.network import closed_again, database_rule
from wizard.plan.resources.new_cluster import new_cluster


def database(site: Site) -> list[Step]:
    """The database's steps, up to a database the agent can fill."""
    if site.answers.express:
        return express_cluster(site)
    made = new_cluster(site) if site.answers.new_database else existing_cluster(site)
    steps = [*made, _data_api(site), agents_database(site.answers.database_name)]
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
