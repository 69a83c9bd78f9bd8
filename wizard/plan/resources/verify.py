"""Verify: the agent answers, refuses strangers, and lets its owner in."""

from __future__ import annotations

from wizard.base.values import Ref, Text
from wizard.plan.model import Probe, Section, Step
from wizard.plan.page import Page
from wizard.plan.resources.agent import HEALTH
from wizard.plan.resources.common import Site
from wizard.plan.resources.config import API_PASSWORD

STATS = "/api/v1/stats"


def agent_url(path: str = "") -> Text:
    """The agent's address; the host gives the bare name (and port, where there is one)."""
    return Text(("https://", Ref("service", "url"), path))


def verify(site: Site, page: Page | None) -> list[Step]:
    """The proofs, from the outside, over HTTPS; `page` is the service's, where they show."""
    health = Step(
        id="health",
        section=Section.VERIFY,
        title="The agent answers",
        why="It opens its port only after it has read its config, reached its database and made "
        "its tables; so this one answer proves them all.",
        make=Probe(url=agent_url(HEALTH), status=200),
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
            title="Strangers are refused",
            why="Without the password the API must answer 401.",
            make=Probe(url=agent_url(STATS), status=401, limit=60),
            after=frozenset({"health"}),
            usual=(0, 2),
            page=page,
        ),
        Step(
            id="accepts",
            section=Section.VERIFY,
            title="You are let in",
            why="With the password the API answers, and says which version runs.",
            make=Probe(
                url=agent_url(STATS),
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
