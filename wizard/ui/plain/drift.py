"""What somebody changed since, as numbered lines, put back or left by its number.

On the first page these are answers, in the review fields of which there is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.base.errors import WizardError
from wizard.engine.prepared import Prepared
from wizard.ui.common.drift import can_go_back, cycle, drifts, fate, fate_of_field, fields
from wizard.ui.plain.checking import prepare
from wizard.ui.plain.talk import Back, Talk

DONE = {"": "done"}


def put_back(talk: Talk) -> None:
    """Ask row by row, until the person is through."""
    while True:
        found = drifts(talk.session)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {each.what} {fate(talk.session, each)}", "   ")
        chosen = _which(
            talk, "put that one back, accept it as it is now, or neither, in turn", found
        )
        if not chosen:
            return
        drift = found[chosen - 1]
        if not can_go_back(drift):
            talk.say("What it was is not known well enough to put it back: change that answer.")
        cycle(talk.session, drift)


def leave_fields(talk: Talk, prepared: Prepared) -> Prepared:
    """The same of fields; the plan that goes by what was decided."""
    while True:
        found = fields(prepared)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {fate_of_field(each)}", "   ")
        chosen = _which(talk, "leave that one as it is, or put it back after all", found)
        if not chosen:
            return prepared
        session = talk.session
        accepted = session.accepted ^ {found[chosen - 1].name}
        try:
            prepared = prepare(talk, session.edits, frozenset(accepted), quiet=True)
        except WizardError as problem:
            talk.terminal.problem(problem, "The plan could not be checked with it. ")
            return prepared
        session.accepted = accepted


def _which(talk: Talk, what: str, found: Sequence[object]) -> int:
    """The number that was typed; 0 where the person is through."""
    talk.offer(DONE, what)
    try:
        return int(talk.choose("Which one?", DONE, len(found)) or 0)
    except Back:
        return 0
