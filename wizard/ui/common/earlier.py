"""A run that did not come to its end, offered on the first page: go on, look, or forget it."""

from __future__ import annotations

from dataclasses import dataclass

from wizard import journal
from wizard.answers.model import Source
from wizard.base.errors import WizardError
from wizard.engine.edits_import import read_edits
from wizard.engine.resume import Resumable, left, removable, resumable
from wizard.journal import PastRun
from wizard.journal.past import headline, unheard, whose
from wizard.plan.inputs import Choices
from wizard.ui.common.deployments import look_back
from wizard.ui.common.session import Session

LATER, GO_ON, LOOK, FORGET = "later", "go-on", "look", "forget"
"""What a person can want of it; nothing is done by the first."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The run, and its answers where they can be used again."""

    run: PastRun
    resumable: Resumable | None
    removal: Choices | None = None
    """What was chosen for a removal that can be gone on with."""

    @property
    def headline(self) -> str:
        """Where the earlier run stopped, and when."""
        return headline(self.run)

    @property
    def sentences(self) -> list[str]:
        """What else there is to know before choosing."""
        if self.resumable:
            on = "Resuming asks nothing again: it rechecks and picks up what exists."
        elif self.removal:
            on = "Resuming shows what remains; nothing more is removed before you type the name."
        elif self.run.again:
            on = f"To resume: {self.run.again}"
        else:
            on = "Its answers no longer exist; the wizard finds what was created by its name."
        return [each for each in (whose(self.run), unheard(self.run), on) if each]

    @property
    def choices(self) -> tuple[str, ...]:
        """What a person can do about the earlier run."""
        if self.removal:
            return (LATER, GO_ON, FORGET)
        return (LATER, GO_ON, LOOK, FORGET) if self.resumable else (LATER, FORGET)


def earlier(session: Session) -> Earlier | None:
    """The run to offer; None where every run came to its end, or another deployment is wanted."""
    look_back(session)
    wanted = dict(session.draft)
    if session.resumed:  # what was filled in says nothing of what is wanted now
        del wanted[Source.FILE]
    run = left(wanted)
    return Earlier(run, resumable(run), removable(run)) if run else None


def take_up(session: Session, found: Earlier) -> str:
    """Fill in the run's answers and edited documents; why some are missing, as a sentence."""
    if not found.resumable:
        return ""
    session.draft = found.resumable.draft(session.draft)
    trouble = ""
    if found.run.edits:
        try:
            session.edits = dict(read_edits(found.run.edits))
        except WizardError as problem:
            trouble = f"Your edited documents no longer exist. {problem.what}"
    session.recollect()
    return trouble


def in_the_way(session: Session, found: Earlier) -> str:
    """Why an earlier run cannot be resumed at once, as a sentence; empty where it can."""
    run = found.run
    if isinstance(session.signed_in, WizardError):
        return session.signed_in.what
    if run.account and session.account != run.account:
        return (
            f"That run used account {run.account}, but you are signed in to {session.account}. "
            "Choose another profile to resume it."
        )
    if found.resumable and found.resumable.needs_password and "api" not in session.flow.passwords:
        return (
            "It was started with your own API password, which is never saved. Enter it again, then "
            "start."
        )
    return ""


def forget(session: Session, found: Earlier) -> None:
    """Offer an earlier run no more."""
    journal.forget(found.run)
    look_back(session)
