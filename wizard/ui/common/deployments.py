"""Coming back: which deployments there are, and which of them it is about.

A deployment in a line: what a person needs to choose among several.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.base.errors import WizardError
from wizard.base.offer import offer
from wizard.base.text import clean
from wizard.ui.common.queries import ACCOUNT_PLAN, ADDRESS, CLOSED, DEPLOYMENTS, PRICES

if TYPE_CHECKING:
    from wizard.engine.account.deployments import Deployment
    from wizard.engine.status.data import DeploymentState
    from wizard.hosts.host import ServiceView
    from wizard.ui.common.session import Session


KEPT = frozenset({"profile"})
"""What was typed that counts for every deployment."""


def there(session: Session) -> tuple[Deployment, ...]:
    """All that AWS has in this region, whole and half-made; none where it is not known yet."""
    return tuple(each for each in _found(session) if each.in_region and not each.gone)


def removed(session: Session, name: str) -> bool:
    """Whether nothing is left of that one but secrets that can be brought back."""
    return any(each.gone for each in _found(session) if each.name == name)


def _found(session: Session) -> tuple[Deployment, ...]:
    found = session.seen(DEPLOYMENTS)
    return () if found is None or isinstance(found, WizardError) else found.deployments


def choose(session: Session, name: str, region: str) -> None:
    """Be about this deployment: what was typed about another one does not count for it."""
    typed = session.draft[Source.TYPED]
    kept = {key: text for key, text in typed.items() if key in KEPT}
    typed.clear()
    typed.update(kept, name=name, region=region)
    session.draft.pop(Source.FILE, None)
    session.edits.clear()
    session.accepted.clear()
    session.doubts.causes.clear()
    session.recollect()
    session.autosave.keep(session.draft)


def look_back(session: Session) -> None:
    """Read in this machine's journals which runs did not come to their end."""
    from wizard import journal

    session.unfinished = journal.unfinished()


LASTING = frozenset({ACCOUNT_PLAN, ADDRESS, CLOSED, PRICES})
"""What no run changes. All else that AWS was asked is of resources: clusters, snapshots, names."""


def forget(session: Session) -> None:
    """Read the account's resources again when they are needed next: a run may have changed them."""
    look_back(session)
    for asked in [each for each in session.known if each[0] not in LASTING]:
        del session.known[asked]
    session.recollect()


DAY = 24 * 60
LOOKING = "…"


@dataclass(frozen=True, slots=True)
class Brief:
    """Texts for one line; all of them harmless."""

    name: str
    region: str
    health: str
    well: bool | None
    """None while nobody knows."""
    version: str
    size: str
    age: str
    host: str = ""
    """What AWS calls what it runs on; empty where nobody knows."""

    @property
    def words(self) -> str:
        """The deployment and how it is, as a sentence."""
        version = self.version and f"version {self.version}"
        on = self.host and f"on {self.host}"
        told = (self.health, on, version, self.size, self.age and f"{self.age} old")
        return f"{self.name} in {self.region}: {', '.join(each for each in told if each)}"


def brief(state: DeploymentState, now: datetime | None = None) -> Brief:
    """The line of this one, also while it is still looked at."""
    from wizard.engine.status.data import AGENT
    from wizard.hosts.host import host_of
    from wizard.ui.common.status_text import size_words

    service, looking = state.service, AGENT in state.pending
    version = (state.version or service.tag) if service else ""
    return Brief(
        name=clean(state.name),
        region=state.region,
        health=_health(state, looking=looking),
        well=None if looking else state.well,
        version=clean(version) or (LOOKING if looking else ""),
        size=size_words(service) if service else LOOKING if looking else "",
        age=_age(service.created, now or datetime.now(UTC)) if service else "",
        host=offer(host_of(service.arn)).label if service else LOOKING if looking else "",
    )


def _health(state: DeploymentState, *, looking: bool) -> str:
    from wizard.engine.account.deployments import bringable

    if looking:
        return "looking …"
    if state.service is not None and state.ours:
        return _running(state, state.service)
    if bringable(state.parts):
        return "removed"
    return "half-made" if state.ours else "created by hand"


def _running(state: DeploymentState, service: ServiceView) -> str:
    if not service.running:
        return service.status
    if not state.agent.answers:
        return "does not answer"
    return "open without a password" if state.agent.open else "answers"


def _age(created: str, now: datetime) -> str:
    try:
        minutes = (now - datetime.fromisoformat(created)).total_seconds() // 60
    except (ValueError, TypeError):
        return ""
    if minutes < 60:
        return f"{max(minutes, 0):.0f} min"
    return f"{minutes // 60:.0f} h" if minutes < DAY else f"{minutes // DAY:.0f} d"
