"""Point the formae CLI at the agent: its config on this machine, and one question to the agent."""

from __future__ import annotations

from wizard.documents.configs import client_config
from wizard.documents.document import Document
from wizard.plan.model import AskThroughClient, Section, Step, WriteClientConfig
from wizard.plan.resources.common import Site
from wizard.plan.resources.config import API_PASSWORD
from wizard.plan.resources.verify import agent_url


def client_document(site: Site) -> Document:
    """What goes into the CLI's config."""
    client, answers = site.surroundings.client, site.answers
    return client_config(
        cli_version=client.version or answers.image_version,
        url=agent_url(),
        username=answers.api_user if answers.protect else "",
        password=API_PASSWORD,
        file_name=client.path,
    )


def client(site: Site) -> list[Step]:
    """The config, and `formae status agent` where the CLI is installed and of the same version."""
    known, answers = site.surroundings.client, site.answers
    if not answers.client_config:
        return []
    proofs = {"health", "accepts"} if answers.protect else {"health"}
    config = Step(
        id="client-config",
        section=Section.CLIENT,
        title="The formae CLI's config",
        why=f"Written to {known.path}. {known.reason}".strip(),
        make=WriteClientConfig(
            name=answers.name,
            activate=answers.activate_profile,
            version=known.version or answers.image_version,
            url=agent_url(),
            username=answers.api_user if answers.protect else None,
            password=API_PASSWORD if answers.protect else None,
        ),
        after=frozenset(proofs),
        usual=(0, 1),
    )
    if not known.installed or known.version != answers.image_version:
        return [config]
    return [config, _asked(site)]


def _asked(site: Site) -> Step:
    return Step(
        id="client-check",
        section=Section.CLIENT,
        title="formae reaches the agent",
        why="The CLI on this machine asks the agent how it is, with the config just written.",
        make=AskThroughClient(name=site.answers.name, url=agent_url()),
        after=frozenset({"client-config"}),
        usual=(1, 5),
    )
