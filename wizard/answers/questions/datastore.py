"""How the agent reaches its database, and whether a cluster of others is opened to it."""

from __future__ import annotations

from wizard.answers.parsing import YES_NO
from wizard.answers.questions.host import hosts_where, in_vpc
from wizard.answers.questions.question import (
    Choice,
    Detected,
    Group,
    Observed,
    Question,
    QuestionKind,
    Record,
    Tag,
    Values,
    chosen_host,
    existing_database,
    express_database,
    fixed,
)
from wizard.base.offer import offer

POSTGRES, DATA_API = "postgres", "data-api"
LIMITS = {
    POSTGRES: "up to 20,000 resources, depending on the agent's size",
    DATA_API: "in practice about 100 resources: responses are limited to 1 MB",
}
"""How much an agent can manage over each, in words."""


def direct(values: Values) -> bool:
    """Whether the agent is to speak PostgreSQL with its cluster."""
    return values.get("datastore") == POSTGRES


OVER_THE_INTERNET = (
    "Aurora's express configuration accepts IAM tokens only, which the agent's PostgreSQL "
    "connection cannot use"
)


def _default(values: Values, _: Detected) -> tuple[str, str]:
    if express_database(values):
        return DATA_API, OVER_THE_INTERNET
    label = offer(chosen_host(values)).label
    if in_vpc(values):
        return POSTGRES, f"{LIMITS[POSTGRES]}; what formae recommends for production"
    return DATA_API, f"{label} is outside your VPC, where the database is"


def _problem(value: str, values: Values, _: str) -> str | None:
    if value == POSTGRES and express_database(values):
        return f"{OVER_THE_INTERNET}. Choose {DATA_API}, or another database (--database new)."
    if value != POSTGRES or in_vpc(values):
        return None
    label = offer(chosen_host(values)).label
    able = hosts_where(lambda host: host.in_vpc)
    instead = f" Hosts that can: {able}." if able else ""
    return (
        f"{label} runs the agent outside your VPC, where it cannot reach the database directly. "
        f"Choose {DATA_API}.{instead}"
    )


def _read(there: Observed) -> str | None:
    """On a host outside a VPC there is nothing to say: it was no choice."""
    said = there.config.datastore if there.config else ""
    return said if said == POSTGRES or (there.host and offer(there.host).in_vpc) else None


def _asked(values: Values) -> bool:
    return (in_vpc(values) and not express_database(values)) or direct(values)


DATASTORE = Question(
    key="datastore",
    group=Group.DATABASE,
    ask="How the agent reaches its database",
    why="Directly with PostgreSQL inside your VPC, or over HTTPS through the RDS Data API. You can "
    "change it later; the database stays.",
    default=_default,
    kind=QuestionKind.CHOICE,
    choices=(
        Choice(POSTGRES, f"PostgreSQL, {LIMITS[POSTGRES]}"),
        Choice(DATA_API, f"RDS Data API, {LIMITS[DATA_API]}"),
    ),
    check=_problem,
    when=_asked,
    label="Reached by",
    brief=lambda context: "PostgreSQL" if direct(context.values) else "RDS Data API",
    record=Record(tag=Tag.DATABASE, place=2, asked=True),
    read=_read,
    before=DATA_API,
)
OPEN_DATABASE = Question(
    key="open_database",
    group=Group.DATABASE,
    ask="Let the agent in to the cluster",
    why="Adds one rule to the cluster's security group: PostgreSQL from the agent's own group, and "
    "from nowhere else. It is removed with the agent.",
    default=fixed("no", "it changes your security group, so only if you say so"),
    kind=QuestionKind.YES_NO,
    shape=YES_NO,
    when=lambda values: existing_database(values) and in_vpc(values) and direct(values),
    follows="cluster_arn",
    label="Open cluster",
    before="no",
    record=Record(tag=Tag.DATABASE, place=2, asked=True),
)
