"""The checks before the review in plain lines, and what somebody changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from wizard.base.errors import WizardError
from wizard.engine.flow import Prepared
from wizard.engine.preflight import Check, CheckState
from wizard.ui.common.drift import can_go_back, cycle, decision, drifts, fate, fate_of_field, fields
from wizard.ui.common.who import account_words
from wizard.ui.plain.account import look_around
from wizard.ui.plain.talk import Back, Talk, patiently

WORDS = {
    CheckState.FINE: "OK",
    CheckState.WARNING: "warning",
    CheckState.PROBLEM: "blocking",
    CheckState.UNKNOWN: "unknown",
}


def prepare(
    talk: Talk,
    edits: Mapping[str, str],
    accepted: frozenset[str] | None = None,
    *,
    quiet: bool = False,
) -> Prepared:
    """Plan, and check the plan against the account, out loud. Raises WizardError."""
    session = talk.session
    look_around(talk)  # what is deployed keeps every answer that nobody gives anew
    answers = session.answers
    doing = (
        f"Checking account {account_words(session)} in {session.place[1]}. Nothing is changed."
        if not quiet
        else "Checking your change."
    )

    def told(check: Check) -> None:
        if not quiet:
            say_check(talk, check)

    run = partial(session.flow.prepare, answers, told, dict(edits), decision(session, accepted))
    return patiently(talk, doing, run)


def say_check(talk: Talk, check: Check) -> None:
    """Say what one check found, once the check has ended."""
    if check.state is CheckState.RUNNING:
        return
    talk.say(f"  {check.name}: {WORDS[check.state]}; {check.found.rstrip('.')}.", "  ")
    if check.state not in {CheckState.WARNING, CheckState.PROBLEM}:
        return
    for trouble in check.troubles:
        if len(check.troubles) > 1:
            talk.say(f"    {trouble.what}", "  ")
        if trouble.why:
            talk.say(f"    Why: {trouble.why}", "  ")
        if trouble.fix:
            talk.say(f"    What to do: {trouble.fix}", "  ")
        if trouble.more:
            talk.say(f"    More: {trouble.more}", "  ")


DONE = {"": "done"}


def put_back(talk: Talk) -> None:
    """Ask row by row, until the person is through."""
    while True:
        found = drifts(talk.session)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {each.what} {fate(talk.session, each)}", "   ")
        chosen = _which(talk, "put it back, accept it, or neither, in turn", found)
        if not chosen:
            return
        drift = found[chosen - 1]
        if not can_go_back(drift):
            talk.say(
                "The earlier value is not known well enough to put it back: change the answer."
            )
        cycle(talk.session, drift)


def leave_fields(talk: Talk, prepared: Prepared) -> Prepared:
    """Ask about changed fields row by row; returns the plan that goes by what was decided."""
    while True:
        found = fields(prepared)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {fate_of_field(each)}", "   ")
        chosen = _which(talk, "keep it, or put it back", found)
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
