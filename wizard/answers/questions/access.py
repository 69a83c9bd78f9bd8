"""Questions about what the agent may do, and who may use it."""

from __future__ import annotations

from collections.abc import Callable

from wizard.answers import checks
from wizard.answers.parsing import LIST, YES_NO, written
from wizard.answers.questions.host import ALLOW_CIDR, DELETION_PROTECTION
from wizard.answers.questions.lists import POLICIES, QuestionContext
from wizard.answers.questions.question import (
    Choice,
    Group,
    Observed,
    Question,
    QuestionKind,
    Record,
    Tag,
    Values,
    fingerprint,
    fixed,
    last_part,
    now,
)

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


def services_problem(chosen: tuple[str, ...]) -> str | None:
    """Whether every chosen service is one of the offered ones."""
    if not chosen:
        return "Choose at least one service."
    offered = {choice.value for choice in SERVICES}
    for service in chosen:
        if service == "IAM":
            return "IAM is not offered: anyone who can edit roles can grant themselves everything."
        if service not in offered:
            return f"“{service}” is not offered. Choose from: {', '.join(sorted(offered))}."
    return None


def _scope(wanted: str) -> Callable[[Values], bool]:
    return lambda values: values.get("scope") == wanted


def _attached(key: str) -> Callable[[Observed], str | None]:
    return lambda there: there.scope.get(key)


def _with_commas(recorded: str) -> str:
    return recorded.replace(" ", ",")


def _password(context: QuestionContext) -> str:
    if not context.values["protect"]:
        return "none"
    return "your own" if context.own_password else "generated"


ACCESS: tuple[Question, ...] = (
    Question(
        key="scope",
        group=Group.SCOPE,
        ask="What the agent may manage",
        why="The permissions of the agent's IAM role.",
        default=fixed("power-user", "as in formae's quick start; restrict it for production"),
        kind=QuestionKind.CHOICE,
        choices=(
            Choice("power-user", "Everything but IAM: PowerUserAccess (quick start)"),
            Choice("services", "Selected AWS services only"),
            Choice("policies", "Existing managed policies"),
            Choice("file", "A policy file of your own"),
        ),
        label="Agent may manage",
        record=Record(tag=Tag.ACCESS),
        read=_attached("scope"),
    ),
    Question(
        key="services",
        group=Group.SCOPE,
        ask="Services",
        why="The agent gets exactly the actions that these services' resource types need. IAM is "
        "not offered: anyone who can edit roles can grant themselves everything.",
        default=fixed("", ""),
        kind=QuestionKind.MANY,
        shape=LIST,
        check=lambda value, _, __: services_problem(value),
        when=_scope("services"),
        choices=SERVICES,
        metavar="SERVICE,…",
        follows="scope",
        label="Services",
        record=Record(tag=Tag.SERVICES, alone=True, write=" ".join, read=_with_commas),
        read=_attached("services"),
    ),
    Question(
        key="policy_arns",
        group=Group.SCOPE,
        ask="Policy ARNs",
        why="Managed policies of AWS or of your account, separated by commas.",
        default=fixed("", ""),
        kind=QuestionKind.MANY,
        shape=LIST,
        check=lambda value, _, account: checks.policy_arns(value, account),
        closed=False,
        choices_from=POLICIES,
        when=_scope("policies"),
        metavar="ARN,…",
        follows="scope",
        label="Policies",
        brief=last_part("policy_arns"),
        record=Record(tag=Tag.POLICIES, alone=True, write=fingerprint, digest="other policies"),
        read=_attached("policy_arns"),
    ),
    Question(
        key="policy_file",
        group=Group.SCOPE,
        ask="Policy file",
        why="A JSON file with one IAM policy; it becomes a managed policy in your account.",
        default=fixed("", ""),
        check=lambda value, _, __: checks.policy_file(value),
        when=_scope("file"),
        metavar="FILE",
        names_file=True,
        follows="scope",
        label="Policy file",
        read=_attached("policy_file"),
    ),
    Question(
        key="protect",
        group=Group.PROTECTION,
        ask="Protect the agent's API with a password",
        why="Anyone who can use the agent's API can change your infrastructure.",
        default=fixed("yes", "without a password, any caller could change your account"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        cause=now("the password", lambda on: "on" if on else "off"),
        label="API password",
        brief=_password,
        troubles=("password",),
        record=Record(tag=Tag.ACCESS),
        read=lambda there: written(there.config.protected) if there.config else None,
    ),
    Question(
        key="api_user",
        group=Group.PROTECTION,
        ask="User name",
        why="For HTTP basic authentication; the formae CLI sends it.",
        default=fixed("formae", "any name works"),
        check=lambda value, _, __: checks.api_user(value),
        when=lambda values: bool(values.get("protect", True)),
        metavar="USER",
        follows="protect",
        label="API user",
        record=Record(tag=Tag.ACCESS),
        read=lambda there: (there.config and there.config.username) or None,
    ),
    ALLOW_CIDR,
    DELETION_PROTECTION,
)
