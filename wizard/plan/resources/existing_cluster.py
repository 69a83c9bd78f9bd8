"""An Aurora cluster the person has: looked at, and changed only where they said so."""

from __future__ import annotations

from wizard.plan.model import (
    LookOnly,
    Output,
    Refusal,
    Section,
    Step,
)
from wizard.plan.page import database_page, secret_page
from wizard.plan.resources.asleep import usable
from wizard.plan.resources.cluster import ENGINE, look_cluster, while_busy
from wizard.plan.resources.common import Site, deleted_secret, secret_look
from wizard.plan.resources.types import CLUSTER_TYPE


def existing_cluster(site: Site) -> list[Step]:
    """The cluster and its secret, which must be there and fit."""
    answers = site.answers
    on = {"EnableHttpEndpoint": True}
    fits = CLUSTER_TYPE.fits(on) if answers.enable_data_api else ()
    off = Refusal(
        "HttpEndpointEnabled != `true`",
        "The cluster's Data API is off, and the agent reaches its database only through it.",
        "Let the wizard switch it on (--enable-data-api yes), or do it in the RDS console.",
    )
    wrong_engine = Refusal(
        f"Engine != '{ENGINE}'",
        "The cluster is not Aurora PostgreSQL, the only engine the agent can use this way.",
        "Choose an Aurora PostgreSQL cluster, or let the wizard make a new one.",
    )
    refusals = (wrong_engine,) if answers.enable_data_api else (wrong_engine, off)
    return [
        Step(
            id="database-secret",
            section=Section.DATABASE,
            title="Your database credentials",
            why="The secret with the cluster's user and password. It is used, never changed.",
            see=(secret_look(answers.cluster_secret_arn),),
            make=LookOnly(
                f"The secret {answers.cluster_secret_arn} does not exist.",
                "Give the ARN of the secret with the cluster's username and password.",
            ),
            refusals=(deleted_secret(answers.cluster_secret_arn, answers.region),),
            outputs={"arn": Output("ARN", answers.cluster_secret_arn)},
            page=secret_page(answers.cluster_secret_arn),
        ),
        Step(
            id="cluster",
            section=Section.DATABASE,
            title="Your Aurora cluster",
            why="The agent's database goes into this cluster. Nothing else in it is touched.",
            see=(look_cluster(answers.cluster_arn),),
            make=LookOnly(
                f"The cluster {answers.cluster_arn} does not exist.",
                "Choose one from the list, or let the wizard make a new one.",
            ),
            **usable(site, answers.cluster_arn.rpartition(":")[2], *refusals),
            fits=fits,
            retry=while_busy(),
            outputs={"arn": Output("DBClusterArn", answers.cluster_arn)},
            page=database_page(answers.cluster_arn, cluster=True),
        ),
    ]
