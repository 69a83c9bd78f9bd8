"""Coming back: which deployments there are, and which of them it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.base.errors import WizardError
from wizard.ui.common.lookups import DEPLOYED, DEPLOYMENTS, TAKEN

if TYPE_CHECKING:
    from wizard.engine.account.deployments import Deployment
    from wizard.ui.common.session import Session

KEPT = frozenset({"profile"})
"""What was typed that counts for every deployment."""


def there(session: Session) -> tuple[Deployment, ...]:
    """All that AWS has in this region, whole and half-made; none where it is not known yet."""
    return tuple(each for each in _found(session) if not each.gone)


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


def forget(session: Session) -> None:
    """What is deployed has changed: it is to be asked anew."""
    for asked in [each for each in session.known if each[0] in {DEPLOYMENTS, DEPLOYED, TAKEN}]:
        del session.known[asked]
    session.recollect()
