"""What answers come to: the plan, with what was edited by hand, and the CLI's config."""

from __future__ import annotations

from wizard.answers.model import Answers
from wizard.base.offer import offer
from wizard.base.secret import Secret
from wizard.documents.edits import Edits
from wizard.local.formae.config import ClientConfig
from wizard.plan.build import build
from wizard.plan.inputs import Surroundings
from wizard.plan.model import Plan


def built(answers: Answers, surroundings: Surroundings, edits: Edits) -> Plan:
    """The plan. Raises WizardError for an edited document that does not fit."""
    if not edits:
        return build(answers, surroundings)
    from wizard.engine.edits_check import demand_sound  # botocore's models
    from wizard.engine.edits_import import returned

    plan = build(answers, surroundings, returned(edits, answers, surroundings))
    demand_sound(plan)
    return plan


def client_diff(answers: Answers, surroundings: Surroundings) -> str:
    """How the formae CLI's config would change with these answers, as a unified diff.

    The agent's address is not known yet. Shows no password; empty for a fresh file.
    """
    from wizard.local.formae.client import preview  # all that reads and writes the config

    config = ClientConfig(
        name=answers.name,
        activate=answers.activate_profile,
        version=surroundings.client.version or answers.image_version,
        url=f"https://your-agent.{answers.region}.{offer(answers.host).domain}",
        username=answers.api_user if answers.protect else None,
        password=Secret("…") if answers.protect else None,
    )
    return preview(surroundings.client, config)
