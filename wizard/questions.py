"""Every question once. Form fields, command-line flags and their documentation are made from it.

A question's `default` depends on what is answered and detected so far, so the order counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from wizard import checks, parsing
from wizard.formae.versions import AUTH, Version
from wizard.image import names as image_names
from wizard.names import DEFAULT_NAME

RELEASE = "0.88.1"
"""The newest stable formae known to this wizard, for machines without the CLI."""

DATA_API = Version("0.81.0", (0, 81, 0))
"""The first formae whose agent keeps its state through the RDS Data API."""

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Detected:
    """What the machine tells before anything is asked. Empty where nothing was found."""

    profile: str = ""
    region: str = ""
    region_reason: str = ""
    formae_version: str = ""
    active_profile: str = ""


class Kind(StrEnum):
    """How a question is put: the field, the flag and the prompt follow from it."""

    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"
    YES_NO = "yes or no"


class Group(StrEnum):
    """The screens, in their order."""

    ACCOUNT = "Account and region"
    SIZING = "Sizing"
    DATABASE = "Database"
    SCOPE = "Permissions"
    PROTECTION = "Protection"
    ADVANCED = "Advanced"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: what is stored, and what the person reads."""

    value: str
    label: str


def _always(_: Values) -> bool:
    return True


def _fine(_value: Any, _values: Values, _account: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `default` gives the text of the default and its reason."""

    key: str
    group: Group
    ask: str
    why: str
    default: Callable[[Values, Detected], tuple[str, str]]
    kind: Kind = Kind.TEXT
    parse: Callable[[str], Any] = parsing.text
    check: Callable[[Any, Values, str], str | None] = _fine
    when: Callable[[Values], bool] = _always
    choices: tuple[Choice, ...] = ()
    closed: bool = True
    """Whether only the choices are legal; otherwise they are suggestions."""
    environment: tuple[str, ...] = ()
    metavar: str = ""

    @property
    def flag(self) -> str:
        """The command-line flag."""
        return "--" + self.key.replace("_", "-")


def _fixed(value: str, reason: str) -> Callable[[Values, Detected], tuple[str, str]]:
    return lambda _values, _detected: (value, reason)


def _existing(values: Values) -> bool:
    return values.get("database") == "existing"


def _new(values: Values) -> bool:
    return not _existing(values)


def _scope(wanted: str) -> Callable[[Values], bool]:
    return lambda values: values.get("scope") == wanted


def _region_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.region:
        return detected.region, detected.region_reason
    return "us-east-1", "no region is set on this machine; the cheapest one with App Runner"


def _memory_default(values: Values, _: Detected) -> tuple[str, str]:
    legal = checks.MEMORY_FOR_CPU.get(values.get("cpu", 1024), (2048,))
    least = min((size for size in legal if size >= checks.FORMAE_FLOOR), default=2048)
    return checks.gigabytes(least), "the least that this CPU and the agent allow"


def _version_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.formae_version:
        return detected.formae_version, "the version of your formae CLI; both must be the same"
    return RELEASE, "the newest release known here; no formae CLI was found"


def _activate_default(values: Values, detected: Detected) -> tuple[str, str]:
    own = values.get("name", DEFAULT_NAME)
    if detected.active_profile not in {"", own}:
        return "yes", f"so that formae talks to it; now it uses profile {detected.active_profile}"
    return "yes", "so that formae talks to the new agent"


SERVICES = (
    Choice("ApiGateway", "API Gateway"),
    Choice("AppRunner", "App Runner"),
    Choice("CertificateManager", "Certificate Manager"),
    Choice("CloudFront", "CloudFront"),
    Choice("CloudTrail", "CloudTrail"),
    Choice("CodeBuild", "CodeBuild"),
    Choice("DynamoDB", "DynamoDB"),
    Choice("EC2", "EC2 and VPC"),
    Choice("ECR", "Elastic Container Registry"),
    Choice("ECS", "Elastic Container Service"),
    Choice("EFS", "Elastic File System"),
    Choice("EKS", "Elastic Kubernetes Service"),
    Choice("ElasticBeanstalk", "Elastic Beanstalk"),
    Choice("ElasticLoadBalancingV2", "Elastic Load Balancing"),
    Choice("Events", "EventBridge"),
    Choice("KMS", "Key Management Service"),
    Choice("Lambda", "Lambda"),
    Choice("Logs", "CloudWatch Logs"),
    Choice("NetworkFirewall", "Network Firewall"),
    Choice("RDS", "Relational Database Service"),
    Choice("Route53", "Route 53"),
    Choice("S3", "S3"),
    Choice("SES", "Simple Email Service"),
    Choice("SQS", "Simple Queue Service"),
    Choice("SageMaker", "SageMaker"),
    Choice("SecretsManager", "Secrets Manager"),
    Choice("ServiceDiscovery", "Cloud Map"),
)
"""CloudFormation's names of the services formae's AWS plugin manages; IAM is left out on purpose:
whoever may write roles and policies is an administrator by another name."""

QUESTIONS: tuple[Question, ...] = (
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
        choices=tuple(Choice(*pair) for pair in checks.APP_RUNNER_REGIONS.items()),
        closed=False,
        environment=("AWS_REGION", "AWS_DEFAULT_REGION"),
        metavar="REGION",
    ),
    Question(
        key="cpu",
        group=Group.SIZING,
        ask="Agent CPU",
        why="1 vCPU carries an agent with up to about 5,000 resources, 2 up to 10,000, 4 up to "
        "20,000. An idle agent is billed for memory only.",
        default=_fixed("1 vCPU", "the smallest that App Runner offers with enough memory"),
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
        default=_fixed("new", "an own cluster, apart from your other data"),
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
        default=_fixed("", ""),
        check=lambda value, values, account: checks.cluster_arn(
            value, values.get("region", ""), account
        ),
        when=_existing,
        metavar="ARN",
    ),
    Question(
        key="cluster_secret_arn",
        group=Group.DATABASE,
        ask="Its secret",
        why="The full ARN of the Secrets Manager secret with the cluster's username and password.",
        default=_fixed("", ""),
        check=lambda value, values, account: checks.secret_arn(
            value, values.get("region", ""), account
        ),
        when=_existing,
        metavar="ARN",
    ),
    Question(
        key="enable_data_api",
        group=Group.DATABASE,
        ask="Switch the Data API on if it is off",
        why="It opens no network path; callers need IAM permission and the secret.",
        default=_fixed("no", "a change to your cluster, so only when you say so"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
        when=_existing,
    ),
    Question(
        key="min_capacity",
        group=Group.SIZING,
        ask="Database capacity, lowest",
        why="Aurora capacity units of about 2 GB each. This much is billed all the time; it is "
        "the largest part of the cost.",
        default=_fixed("0.5", "the least with which the agent's database stays awake"),
        parse=parsing.capacity,
        check=lambda value, _, __: checks.min_capacity(value),
        when=_new,
        metavar="ACU",
    ),
    Question(
        key="max_capacity",
        group=Group.SIZING,
        ask="Database capacity, highest",
        why="Aurora grows up to here under load and shrinks by itself.",
        default=_fixed("2", "as in formae's own walkthrough"),
        parse=parsing.capacity,
        check=lambda value, values, _: checks.max_capacity(value, values.get("min_capacity", 0.5)),
        when=_new,
        metavar="ACU",
    ),
    Question(
        key="scope",
        group=Group.SCOPE,
        ask="What the agent may manage",
        why="The permissions of the role the agent works with.",
        default=_fixed("power-user", "formae's quick start; narrow it for production"),
        kind=Kind.CHOICE,
        choices=(
            Choice("power-user", "Everything but IAM: PowerUserAccess (quick start)"),
            Choice("services", "Only the AWS services I choose"),
            Choice("policies", "Managed policies I have"),
            Choice("file", "A policy file of mine"),
        ),
    ),
    Question(
        key="services",
        group=Group.SCOPE,
        ask="Services",
        why="The agent gets exactly the actions that AWS's resource types of these services need. "
        "IAM is not offered: who may write roles can give itself everything.",
        default=_fixed("", ""),
        kind=Kind.MANY,
        parse=parsing.words,
        check=lambda value, _, __: services_problem(value),
        when=_scope("services"),
        choices=SERVICES,
        metavar="SERVICE,…",
    ),
    Question(
        key="policy_arns",
        group=Group.SCOPE,
        ask="Policy ARNs",
        why="AWS's managed policies or your account's, separated by commas.",
        default=_fixed("", ""),
        parse=parsing.words,
        check=lambda value, _, account: checks.policy_arns(value, account),
        when=_scope("policies"),
        metavar="ARN,…",
    ),
    Question(
        key="policy_file",
        group=Group.SCOPE,
        ask="Policy file",
        why="A JSON file with one IAM policy; it becomes a managed policy of your account.",
        default=_fixed("", ""),
        check=lambda value, _, __: checks.policy_file(value),
        when=_scope("file"),
        metavar="FILE",
    ),
    Question(
        key="protect",
        group=Group.PROTECTION,
        ask="Protect the agent's API with a password",
        why="The agent's address is open to the internet, and whoever reaches the API can change "
        "your infrastructure.",
        default=_fixed("yes", "without it anyone could run changes in your account"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
    ),
    Question(
        key="api_user",
        group=Group.PROTECTION,
        ask="User name",
        why="For HTTP basic authentication; the formae CLI sends it.",
        default=_fixed("formae", "any name will do"),
        check=lambda value, _, __: checks.api_user(value),
        when=lambda values: bool(values.get("protect", True)),
        metavar="USER",
    ),
    Question(
        key="name",
        group=Group.ADVANCED,
        ask="Name of the deployment",
        why="Every AWS name is made from it; a second deployment needs another.",
        default=_fixed(DEFAULT_NAME, "gives the names of formae's own walkthrough"),
        check=lambda value, _, __: checks.deployment_name(value),
        metavar="NAME",
    ),
    Question(
        key="hide_itself",
        group=Group.ADVANCED,
        ask="Keep the agent's own resources out of its discovery",
        why="Otherwise formae lists its own database and roles as unmanaged resources.",
        default=_fixed("yes", "what carries app=formae-agent is not yours to manage"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
    ),
    Question(
        key="image_version",
        group=Group.ADVANCED,
        ask="formae version",
        why="The agent's version. The CLI refuses an agent of another version than its own.",
        default=_version_default,
        check=lambda value, values, _: _version_problem(value, values),
        metavar="VERSION",
    ),
    Question(
        key="image_source",
        group=Group.ADVANCED,
        ask="Image repository to copy from",
        why="A mirror of formae's public image, where the public one cannot be reached.",
        default=_fixed(image_names.FORMAE_IMAGE, "formae's public image"),
        check=lambda value, _, __: image_names.source_problem(value),
        metavar="REPOSITORY",
    ),
    Question(
        key="engine_version",
        group=Group.ADVANCED,
        ask="Aurora PostgreSQL version",
        why="A major version takes the minor that AWS recommends now.",
        default=_fixed("16", "the walkthrough's major; its minor 16.4 is withdrawn"),
        check=lambda value, _, __: checks.engine_version(value),
        when=_new,
        metavar="VERSION",
    ),
    Question(
        key="database_name",
        group=Group.ADVANCED,
        ask="Database name",
        why="The PostgreSQL database inside the cluster.",
        default=_fixed("formae", "as in the walkthrough"),
        check=lambda value, _, __: checks.database_name(value),
        metavar="NAME",
    ),
    Question(
        key="tags",
        group=Group.ADVANCED,
        ask="Further tags",
        why="Put on everything that is made, as key=value, separated by commas. "
        "app=formae-agent is always there.",
        default=_fixed("", ""),
        parse=parsing.tags,
        check=lambda value, _, __: checks.tags(value),
        metavar="KEY=VALUE,…",
    ),
    Question(
        key="client_config",
        group=Group.ADVANCED,
        ask="Write the formae CLI's config on this machine",
        why="With it, formae here talks to the new agent. What is there is kept and backed up.",
        default=_fixed("yes", "so that formae works at once"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
    ),
    Question(
        key="activate_profile",
        group=Group.ADVANCED,
        ask="Make it the CLI's active profile",
        why="Where the CLI keeps profiles, only the active one is read.",
        default=_activate_default,
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
        when=lambda values: bool(values.get("client_config", True)),
    ),
)


def _version_problem(text: str, values: Values) -> str | None:
    problem = image_names.tag_problem(text)
    if problem:
        return problem
    if text == "latest":
        return "“latest” has pointed to an old release since May 2026; give the version itself."
    version = Version.parse(text)
    if version is None:
        return None  # a tag of one's own mirror
    if version < DATA_API:
        return f"The agent speaks to the RDS Data API since {DATA_API}; {text} is older."
    if version < AUTH and (values.get("protect") or values.get("hide_itself")):
        return f"Passwords and discovery filters came with formae {AUTH}; {text} is older."
    return None


def services_problem(chosen: tuple[str, ...]) -> str | None:
    """Whether every chosen service is one of the offered ones."""
    if not chosen:
        return "Choose at least one service."
    offered = {choice.value for choice in SERVICES}
    for service in chosen:
        if service == "IAM":
            return "IAM is not offered: who may write roles can give itself everything."
        if service not in offered:
            return f"“{service}” is not offered. Choose from: {', '.join(sorted(offered))}."
    return None


def question(key: str) -> Question:
    """The question of that key; KeyError where there is none."""
    return next(each for each in QUESTIONS if each.key == key)
