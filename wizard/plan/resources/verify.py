"""Verify: the agent answers, refuses strangers, and lets its owner in.

Point the formae CLI at the agent: its config on this machine, and one question to the agent.
"""

from __future__ import annotations

from wizard.base.values import Ref, Text
from wizard.documents.configs import client_config
from wizard.documents.document import Document
from wizard.plan.model import (
    AskThroughClient,
    LookOnly,
    Poll,
    Probe,
    Section,
    Step,
    WriteClientConfig,
)
from wizard.plan.resources.common import HEALTH, Site
from wizard.plan.resources.secrets import API_PASSWORD

STATS = "/api/v1/stats"


def agent_url(site: Site, path: str = "") -> Text:
    """The agent's address, with `https://`, and a path of its API."""
    return Text((site.offer.scheme, Ref("service", "url"), path))


def verify(site: Site, service: Step) -> list[Step]:
    """The proofs of that service, from the outside, over HTTPS; on its page they show."""
    if site.answers.internal and service.wait:
        return [_inside(service, service.wait)]
    page = service.page
    health = Step(
        id="health",
        section=Section.VERIFY,
        title="The agent answers",
        why="The agent opens its port only after it has read its config, reached its database and "
        "created its tables, so one answer verifies them all.",
        make=Probe(url=agent_url(site, HEALTH), status=200, limit=site.offer.settles),
        usual=(1, 20),
        page=page,
    )
    if not site.answers.protect:
        return [health]
    return [
        health,
        Step(
            id="refuses",
            section=Section.VERIFY,
            title="Requests without a password are refused",
            why="Without the password, the API must answer 401.",
            make=Probe(
                url=agent_url(site, STATS), status=401, stop_it=site.offer.stop_it, limit=60
            ),
            after=frozenset({"health"}),
            usual=(0, 2),
            page=page,
        ),
        Step(
            id="accepts",
            section=Section.VERIFY,
            title="Your password is accepted",
            why="With the password, the API answers with the agent's version.",
            make=Probe(
                url=agent_url(site, STATS),
                status=200,
                username=site.answers.api_user,
                password=API_PASSWORD,
                shows="Version",
                limit=60,
            ),
            after=frozenset({"health"}),
            usual=(0, 2),
            page=page,
        ),
    ]


def _inside(service: Step, deployed: Poll) -> Step:
    """What AWS says of the agent, where this machine need not reach it."""
    return Step(
        id="health",
        section=Section.VERIFY,
        title="The load balancer finds the agent healthy",
        why="The address is internal: this machine may not reach it, so the load balancer's health "
        "checks count. Check from inside the VPC, or through a VPN, that requests without a "
        "password are refused.",
        make=LookOnly("The load balancer does not find the agent healthy."),
        wait=Poll(
            call=deployed.call,
            path=deployed.path,
            until=deployed.until,
            fail=deployed.fail,
            every=deployed.every,
            limit=300,
        ),
        part_of=service.id,
        after=frozenset({service.id}),
        usual=(0, 2),
        page=service.page,
    )


def client_document(site: Site) -> Document:
    """What goes into the CLI's config."""
    client, answers = site.inputs.client, site.answers
    return client_config(
        cli_version=client.version or answers.image_version,
        url=agent_url(site),
        username=answers.api_user if answers.protect else "",
        password=API_PASSWORD,
        file_name=client.path,
    )


def client(site: Site) -> list[Step]:
    """The config, and `formae status agent` where the CLI is installed and of the same version."""
    known, answers = site.inputs.client, site.answers
    if not answers.client_config:
        return []
    proofs = {"health", "accepts"} if answers.protect and not answers.internal else {"health"}
    config = Step(
        id="client-config",
        section=Section.CLIENT,
        title="formae CLI config",
        why=f"Written to {known.path}. {known.reason}".strip(),
        make=WriteClientConfig(
            name=answers.name,
            activate=answers.activate_profile,
            version=known.version or answers.image_version,
            url=agent_url(site),
            username=answers.api_user if answers.protect else None,
            password=API_PASSWORD if answers.protect else None,
        ),
        after=frozenset(proofs),
        usual=(0, 1),
    )
    if answers.internal or not known.installed or known.version != answers.image_version:
        return [config]
    return [config, _asked(site)]


def _asked(site: Site) -> Step:
    return Step(
        id="client-check",
        section=Section.CLIENT,
        title="formae reaches the agent",
        why="The CLI on this machine gets the agent's status, with the config just written.",
        make=AskThroughClient(name=site.answers.name, url=agent_url(site)),
        after=frozenset({"client-config"}),
        usual=(1, 5),
    )
