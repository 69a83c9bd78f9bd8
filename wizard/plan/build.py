"""From answers to the plan; reads as the walkthrough's table of contents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wizard.answers.model import Answers
from wizard.base.names import Names
from wizard.base.values import Ref, Template, Text
from wizard.documents.document import Document, DocumentKind
from wizard.documents.edits import NO_EDITS, Edits, edited
from wizard.documents.iam import handed_roles, policy_notes, scope_policies
from wizard.plan.inputs import AGENT_ROLE, Hosting, PlanInputs, hosting
from wizard.plan.model import Plan, Section, Step, TakeAway
from wizard.plan.resources import secrets
from wizard.plan.resources.common import Site, account
from wizard.plan.resources.database import database
from wizard.plan.resources.image import image
from wizard.plan.resources.network import DATABASE_RULE
from wizard.plan.resources.roles import agent_role, runtime_document
from wizard.plan.resources.secrets import config, config_document
from wizard.plan.resources.verify import client, client_document, verify

_ANY_ACCOUNT = "0" * 12
"""As long as every account's number, for IAM counts a policy's characters."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What the steps are made from: the documents are as the person has edited them."""

    site: Site
    host: Hosting
    config: Document
    """The agent's config."""
    trusts: Mapping[str, Document]
    """Trust policies, by their role's step."""
    policies: dict[str, Document]
    """What the host's own roles may do, by their step."""
    runtime: Document
    """What the agent itself may do."""
    scope: list[Document]
    """What the agent may manage."""
    requests: list[Document]
    """What the host is asked for."""


def _permissions(it: Materials, _: Sequence[Step]) -> list[Step]:
    agent = agent_role(it.site, it.host.agent_role(), it.trusts[AGENT_ROLE], it.runtime, it.scope)
    own = it.host.roles(it.site, it.trusts, it.policies)
    return [*own, *secrets.access(it.site, it.policies), *agent]


def _service(it: Materials, before: Sequence[Step]) -> list[Step]:
    made = (step for step in before if not isinstance(step.make, TakeAway) and not _late(step))
    first = [step.id for step in made if step.section is Section.ROLES or step.id == DATABASE_RULE]
    return it.host.service(it.site, it.requests, first)


def _late(step: Step) -> bool:
    """Whether it waits until the agent is deployed: what only the agent of before needs."""
    return "service" in step.after


def _proofs(it: Materials, before: Sequence[Step]) -> list[Step]:
    return verify(it.site, next(step for step in before if step.id == "service"))


PARTS: tuple[Callable[[Materials, Sequence[Step]], Iterable[Step]], ...] = (
    lambda it, _: [account(it.site)],
    lambda it, _: database(it.site),
    lambda it, _: config(it.site, it.config),
    lambda it, _: image(it.site),
    _permissions,
    _service,
    _proofs,
    lambda it, _: client(it.site),
)
"""The plan's table of contents; each part is given the steps before it. Another resource is one
more function here."""


def build(answers: Answers, inputs: PlanInputs, edits: Edits = NO_EDITS) -> Plan:
    """Everything that will be made, as data. Pure: looks at no account and no file.

    Documents the person has edited are used as they are. Raises WizardError for an edit that does
    not fit.
    """
    it = _materials(answers, inputs, edits)
    steps: list[Step] = []
    for part in PARTS:
        steps += part(it, steps)
    steps = _in_order(steps)
    if answers.adopt:
        steps = [replace(step, owned="") for step in steps]
    own = client_document(it.site)
    documents = [
        it.config,
        *([own] if answers.client_config else []),
        *it.trusts.values(),
        *it.policies.values(),
        it.runtime,
        *it.scope,
        *it.requests,
    ]
    return Plan(answers.name, answers.region, tuple(steps), tuple(documents), answers.host)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """By section, to earlier ones of which a host may add; what is late is behind the service."""
    sections = list(Section)

    def place(step: Step) -> tuple[int, bool]:
        own, service = sections.index(step.section), sections.index(Section.SERVICE)
        return (service, True) if _late(step) and own < service else (own, False)

    return [replace(each, section=sections[place(each)[0]]) for each in sorted(steps, key=place)]


def _materials(answers: Answers, inputs: PlanInputs, edits: Edits) -> Materials:
    host = hosting(answers.host)
    site = Site(answers, Names(answers.name, answers.host), inputs)
    agent = edited(config_document(site), edits)
    return Materials(
        site=site,
        host=host,
        config=agent,
        trusts={role: edited(each, edits) for role, each in host.trusts().items()},
        policies={
            role: edited(each, edits)
            for role, each in {**host.policies(), **secrets.policies(site)}.items()
        },
        runtime=edited(runtime_document(site), edits),
        scope=[edited(each, edits) for each in _scope_documents(site)],
        requests=[edited(each, edits) for each in host.requests(site, agent)],
    )


def _scope_documents(site: Site) -> list[Document]:
    answers, inputs = site.answers, site.inputs
    if answers.scope == "file":
        return [_own_policy(site)]
    if answers.scope != "services":
        return []
    policies = scope_policies(
        {service: inputs.permissions.get(service, ()) for service in answers.services},
        account=_ANY_ACCOUNT,
        deployment=answers.name,
    )
    return [
        Document(
            name=f"{site.names.scope_policy(number)}.json",
            title=f"Agent policy ({number} of {len(policies)})",
            why="The actions that AWS's resource types need to create, read, update, delete and "
            f"list the services you chose: {', '.join(answers.services)}.",
            kind=DocumentKind.POLICY,
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
    text = site.inputs.own_policy or "{}"
    return Document(
        name=f"{site.names.scope_policy(1)}.json",
        title="Agent policy (your file)",
        why=f"Your policy from {site.answers.policy_file}.",
        kind=DocumentKind.POLICY,
        body=Template("json", text, {}),
        notes=policy_notes(text, "{}"),
    )
