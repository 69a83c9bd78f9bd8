"""What is left undone, and so costs money: told on the first page and to who leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.base.errors import WizardError
from wizard.costs import money
from wizard.ui.common import demo
from wizard.ui.common.deployments import there
from wizard.ui.common.queries import DEPLOYMENTS

if TYPE_CHECKING:
    from wizard.engine.job import Verb
    from wizard.journal import PastRun
    from wizard.ui.common.session import Session

LEAVING = {
    "apply": "What was created stays in your account; a later run resumes from there.",
    "destroy": "What was removed is gone; the rest stays.",
    "rotate": "The passwords stay as they are now.",
}
"""Said to who leaves, by what was done last."""
UNTOUCHED = "You changed nothing in this session."


def undone(session: Session) -> PastRun | None:
    """The run of the named deployment that did not come to its end; None where each did."""
    name, (_, region), account = session.likely.name, session.place, session.account
    return next(
        (
            run
            for run in session.unfinished
            if (run.name, run.region) == (name, region) and account in {"", run.account}
        ),
        None,
    )


def leaving_words(session: Session, last: Verb | None) -> str:
    """What becomes of everything when the wizard is left; `last` is what was done in it last."""
    if session.demo:
        return demo.LEAVING
    if last:
        return LEAVING[last]
    listed = session.seen(DEPLOYMENTS)
    known = listed is not None and not isinstance(listed, WizardError)
    if known and not there(session):
        return "Nothing has been created."
    return f"{UNTOUCHED} {_stays(session, known=known)}".strip()


def _stays(session: Session, *, known: bool) -> str:
    """What is in the account and stays so, with what it costs; empty where that is not `known`."""
    from wizard.engine.leftovers import DAYS  # what the first picture does not wait for
    from wizard.engine.resume import COMMAND

    name, run = session.likely.name, undone(session)
    found = next((each for each in there(session) if each.name == name), None)
    costs = f"about {money(session.costs.idle / DAYS)} a day"
    if found and found.service and not run:
        return f"“{name}” stays as it is ({costs})."
    if run and (found or not known):
        return (
            f"“{name}” stays unfinished, and what exists of it costs money (up to {costs}). "
            f"To resume: {run.again or COMMAND}"
        )
    if found:
        return f"What exists of “{name}” stays and costs money (up to {costs})."
    return "What is deployed stays as it is." if there(session) else ""
