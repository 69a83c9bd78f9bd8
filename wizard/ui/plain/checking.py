"""The checks before the review: each said as it ends, then what is there of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from wizard.engine.preflight import Check, State
from wizard.engine.prepared import Prepared
from wizard.ui.common.drift import ruling
from wizard.ui.common.who import account_words
from wizard.ui.plain.account import look_around
from wizard.ui.plain.talk import Talk
from wizard.ui.plain.waiting import patiently

WORDS = {
    State.FINE: "in order",
    State.WARNING: "a warning",
    State.PROBLEM: "this stands in the way",
    State.UNKNOWN: "not known",
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

    run = partial(session.flow.prepare, answers, told, dict(edits), ruling(session, accepted))
    return patiently(talk, doing, run)


def say_check(talk: Talk, check: Check) -> None:
    """One check, once it has ended."""
    if check.state is State.RUNNING:
        return
    talk.say(f"  {check.name}: {WORDS[check.state]}; {check.found.rstrip('.')}.", "  ")
    if check.state not in {State.WARNING, State.PROBLEM}:
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
