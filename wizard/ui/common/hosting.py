"""Where the agent runs, in words: what sets hosts apart, and the way on from a closed one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers.questions.host import here, label
from wizard.answers.questions.question import chosen_host
from wizard.base.offer import offer
from wizard.costs import estimate, snapshot

if TYPE_CHECKING:
    from wizard.engine.flow import Prepared
    from wizard.ui.common.session import Session


def idle(session: Session) -> str:
    """What of the agent is billed on the chosen host while it does nothing."""
    return offer(chosen_host(session.collected.values)).idle


def facts(session: Session, key: str) -> list[str]:
    """What a host costs, what it does when the agent is deployed again, what is not known of it."""
    found, region = offer(key), session.place[1]
    if region in found.lacking:
        return [f"{found.label} is not available in {region}."]
    if key in session.detected.closed:
        return [f"{found.label} is closed to this account."]
    costs = estimate(replace(session.likely, host=key), snapshot(region, key))
    told = [
        f"{found.label}: about ${costs.idle:,.0f} a month idle, ${costs.busy:,.0f} when busy, with "
        "the database.",
        found.deploys,
    ]
    if region not in found.regions:
        told.append(f"It is not known whether {region} has it; the checks before the review say.")
    return [*told, found.unknown]


def way_on(session: Session, prepared: Prepared | None) -> str:
    """The host to go on with where the chosen one is closed to the account; otherwise empty."""
    closed = offer(str(session.collected.values["host"])).closed
    found = prepared.preflight.problems if prepared else []
    if not closed or closed not in {each.entry for each in found}:
        return ""
    region = session.place[1]
    return next((key for key in here(region) if not offer(key).closed), "")


def instead(session: Session, prepared: Prepared | None) -> str:
    """What the way on is called, as in "ECS Express Mode"; empty where there is none."""
    key = way_on(session, prepared)
    return label(key) if key else ""


def take_way_on(session: Session, prepared: Prepared | None) -> None:
    """Choose the host to go on with, where there is one."""
    if key := way_on(session, prepared):
        session.type("host", key)
