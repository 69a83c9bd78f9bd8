"""Questions about what the agent may do, and who may use it."""

from __future__ import annotations

from collections.abc import Callable

from wizard.answers import checks, parsing
from wizard.questions.question import Choice, Group, Kind, Question, Values, fixed

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
            return "IAM is not offered: who may write roles can give itself everything."
        if service not in offered:
            return f"“{service}” is not offered. Choose from: {', '.join(sorted(offered))}."
    return None


def _scope(wanted: str) -> Callable[[Values], bool]:
    return lambda values: values.get("scope") == wanted


ACCESS: tuple[Question, ...] = (
    Question(
        key="scope",
        group=Group.SCOPE,
        ask="What the agent may manage",
        why="The permissions of the role the agent works with.",
        default=fixed("power-user", "formae's quick start; narrow it for production"),
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
        default=fixed("", ""),
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
        default=fixed("", ""),
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
        default=fixed("", ""),
        check=lambda value, _, __: checks.policy_file(value),
        when=_scope("file"),
        metavar="FILE",
        names_file=True,
    ),
    Question(
        key="protect",
        group=Group.PROTECTION,
        ask="Protect the agent's API with a password",
        why="The agent's address is open to the internet, and whoever reaches the API can change "
        "your infrastructure.",
        default=fixed("yes", "without it anyone could run changes in your account"),
        kind=Kind.YES_NO,
        parse=parsing.yes_no,
    ),
    Question(
        key="api_user",
        group=Group.PROTECTION,
        ask="User name",
        why="For HTTP basic authentication; the formae CLI sends it.",
        default=fixed("formae", "any name will do"),
        check=lambda value, _, __: checks.api_user(value),
        when=lambda values: bool(values.get("protect", True)),
        metavar="USER",
    ),
)
