"""Questions about where, how large, and which database."""

from __future__ import annotations

from wizard.account.pinning import account_problem
from wizard.answers import checks, parsing
from wizard.base.offer import offer
from wizard.questions.question import (
    Choice,
    Detected,
    Group,
    Kind,
    Question,
    Values,
    existing_database,
    fixed,
    new_database,
)


def _region_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.region:
        return detected.region, detected.region_reason
    return "us-east-1", "no region is set on this machine; the cheapest one with App Runner"


def _memory_default(values: Values, _: Detected) -> tuple[str, str]:
    least = min(checks.enough(values.get("cpu", 1024)), default=checks.FORMAE_FLOOR)
    return checks.gigabytes(least), "the least that this CPU and the agent allow"


PLACE: tuple[Question, ...] = (
    Question(
        key="profile",
        group=Group.ACCOUNT,
        ask="AWS profile",
        why="Which sign-in of your AWS configuration to use. Empty means AWS's own search order.",
        default=lambda _, detected: (detected.profile, "AWS's own search order"),
        environment=("AWS_PROFILE",),
        metavar="PROFILE",
    ),
    Question(
        key="region",
        group=Group.ACCOUNT,
        ask="Region",
        why="Where everything is made. It needs App Runner and the RDS Data API, and cannot be "
        "changed later.",
        default=_region_default,
        check=lambda value, _, __: checks.region(value),
        choices=tuple(Choice(*pair) for pair in offer().regions.items()),
        closed=False,
        environment=("AWS_REGION", "AWS_DEFAULT_REGION"),
        metavar="REGION",
    ),
    Question(
        key="account",
        group=Group.ACCOUNT,
        ask="AWS account",
        why="The twelve digits of the account that is meant. Whoever is signed in to another one "
        "is told so before anything else. Empty means whichever is signed in.",
        default=fixed("", ""),
        check=lambda value, _, account: account_problem(value, account),
        metavar="DIGITS",
        quiet=True,
    ),
    Question(
        key="cpu",
        group=Group.SIZING,
        ask="Agent CPU",
        why="1 vCPU carries an agent with up to about 5,000 resources, 2 up to 10,000, 4 up to "
        "20,000. An idle agent is billed for memory only.",
        default=fixed("1 vCPU", "the smallest that App Runner offers with enough memory"),
        kind=Kind.CHOICE,
        parse=parsing.cpu,
        choices=tuple(Choice(c, c) for c in ("1 vCPU", "2 vCPU", "4 vCPU")),
        closed=False,
        metavar="VCPU",
    ),
    Question(
        key="memory",
        group=Group.SIZING,
        ask="Agent memory",
        why="The agent loads every bundled plugin at start and needs 2 GB for that.",
        default=_memory_default,
        kind=Kind.CHOICE,
        parse=parsing.memory,
        check=lambda value, values, _: checks.memory(value, values.get("cpu", 1024)),
        choices=tuple(Choice(f"{g} GB", f"{g} GB") for g in (2, 3, 4, 6, 8, 10, 12)),
        closed=False,
        metavar="GB",
    ),
    Question(
        key="database",
        group=Group.DATABASE,
        ask="Database",
        why="The agent keeps its state in Aurora PostgreSQL, which it reaches over HTTPS through "
        "the RDS Data API.",
        default=fixed("new", "an own cluster, apart from your other data"),
        kind=Kind.CHOICE,
        choices=(
            Choice("new", "A new Aurora Serverless v2 cluster"),
            Choice("existing", "An Aurora PostgreSQL cluster you have"),
        ),
    ),
    Question(
        key="cluster_arn",
        group=Group.DATABASE,
        ask="Cluster",
        why="The ARN of an Aurora PostgreSQL cluster in this region, with the Data API.",
        default=fixed("", ""),
        check=lambda value, values, account: checks.cluster_arn(
            value, values.get("region", ""), account
        ),
        when=existing_database,
        metavar="ARN",
    ),
    Question(
        key="cluster_secret_arn",
        group=Group.DATABASE,
        ask="Its secret",
        why="The full ARN of the Secrets Manager secret with the cluster's username and password.",
        default=fixed("", ""),
        check=lambda value, values, account: checks.secret_arn(
            value, values.get("region", ""), account
        ),
        when=existing_database,
        metavar="ARN",
    ),
    Question(
        key="enable_data_api",
        group=Group.DATABASE,
        ask="Switch the Data API on if it is off",
        why="It opens no network path; callers need IAM permission and the secret.",
        default=fixed("no", "a change to your cluster, so only when you say so"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
        when=existing_database,
    ),
    Question(
        key="min_capacity",
        group=Group.SIZING,
        ask="Database capacity, lowest",
        why="Aurora capacity units of about 2 GB each. This much is billed all the time; it is "
        "the largest part of the cost.",
        default=fixed("0.5", "the least with which the agent's database stays awake"),
        parse=parsing.capacity,
        check=lambda value, _, __: checks.min_capacity(value),
        when=new_database,
        metavar="ACU",
    ),
    Question(
        key="max_capacity",
        group=Group.SIZING,
        ask="Database capacity, highest",
        why="Aurora grows up to here under load and shrinks by itself.",
        default=fixed("2", "as in formae's own walkthrough"),
        parse=parsing.capacity,
        check=lambda value, values, _: checks.max_capacity(value, values.get("min_capacity", 0.5)),
        when=new_database,
        metavar="ACU",
    ),
)
