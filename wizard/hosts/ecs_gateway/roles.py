"""Who may take on the roles, and what the execution role and the gateway's role may do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from wizard.base.values import Template, Value
from wizard.documents.document import Document, DocumentKind
from wizard.documents.iam import policy_notes, trust_notes
from wizard.plan.hosting import AGENT_ROLE
from wizard.plan.model import Call, Poll, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.config import CONFIG_SECRET_ARN
from wizard.plan.resources.policies import attached, inline
from wizard.plan.resources.roles import role
from wizard.plan.resources.types import INLINE_TYPE

EXECUTION_ROLE, GATEWAY_ROLE = "execution-role", "gateway-role"
AGE = 45
"""Seconds after which a role is known everywhere."""
TASKS, ECS = "ecs-tasks.amazonaws.com", "ecs.amazonaws.com"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
GATEWAY_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRoleForGatewayHostSharedALB"
LACKING = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways",
)
"""What a load balancer cannot be made without, and AWS's own policy for the gateway lacks."""


def trusts() -> dict[str, Document]:
    """The three trust policies, by the step of their role."""
    return {
        EXECUTION_ROLE: _trust(
            "ecs-execution-trust.json",
            TASKS,
            "Who may start the agent's task",
            "Only ECS's tasks may take on the execution role.",
            "ECS, while it starts a task, and no one else.",
        ),
        GATEWAY_ROLE: _trust(
            "ecs-gateway-trust.json",
            ECS,
            "Who may make the load balancer",
            "Only ECS may take on the gateway's role.",
            "ECS itself, for its gateways, and no one else.",
        ),
        AGENT_ROLE: _trust(
            "ecs-task-trust.json",
            TASKS,
            "Who may act as the agent",
            "Only ECS's running tasks may take on the task role.",
            "The tasks that ECS runs for you, and no one else.",
        ),
    }


def _trust(name: str, service: str, title: str, why: str, who: str) -> Document:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
    return Document(
        name=name,
        kind=DocumentKind.TRUST,
        title=title,
        why=why,
        body=Template("json", text, {}),
        notes=trust_notes(who),
    )


def policies() -> dict[str, Document]:
    """What the two may do beside AWS's own policies, by the step of their role."""
    return {
        EXECUTION_ROLE: _policy(
            "ecs-execution-policy.json",
            "Who reads the config",
            "The one secret with the agent's config, which ECS hands to the agent.",
            {"Action": "secretsmanager:GetSecretValue", "Resource": "${config_secret_arn}"},
            {"config_secret_arn": CONFIG_SECRET_ARN},
        ),
        GATEWAY_ROLE: _policy(
            "ecs-gateway-policy.json",
            "What a load balancer needs besides",
            "AWS's policy lacks three read actions without which no load balancer is made.",
            {"Action": list(LACKING), "Resource": "*"},
            {},
        ),
    }


def _policy(
    name: str, title: str, why: str, allowed: Mapping[str, object], holes: Mapping[str, Value]
) -> Document:
    statement = {"Effect": "Allow", **allowed}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
    return Document(
        name=name,
        kind=DocumentKind.POLICY,
        title=title,
        why=why,
        body=Template("json", text, holes),
        notes=policy_notes(text),
    )


def roles(
    site: Site, documents: Mapping[str, Document], policies: Mapping[str, Document]
) -> list[Step]:
    """The execution role and the gateway's role, with what they may do."""
    names = site.names.roles
    return [
        role(
            site,
            step_id=EXECUTION_ROLE,
            name=names[EXECUTION_ROLE],
            trust=documents[EXECUTION_ROLE],
            title="Execution role",
            why="ECS takes it on to start the task: to read the config and to write the logs.",
        ),
        attached(
            step_id="execution-role-policy",
            role=EXECUTION_ROLE,
            policy=EXECUTION_POLICY,
            pick=f"PolicyArn=='{EXECUTION_POLICY}'",
            title="Execution role may start tasks",
            why="AWS's own policy for exactly this: pulling images and writing logs.",
        ),
        _inline(
            EXECUTION_ROLE,
            f"{site.answers.name}-config",
            "Execution role may read the config",
            policies[EXECUTION_ROLE],
        ),
        role(
            site,
            step_id=GATEWAY_ROLE,
            name=names[GATEWAY_ROLE],
            trust=documents[GATEWAY_ROLE],
            title="Gateway role",
            why="ECS takes it on to make the load balancer and its certificate, and to keep them.",
        ),
        attached(
            step_id="gateway-role-policy",
            role=GATEWAY_ROLE,
            policy=GATEWAY_POLICY,
            pick=f"PolicyArn=='{GATEWAY_POLICY}'",
            title="Gateway role may make load balancers",
            why="AWS's own policy for exactly this.",
        ),
        replace(
            _inline(
                GATEWAY_ROLE,
                f"{site.answers.name}-network",
                "Gateway role may read the network",
                policies[GATEWAY_ROLE],
            ),
            wait=_aged(names[GATEWAY_ROLE]),
            usual=(40, 60),
        ),
    ]


def _aged(name: str) -> Poll:
    """Wait until the role is known everywhere: a refusal at first ECS would never try again."""
    return Poll(
        call=Call(service="iam", operation="GetRole", params={"RoleName": name}),
        path="Role.RoleName",
        until=frozenset({name}),
        every=5,
        limit=AGE,
        since="Role.CreateDate",
        aged=AGE,
        why="a new role is let become known everywhere in IAM before ECS works with it (normal)",
    )


def _inline(role_step: str, name: str, title: str, policy: Document) -> Step:
    step = inline(
        step_id=f"{role_step}-inline", role=role_step, name=name, title=title, why=policy.why
    )
    target = step.lookups[0].call.params
    return replace(step, **INLINE_TYPE.wanted({**target, "PolicyDocument": policy.body}))
