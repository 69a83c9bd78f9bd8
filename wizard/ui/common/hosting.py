"""Where the agent runs, as both faces say it: the way on from a host that is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.questions.host import here, label
from wizard.base.offer import offer

if TYPE_CHECKING:
    from wizard.engine.flow import Prepared
    from wizard.ui.common.session import Session


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
