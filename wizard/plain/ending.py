"""The end of a run in sentences: what was proved and what comes next; or how to go on."""

from __future__ import annotations

import sys

from wizard.costs import estimate, summary
from wizard.failures.errors import ExitCode, WizardError
from wizard.guided.ending import Facts, proofs, written
from wizard.headless import destroy
from wizard.headless.apply import transcript
from wizard.plain.narrator import ago
from wizard.plain.running import Ran
from wizard.plain.talk import Back, Talk

AGAIN, CHANGE, REMOVE, QUIT = "", "c", "r", "q"
KEYS = {
    AGAIN: "try again, what is there is kept",
    CHANGE: "change an answer first, then go on",
    REMOVE: "remove what this set-up made, after you have seen it and agreed",
    QUIT: "keep what is there as it is, and leave",
}


def told(talk: Talk, ran: Ran) -> ExitCode:
    """Say how it ended, as every face does; after a success also the proofs and what comes next."""
    talk.say()
    if ran.ended.outcome.ok:
        talk.say(f"The agent is up. It took {ago(ran.ended.outcome.seconds)}.")
    elif ran.ended.outcome.errors:
        talk.say("Not finished. This is why, the first cause first.")
    else:
        talk.say("Stopped. Nothing that was made is lost.")
    code = transcript(talk.session.flow, ran.ended.prepared, ran.ended.outcome, sys.stdout)
    if ran.ended.outcome.ok:
        _success(talk, _facts(talk, ran))
    return ran.code or code


def next_step(talk: Talk) -> str:
    """What the person wants after a run that did not come to its end."""
    talk.offer(KEYS)
    try:
        return talk.choose("Try again?", KEYS)
    except Back:
        return CHANGE


def take_back(talk: Talk, ran: Ran) -> ExitCode:
    """Remove what was made, after it was shown and agreed to; a no leaves everything."""
    try:
        return destroy.take_back({}, ran.ended.prepared.answers)
    except WizardError as problem:
        talk.terminal.problem(problem)
        return problem.code


def _facts(talk: Talk, ran: Ran) -> Facts:
    session = talk.session
    log = str(session.flow.log.path or session.flow.log.problem) if session.flow.log else ""
    flow = session.flow
    own = "api" in flow.passwords
    return Facts(ran.ended, ran.notes, session.unit_prices, log, own, flow.keychain)


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
