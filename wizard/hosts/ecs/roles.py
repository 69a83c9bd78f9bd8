"""Roles on ECS: who may assume them, the execution role, and how long a new one is let age."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from wizard.base.values import Template, Value
from wizard.documents.document import Document, DocumentKind
from wizard.documents.iam import policy_notes, trust_notes
from wizard.hosts.ecs.fargate import TASKS
from wizard.plan.inputs import AGENT_ROLE, EXECUTION_ROLE
from wizard.plan.model import Call, Poll, Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.policies import attached, inline
from wizard.plan.resources.roles import role
from wizard.plan.resources.secrets import CONFIG_SECRET_ARN
from wizard.plan.resources.types import INLINE_TYPE

AGE = 45
"""Seconds after which a role is known everywhere."""
ECS = "ecs.amazonaws.com"
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
LACKING = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways",
)
"""What a load balancer cannot be made without, and AWS's own policies for ECS lack."""
TASK_ROLE = (
    "Task role",
    "The agent works with this role; AWS gives it short-lived credentials, so no key is stored "
    "anywhere.",
)
"""Title and reason of the role that the agent works with."""


def task_trusts() -> dict[str, Document]:
    """The trust policies of the execution role and the task role, by the step of their role."""
    return {
        EXECUTION_ROLE: trust(
            "ecs-execution-trust.json",
            TASKS,
            "Who may start the agent's task",
            "Only ECS tasks may assume the execution role.",
            "ECS, while it starts a task, and no one else.",
        ),
        AGENT_ROLE: trust(
            "ecs-task-trust.json",
            TASKS,
            "Who may act as the agent",
            "Only running ECS tasks may assume the task role.",
            "The tasks that ECS runs for you, and no one else.",
        ),
    }


def trust(name: str, service: str, title: str, why: str, who: str) -> Document:
    """A trust policy of one AWS service; `who` says in words who that is."""
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


def config_policy() -> Document:
    """What the execution role may do beside AWS's own policy."""
    return policy(
        "ecs-execution-policy.json",
        "Who reads the config",
        "The one secret with the agent's config, which ECS passes to the agent.",
        {"Action": "secretsmanager:GetSecretValue", "Resource": "${config_secret_arn}"},
        {"config_secret_arn": CONFIG_SECRET_ARN},
    )


def network_policy(name: str) -> Document:
    """What a role that makes load balancers may do beside AWS's own policy."""
    return policy(
        name,
        "What a load balancer needs besides",
        "AWS's policy lacks three read actions that are needed to create a load balancer.",
        {"Action": list(LACKING), "Resource": "*"},
        {},
    )


def policy(
    name: str, title: str, why: str, allowed: Mapping[str, object], holes: Mapping[str, Value]
) -> Document:
    """A policy of one statement, which allows an action on a resource."""
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


def execution_role(
    site: Site, trusts: Mapping[str, Document], policies: Mapping[str, Document]
) -> list[Step]:
    """The execution role, with what it may do."""
    return [
        role(
            site,
            step_id=EXECUTION_ROLE,
            name=site.names.roles[EXECUTION_ROLE],
            trust=trusts[EXECUTION_ROLE],
            title="Execution role",
            why="ECS assumes it to start the task: it reads the config and writes the logs.",
        ),
        attached(
            step_id=f"{EXECUTION_ROLE}-policy",
            role=EXECUTION_ROLE,
            policy=EXECUTION_POLICY,
            pick=f"PolicyArn=='{EXECUTION_POLICY}'",
            title="Execution role may start tasks",
            why="AWS's own policy for this: pulling images and writing logs.",
        ),
        inside(
            EXECUTION_ROLE,
            f"{site.answers.name}-config",
            "Execution role may read the config",
            policies[EXECUTION_ROLE],
        ),
    ]


def balancer_role(
    site: Site, step_id: str, managed: str, trust: Document, own: Document, why: str
) -> list[Step]:
    """The role with which ECS keeps the load balancer; it may do what `managed` and `own` say.

    `managed` is the ARN of AWS's own policy. The last step waits until the role is known.
    """
    name, title = site.names.roles[step_id], step_id.replace("-", " ").capitalize()
    network = inside(step_id, f"{site.answers.name}-network", f"{title} may read the network", own)
    return [
        role(site, step_id=step_id, name=name, trust=trust, title=title, why=why),
        attached(
            step_id=f"{step_id}-policy",
            role=step_id,
            policy=managed,
            pick=f"PolicyArn=='{managed}'",
            title=f"{title} may create load balancers",
            why="AWS's own policy for this.",
        ),
        replace(network, wait=aged(name), usual=(40, 60)),
    ]


def aged(name: str) -> Poll:
    """Wait until the role is known everywhere: a refusal at first ECS would never try again."""
    return Poll(
        call=Call(service="iam", operation="GetRole", params={"RoleName": name}),
        path="Role.RoleName",
        until=frozenset({name}),
        every=5,
        limit=AGE,
        since="Role.CreateDate",
        aged=AGE,
        why="IAM propagates a new role before ECS uses it (normal)",
    )


def inside(role_step: str, name: str, title: str, document: Document) -> Step:
    """The step that puts the policy `document` into the role of the step `role_step`."""
    step = inline(
        step_id=f"{role_step}-inline", role=role_step, name=name, title=title, why=document.why
    )
    (look,) = step.lookups
    wanted = INLINE_TYPE.wanted({**look.call.params, "PolicyDocument": document.body})
    return replace(step, **wanted)
