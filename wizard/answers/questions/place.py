"""Questions about where, how large, and which database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.answers import checks
from wizard.answers.checks import account_problem
from wizard.answers.parsing import CAPACITY, GIGABYTES, VCPU, YES_NO, Shape
from wizard.answers.questions.datastore import DATASTORE, OPEN_DATABASE
from wizard.answers.questions.host import ARCHITECTURE, HOST, INTERNAL, SUBNETS, in_vpc
from wizard.answers.questions.lists import (
    CLUSTERS,
    PROFILES,
    SECRETS,
    SNAPSHOTS,
    QuestionContext,
)
from wizard.answers.questions.question import (
    EXPRESS,
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
    fixed,
    last_part,
    new_database,
    now,
)
from wizard.base.account_plan import NOT_ALLOWED, UPGRADE
from wizard.base.names import Names
from wizard.base.offer import all_regions, labels, region_name
from wizard.local.profiles import meant, naming


@dataclass(frozen=True, slots=True)
class Size:
    """A size to choose; `cpu` in units of 1/1024 vCPU, `memory` in MiB."""

    cpu: int
    memory: int
    about: str
    """What it is good for over the Data API."""
    direct: str
    """How much it carries with PostgreSQL, by formae's own table."""

    @property
    def pair(self) -> str:
        """CPU and memory as the host calls them: "1 vCPU, 2 GB"."""
        return f"{checks.vcpu(self.cpu)}, {checks.gigabytes(self.memory)}"


ENOUGH = "more than enough for the 100 or so resources the Data API can carry"
ENOUGH_DIRECT = "enough for up to 5,000 resources with PostgreSQL, or 100 over the Data API"
SIZES = (
    Size(1024, 2048, "enough for 100 resources", "up to 5,000 resources"),
    Size(2048, 4096, "headroom", "up to 10,000 resources"),
    Size(4096, 8192, "more headroom", "up to 20,000 resources"),
)


def size_of(values: Mapping[str, Any]) -> Size | None:
    """The size that these answers are; None where the pair was chosen by hand."""
    pair = (values["cpu"], values["memory"])
    return next((each for each in SIZES if (each.cpu, each.memory) == pair), None)


def words(values: Mapping[str, Any]) -> str:
    """The size that these answers are, for a line."""
    return f"{checks.vcpu(values['cpu'])}, {checks.gigabytes(values['memory'])}"


def _region_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.region:
        return detected.region, detected.region_reason
    return "us-east-1", "one of the cheapest regions, with every host; no AWS profile sets another"


def _cpu_default(values: Values, _: Detected) -> tuple[str, str]:
    return "1 vCPU", ENOUGH_DIRECT if in_vpc(values) else ENOUGH


def _memory_default(values: Values, _: Detected) -> tuple[str, str]:
    enough = checks.enough(values.get("cpu", 1024), chosen_host(values))
    least = min(enough, default=checks.FORMAE_FLOOR)
    return checks.gigabytes(least), "the smallest that this CPU and the agent allow"


def _not_known(region: str) -> str:
    if region in all_regions():
        return ""
    return (
        f"The wizard does not know whether {region} has the RDS Data API and a host for the agent "
        f"({labels()}). The checks before the review find out."
    )


def _region_problem(value: str, values: Values, _: str) -> str | None:
    """By the host where it is known already, else by all of them."""
    return checks.region(value, *([chosen_host(values)] if "host" in values else []))


def _sign_in(context: QuestionContext) -> str:
    profile = context.profile
    if not profile:
        return meant(str(context.values["profile"])).name
    return f"{profile.name}, {profile.kind}" if profile.name else "credentials in the environment"


NEW = "new"
DATABASES = (
    Choice(NEW, "A new Aurora Serverless v2 cluster"),
    Choice(EXPRESS, "An Aurora cluster in about a minute (express)"),
    Choice("existing", "An existing Aurora PostgreSQL cluster"),
)
BRIEFLY = {
    NEW: "new Aurora Serverless v2 cluster",
    EXPRESS: "new Aurora cluster, express configuration",
    "existing": "an existing cluster",
}
NO_EXPRESS = frozenset({"me-central-1", "me-south-1"})
"""Regions without Aurora's express configuration."""
FIXED = (
    "Ready in about a minute, and it needs no VPC. It is reached over the internet, through a "
    "gateway that cannot be turned off and accepts IAM tokens only, no password; the agent itself "
    "uses the Data API. AWS chooses the encryption key, the PostgreSQL version and the "
    "parameters. Its capacity and storage cost the same as those of a new cluster in your VPC, and "
    "neither can become the other later. During setup this machine connects to port 5432 once."
)
"""What the express configuration means for time, security and cost, and what stays as it is."""
INSTEAD_OF_NEW = f"Choose --database express, or {UPGRADE}."
"""What a person can do whose account is refused a new database."""


def _refused(detected: Detected) -> dict[str, str]:
    """A cluster of Aurora without express configuration is refused on the Free plan."""
    plan = detected.account_plan
    return {NEW: NOT_ALLOWED} if plan and plan.free else {}


def _which_database(context: QuestionContext) -> str:
    return BRIEFLY[context.values["database"]]


def _has_express(values: Values) -> bool:
    region = str(values.get("region", ""))
    return region not in NO_EXPRESS and not region.startswith(("cn-", "us-gov-"))


def _database_problem(value: str, values: Values, _: str) -> str | None:
    if value != EXPRESS or _has_express(values):
        return None
    region = values["region"]
    return (
        f"Aurora's express configuration is not available in {region}. Choose new or existing, or "
        "another region."
    )


def _database_default(values: Values, detected: Detected) -> tuple[str, str]:
    if _refused(detected) and _has_express(values):
        return EXPRESS, "the one that is allowed on the account's Free plan"
    if detected.no_network and not values.get("subnets") and _has_express(values):
        return EXPRESS, f"{detected.no_network}, and express needs no VPC"
    return NEW, "its own cluster, separate from your other data"


def _nothing_kept(context: QuestionContext) -> bool:
    """Whether there is nothing to restore from: no snapshot, or none that is known yet."""
    known = context.snapshots or ()
    return not known and not context.values.get("snapshot")


def _capacities(context: QuestionContext) -> str:
    least, most = context.values["min_capacity"], context.values["max_capacity"]
    return f"{least:g} to {most:g} capacity units"


def _size(shape: Shape, units: str) -> str | None:
    try:
        return shape.words(shape.parse(units))
    except ValueError:
        return None


def _units(capacity: float | None) -> str | None:
    return None if capacity is None else f"{capacity:g}"


def _database(there: Observed) -> str | None:
    match _cluster_name(there):
        case "":
            return None
        case name:
            own = EXPRESS if there.express else "new"
            return own if name == Names(there.name).cluster else "existing"


def _cluster_name(there: Observed) -> str:
    return there.config.cluster_arn.rpartition(":cluster:")[2] if there.config else ""


def _cluster_arn(there: Observed) -> str | None:
    theirs = _database(there) == "existing"
    return there.config.cluster_arn if there.config and theirs else None


def _secret_arn(there: Observed) -> str | None:
    theirs = _database(there) == "existing"
    return there.config.secret_arn or None if there.config and theirs else None


PLACE: tuple[Question, ...] = (
    Question(
        key="profile",
        group=Group.ACCOUNT,
        ask="AWS profile",
        why=(
            "Which profile of your AWS configuration to use. Leave empty to use AWS's usual search "
            "order."
        ),
        default=lambda _, detected: (detected.profile, "AWS's usual search order"),
        choices_from=PROFILES,
        environment=naming,
        metavar="PROFILE",
        cause=now("the profile", lambda name: name or "the default one"),
        label="Profile",
        brief=_sign_in,
        troubles=("signed_in",),
        empty="AWS's usual search order",
        local=True,
    ),
    Question(
        key="region",
        group=Group.ACCOUNT,
        ask="Region",
        why="Where all resources are created; it cannot be changed later. It needs the RDS Data "
        f"API and the agent's host ({labels()}).",
        default=_region_default,
        check=_region_problem,
        choices=tuple(Choice(region, region_name(region)) for region in all_regions()),
        closed=False,
        environment=lambda _: ("AWS_REGION", "AWS_DEFAULT_REGION"),
        metavar="REGION",
        remark=_not_known,
        cause=now("the region"),
        label="Region",
        brief=lambda context: str(context.values["region"]),
        always=True,
    ),
    HOST,
    SUBNETS,
    INTERNAL,
    Question(
        key="account",
        group=Group.ACCOUNT,
        ask="AWS account",
        why="The 12-digit ID of the AWS account to use. If you are signed in to another account, "
        "the wizard warns you first. Leave empty to accept any account.",
        default=fixed("", ""),
        check=lambda value, _, account: account_problem(value, account),
        metavar="DIGITS",
        quiet=True,
        label="Account",
        local=True,
    ),
    Question(
        key="cpu",
        group=Group.SIZING,
        ask="Agent CPU",
        why="1 vCPU is more than enough for what the RDS Data API can carry, about 100 resources. "
        "With PostgreSQL, on ECS, it is enough for up to 5,000; 4 vCPU for 20,000.",
        default=_cpu_default,
        kind=QuestionKind.CHOICE,
        shape=VCPU,
        choices=tuple(Choice(c, c) for c in ("1 vCPU", "2 vCPU", "4 vCPU")),
        closed=False,
        metavar="VCPU",
        cause=now("the CPU", checks.vcpu),
        label="Agent size",
        brief=lambda context: words(context.values),
        record=Record(tag=Tag.SIZING),
        read=lambda there: _size(VCPU, there.cpu),
    ),
    Question(
        key="memory",
        group=Group.SIZING,
        ask="Agent memory",
        why="The agent needs 2 GB to load its bundled plugins at startup.",
        default=_memory_default,
        kind=QuestionKind.CHOICE,
        shape=GIGABYTES,
        check=lambda value, values, _: checks.memory(
            value, values.get("cpu", 1024), chosen_host(values)
        ),
        choices=tuple(Choice(f"{g} GB", f"{g} GB") for g in (2, 3, 4, 6, 8, 10, 12)),
        closed=False,
        metavar="GB",
        cause=now("the memory", checks.gigabytes),
        row="cpu",
        record=Record(tag=Tag.SIZING),
        read=lambda there: _size(GIGABYTES, there.memory),
    ),
    ARCHITECTURE,
    Question(
        key="database",
        group=Group.DATABASE,
        ask="Database",
        why="The agent keeps its state in Aurora PostgreSQL. A new cluster in your VPC takes about "
        "8 minutes. Express configuration takes about one, and is recommended unless your rules "
        "forbid a database that is reached over the internet.",
        default=_database_default,
        kind=QuestionKind.CHOICE,
        choices=DATABASES,
        check=_database_problem,
        remark=lambda value: FIXED if value == EXPRESS else "",
        refused=_refused,
        label="Database",
        brief=_which_database,
        record=Record(tag=Tag.DATABASE),
        read=_database,
    ),
    Question(
        key="snapshot",
        group=Group.DATABASE,
        ask="Restore from a snapshot",
        why="The name or ARN of a snapshot, such as the one that `destroy` keeps: the new database "
        "has its data, so the agent starts with its stacks as they were, and gets a new password. "
        "Restoring takes some minutes.",
        default=fixed("", "an empty database"),
        check=lambda value, values, _: checks.snapshot(value, str(values.get("region", ""))),
        choices_from=SNAPSHOTS,
        when=new_database,
        moot=_nothing_kept,
        metavar="SNAPSHOT",
        follows="database",
        label="From snapshot",
        brief=lambda context: last_part("snapshot")(context) or "none",
        empty="an empty database",
        read=lambda there: there.restored_from or None,
        before="",
    ),
    Question(
        key="cluster_arn",
        group=Group.DATABASE,
        ask="Cluster",
        why="The ARN of an Aurora PostgreSQL cluster in this region with the Data API.",
        default=fixed("", ""),
        check=lambda value, values, account: checks.cluster_arn(
            value, values.get("region", ""), account
        ),
        choices_from=CLUSTERS,
        when=existing_database,
        metavar="ARN",
        follows="database",
        label="Cluster",
        brief=last_part("cluster_arn"),
        troubles=("access",),
        read=_cluster_arn,
    ),
    Question(
        key="cluster_secret_arn",
        group=Group.DATABASE,
        ask="Cluster secret",
        why="The full ARN of the Secrets Manager secret with the cluster's username and password.",
        default=fixed("", ""),
        check=lambda value, values, account: checks.secret_arn(
            value, values.get("region", ""), account
        ),
        choices_from=SECRETS,
        when=existing_database,
        metavar="ARN",
        follows="cluster_arn",
        label="Cluster secret",
        brief=last_part("cluster_secret_arn"),
        read=_secret_arn,
    ),
    Question(
        key="enable_data_api",
        group=Group.DATABASE,
        ask="Enable the Data API if it is off",
        why="This opens no network path; callers need IAM permission and the secret.",
        default=fixed("no", "it changes your cluster, so only if you say so"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        when=existing_database,
        moot=lambda context: context.cluster is not None and context.cluster.data_api,
        follows="cluster_arn",
        label="Data API",
        record=Record(tag=Tag.DATABASE, place=1),
    ),
    DATASTORE,
    OPEN_DATABASE,
    Question(
        key="min_capacity",
        group=Group.SIZING,
        ask="Minimum database capacity",
        why="Aurora capacity units of about 2 GB each. You pay for at least this much at all "
        "times; it is the largest part of the bill.",
        default=fixed("0.5", "the smallest at which the agent's database never pauses"),
        shape=CAPACITY,
        check=lambda value, _, __: checks.min_capacity(value),
        when=new_database,
        metavar="ACU",
        cause=now("the minimum capacity"),
        label="Database size",
        brief=_capacities,
        record=Record(tag=Tag.SIZING),
        read=lambda there: _units(there.min_capacity),
    ),
    Question(
        key="max_capacity",
        group=Group.SIZING,
        ask="Maximum database capacity",
        why="Aurora scales up to this under load, and back down automatically.",
        default=fixed("2", "as in formae's walkthrough"),
        shape=CAPACITY,
        check=lambda value, values, _: checks.max_capacity(value, values.get("min_capacity", 0.5)),
        when=new_database,
        metavar="ACU",
        cause=now("the maximum capacity"),
        row="min_capacity",
        record=Record(tag=Tag.SIZING),
        read=lambda there: _units(there.max_capacity),
    ),
)
