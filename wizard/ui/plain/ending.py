"""The end of a run in sentences: what was proved and what comes next; or how to go on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeAlias

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.costs import estimate, summary
from wizard.ui.common.ended import log_place, transcript
from wizard.ui.common.ending import Facts, proofs, written
from wizard.ui.plain.running import Followed
from wizard.ui.plain.talk import Back, Talk

TakeBack: TypeAlias = Callable[[Answers], ExitCode]
"""Shows what the set-up with these answers made so far, asks, and removes it."""
AGAIN, CHANGE, REMOVE, QUIT = "", "c", "r", "q"
KEYS = {
    AGAIN: "try again, what is there is kept",
    CHANGE: "change an answer first, then go on",
    REMOVE: "remove what this set-up made, after you have seen it and agreed",
    QUIT: "keep what is there as it is, and leave",
}


def told(talk: Talk, ran: Followed) -> None:
    """Say what there is now; after a success also what was proved, and what comes next."""
    transcript(talk.session.flow, ran.end, sys.stdout)
    if ran.end.outcome.ok:
        _success(talk, _facts(talk, ran))


def next_step(talk: Talk) -> str:
    """What the person wants after a run that did not come to its end."""
    talk.offer(KEYS)
    try:
        return talk.choose("Try again?", KEYS)
    except Back:
        return CHANGE


def take_back(talk: Talk, ran: Followed, by: TakeBack) -> ExitCode:
    """Remove what was made, after it was shown and agreed to; a no leaves everything."""
    try:
        return by(ran.end.job.answers)
    except WizardError as problem:
        talk.terminal.problem(problem)
        return problem.code


def _facts(talk: Talk, ran: Followed) -> Facts:
    session = talk.session
    return Facts(ran.end, ran.notes, session.unit_prices, log_place(session.flow, ""))


def _success(talk: Talk, facts: Facts) -> None:
    talk.say("Proved:")
    for title, words in proofs(facts):
        talk.say(f"  {title}: {words}.", "    ")
    for each in written(facts):
        talk.say(each)
    talk.say(f"{summary(estimate(facts.answers, facts.prices))} {facts.prices.notes[0]}")
    talk.say("Next:")
    for command, what in facts.commands:
        talk.terminal.write(f"  {command}")
        talk.say(f"    That {what}.")
