"""From answers to the plan; reads as the walkthrough's table of contents."""

from __future__ import annotations

import json
from dataclasses import replace

from wizard.answers.model import Answers
from wizard.answers.names import Names
from wizard.documents.document import Document, Kind
from wizard.documents.edits import NO_EDITS, Edits, edited
from wizard.documents.scope import handed_roles, scope_policies
from wizard.documents.statements import policy_notes
from wizard.plan.hosting import AGENT_ROLE, hosting
from wizard.plan.model import Plan, Step, TakeAway
from wizard.plan.sections.account import account
from wizard.plan.sections.client import client, client_document
from wizard.plan.sections.common import Site
from wizard.plan.sections.config import config, config_document
from wizard.plan.sections.database import database
from wizard.plan.sections.image import image
from wizard.plan.sections.roles import agent_role, runtime_document
from wizard.plan.sections.verify import verify
from wizard.runs.surroundings import Surroundings
from wizard.values import Ref, Template, Text

_ANY_ACCOUNT = "0" * 12
"""As long as every account's number, for IAM counts a policy's characters."""


def build(answers: Answers, surroundings: Surroundings, edits: Edits = NO_EDITS) -> Plan:
    """Everything that will be made, as data. Pure: looks at no account and no file.

    Documents the person has edited are used as they are. Raises WizardError for an edit that does
    not fit.
    """
    host = hosting(answers.host)
    site = Site(answers, Names(answers.name, answers.host), surroundings)
    agent = edited(config_document(site), edits)
    trusts = {role: edited(each, edits) for role, each in host.trusts().items()}
    runtime = edited(runtime_document(), edits)
    scope = [edited(each, edits) for each in _scope_documents(site)]
    requests = [edited(each, edits) for each in host.requests(site, agent)]
    permissions = [
        *host.roles(site, trusts),
        *agent_role(site, host.agent_role(), trusts[AGENT_ROLE], runtime, scope),
    ]
    service = host.service(site, requests, _made(permissions))
    steps = [
        account(site),
        *database(site),
        *config(site, agent),
        *image(site),
        *permissions,
        *service,
        *verify(site, service[-1].page),
        *client(site),
    ]
    if answers.adopt:
        steps = [replace(step, owned="") for step in steps]
    documents = [agent, client_document(site), *trusts.values(), runtime, *scope, *requests]
    if not answers.client_config:
        documents.pop(1)
    return Plan(answers.name, answers.region, tuple(steps), tuple(documents))


def _made(steps: list[Step]) -> list[str]:
    return [each.id for each in steps if not isinstance(each.make, TakeAway)]


def _scope_documents(site: Site) -> list[Document]:
    answers, surroundings = site.answers, site.surroundings
    if answers.scope == "file":
        return [_own_policy(site)]
    if answers.scope != "services":
        return []
    policies = scope_policies(
        {service: surroundings.permissions.get(service, ()) for service in answers.services},
        account=_ANY_ACCOUNT,
        deployment=answers.name,
    )
    return [
        Document(
            name=f"{site.names.scope_policy(number)}.json",
            title=f"What the agent may manage ({number} of {len(policies)})",
            why="The actions that AWS's own resource types need to create, read, change, delete "
            f"and list what you chose: {', '.join(answers.services)}.",
            kind=Kind.POLICY,
            body=_in_your_account(json.dumps(policy, indent=2), answers.name),
            notes=policy_notes(json.dumps(policy)),
        )
        for number, policy in enumerate(policies, 1)
    ]


def _in_your_account(text: str, deployment: str) -> Template:
    """The policy, with the account left open: a script learns it only where it runs."""
    roles = handed_roles(_ANY_ACCOUNT, deployment)
    if roles not in text:
        return Template("json", text, {})
    before, _, after = roles.partition(_ANY_ACCOUNT)
    hole = Text((before, Ref("account", "id"), after))
    return Template("json", text.replace(roles, "${handed_roles}"), {"handed_roles": hole})


def _own_policy(site: Site) -> Document:
    text = site.surroundings.own_policy or "{}"
    return Document(
        name=f"{site.names.scope_policy(1)}.json",
        title="What the agent may manage (your file)",
        why=f"Your policy, as it stands in {site.answers.policy_file}.",
        kind=Kind.POLICY,
        body=Template("json", text, {}),
        notes=policy_notes(text, "{}"),
    )
