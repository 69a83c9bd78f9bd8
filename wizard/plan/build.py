"""From answers to the plan; reads as the walkthrough's table of contents."""

from __future__ import annotations

import json

from wizard.answers import Answers
from wizard.documents.document import Document
from wizard.documents.scope import scope_policies
from wizard.names import Names
from wizard.plan.model import Plan
from wizard.plan.sections.account import account
from wizard.plan.sections.client import client, client_document
from wizard.plan.sections.common import Site
from wizard.plan.sections.config import config, config_document
from wizard.plan.sections.database import database
from wizard.plan.sections.image import image
from wizard.plan.sections.roles import role_documents, roles
from wizard.plan.sections.service import service, service_request
from wizard.plan.sections.verify import verify
from wizard.surroundings import Surroundings
from wizard.values import Template


def build(answers: Answers, surroundings: Surroundings) -> Plan:
    """Everything that will be made, as data. Pure: looks at no account and no file."""
    site = Site(answers, Names(answers.name), surroundings)
    agent = config_document(site)
    trust_and_runtime = role_documents()
    scope = _scope_documents(site)
    request = service_request(site, agent)
    steps = [
        account(site),
        *database(site),
        *config(site, agent),
        *image(site),
        *roles(site, trust_and_runtime, scope),
        *service(site, request),
        *verify(site),
        *client(site),
    ]
    documents = [agent, client_document(site), *trust_and_runtime, *scope, request]
    if not answers.client_config:
        documents.pop(1)
    return Plan(answers.name, answers.region, tuple(steps), tuple(documents))


def _scope_documents(site: Site) -> list[Document]:
    answers, surroundings = site.answers, site.surroundings
    if answers.scope == "file":
        return [
            Document(
                name=f"{site.names.scope_policy(1)}.json",
                title="What the agent may manage (your file)",
                why=f"Your policy, as it stands in {answers.policy_file}.",
                body=Template("json", surroundings.own_policy or "{}", {}),
            )
        ]
    if answers.scope != "services":
        return []
    policies = scope_policies(
        {service: surroundings.permissions.get(service, ()) for service in answers.services},
        account=surroundings.account or "*",
        deployment=answers.name,
    )
    return [
        Document(
            name=f"{site.names.scope_policy(number)}.json",
            title=f"What the agent may manage ({number} of {len(policies)})",
            why="The actions that AWS's own resource types need to create, read, change, delete "
            f"and list what you chose: {', '.join(answers.services)}.",
            body=Template("json", json.dumps(policy), {}),
        )
        for number, policy in enumerate(policies, 1)
    ]
