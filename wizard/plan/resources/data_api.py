"""Statements through the Data API, what they answer while a cluster is new, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wizard.base.values import Value
from wizard.plan.charges import HOURS, Charge, Item, Place, millions, plain, usage
from wizard.plan.model import Call
from wizard.plan.resources.cluster import CLUSTER_ARN, SECRET_ARN

POLL_SECONDS = 5
"""formae looks for expired stacks that often, with one statement each time, busy or not."""
IDLE_STATEMENTS = HOURS * 3600 / POLL_SECONDS
BUSY_STATEMENTS = Decimal(1_000_000)
"""On top of the polling: commands, and the synchronisation of about a hundred resources every five
minutes (8,760 times a month) at about a hundred statements each. A guess on the high side."""
NOT_YET = frozenset(
    {
        "DatabaseNotFoundException",
        "DatabaseUnavailableException",
        "DatabaseResumingException",
        "ServiceUnavailableError",
        "InternalServerErrorException",
        "HttpEndpointNotEnabledException",
        "SecretsErrorException",
        "InvalidResourceStateException",
    }
)
"""Data API errors that mean "not yet" while a cluster, its switch or its secret is new."""
NOT_LET_IN = NOT_YET | {"DatabaseErrorException", "BadRequestException", "ForbiddenException"}
"""What the Data API answers while the cluster and the secret are not of one mind yet."""


def statement(
    sql: Value, cluster: Value = CLUSTER_ARN, secret: Value = SECRET_ARN, **more: Value
) -> Call:
    """One SQL statement through the Data API, as the agent will send them."""
    return Call(
        service="rds-data",
        operation="ExecuteStatement",
        params={
            "resourceArn": cluster,
            "secretArn": secret,
            "database": "postgres",
            "sql": sql,
            **more,
        },
    )


def statements() -> Charge:
    """What the agent's statements cost, idle and busy."""
    idle, busy = IDLE_STATEMENTS, IDLE_STATEMENTS + BUSY_STATEMENTS
    charge = usage(
        "Data API",
        Item.DATA_API,
        millions(idle),
        millions(busy),
        f"{plain(millions(idle), 1)} million statements from polling every {POLL_SECONDS} seconds; "
        f"busy {plain(millions(busy), 1)} million",
    )
    return replace(charge, place=Place.DATABASE)
