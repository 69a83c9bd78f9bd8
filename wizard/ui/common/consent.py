"""What only the person can agree to, found while everything was checked: asked once, with no as
the answer of whoever says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.engine.account.drift_words import overwritten

if TYPE_CHECKING:
    from wizard.base.errors import WizardError
    from wizard.engine.prepared import Prepared
    from wizard.ui.common.session import Session

ASKED = {
    "wake": "Start or resume it now? It takes some minutes, and costs what a running one does.",
    "put_back": "Put the wizard's config back? What is there now stays as the secret's version "
    "AWSPREVIOUS.",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing to agree to: the question's key, what was found, and what is asked."""

    key: str
    found: str
    ask: str


def consents(session: Session, prepared: Prepared) -> list[Consent]:
    """What is still to be asked. Whoever has answered, in whatever way, is not asked again."""
    found: dict[str, list[str]] = {}
    for change in prepared.preflight.findings.values():
        if change.lifted and change.problem:
            found.setdefault(change.lifted, []).append(change.problem.what)
    for problem in hand_written(session):
        found.setdefault("put_back", []).append(f"{problem.what} {problem.why}")
    return [
        Consent(key, " ".join(told), ASKED[key])
        for key, told in found.items()
        if session.collected.given[key].source is Source.DEFAULT
    ]


def answer(session: Session, consent: Consent, *, agreed: bool) -> None:
    """Take the person's answer."""
    session.type(consent.key, "yes" if agreed else "no")


def hand_written(session: Session) -> list[WizardError]:
    """What a run would overwrite that somebody wrote by hand, and nobody agreed to."""
    there = session.deployment
    return overwritten(there, session.answers) if there else []
