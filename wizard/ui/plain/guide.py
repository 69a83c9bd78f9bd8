"""The guided set-up in plain lines, from who is signed in to the agent that answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeAlias

from wizard.answers.model import Answers, Source
from wizard.base.errors import ExitCode, WizardError
from wizard.engine.apply.job import apply_job
from wizard.engine.flow import Flow
from wizard.journal.lock import Occupied
from wizard.local.mfa import asked_by
from wizard.plan.inputs import Choices
from wizard.ui.common.demo import HERE
from wizard.ui.common.earlier import (
    FORGET,
    GO_ON,
    LATER,
    LOOK,
    Earlier,
    earlier,
    forget,
    in_the_way,
    take_up,
)
from wizard.ui.common.ending import Facts, log_place, proofs, transcript, written
from wizard.ui.common.overview import leaving_words
from wizard.ui.common.session import Session
from wizard.ui.common.who import place_of
from wizard.ui.plain.account import sign_in
from wizard.ui.plain.deployments import remove
from wizard.ui.plain.overview import overview
from wizard.ui.plain.review import review
from wizard.ui.plain.running import Followed, follow
from wizard.ui.plain.talk import RULES, Back, Talk, Terminal

TakeBack: TypeAlias = Callable[[Answers], ExitCode]
"""Shows what the set-up with these answers made so far, asks, and removes it."""
AGAIN, CHANGE, REMOVE, QUIT = "", "c", "r", "q"
ENDING_KEYS = {
    AGAIN: "try again; what exists is kept",
    CHANGE: "change an answer first, then continue",
    REMOVE: "remove what this setup created; asks for confirmation first",
    QUIT: "keep what exists, and quit",
}


def say_ending(talk: Talk, ran: Followed) -> None:
    """Say what there is now; after a success also what was proved, and what comes next."""
    transcript(talk.session.flow, ran.end, sys.stdout)
    if ran.end.outcome.ok:
        _success(talk, _facts(talk, ran))


def next_step(talk: Talk) -> str:
    """Ask what is to be done after a run that was cut off or failed."""
    talk.offer(ENDING_KEYS)
    try:
        return talk.choose("Try again?", ENDING_KEYS)
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
    log = log_place(session.flow, "")
    return Facts(ran.end, ran.notes, session.unit_prices, log, session.account_plan)


def _success(talk: Talk, facts: Facts) -> None:
    if talk.session.demo:
        talk.say(HERE)
    talk.say("Verified:")
    for title, words in proofs(facts):
        talk.say(f"  {title}: {words}.", "    ")
    for each in written(facts):
        talk.say(each)
    talk.say(f"{facts.bill} {facts.prices.notes[0]}")
    talk.say(f"{facts.next_words}:")
    for command, what in facts.commands:
        talk.terminal.write(f"  {command}")
        talk.say(f"    This {what}.")


KEYS = {
    LATER: ("", "not now"),
    GO_ON: ("g", "resume with its answers"),
    LOOK: ("l", "see what exists: the checks and the review"),
    FORGET: ("f", "discard it"),
}


def ask_about_earlier(talk: Talk) -> str:
    """What shall become of the last run that was left unfinished: GO_ON, LOOK, or else LATER."""
    found = earlier(talk.session)
    chosen = _chosen(talk, found) if found else LATER
    if found and chosen == FORGET:
        forget(talk.session, found)
    if found and found.removal and chosen == GO_ON:
        _remove(talk, found, found.removal)
        return LATER
    if found and chosen in {GO_ON, LOOK}:
        return _taken_up(talk, found, chosen)
    return LATER


def _chosen(talk: Talk, found: Earlier) -> str:
    talk.say()
    talk.say(found.headline)
    for sentence in found.sentences:
        talk.say(sentence)
    keys = dict(KEYS[each] for each in found.choices)
    if found.removal:
        keys[KEYS[GO_ON][0]] = "resume it; first shows what is left"
    talk.offer(keys)
    try:
        typed = talk.choose("What do you want to do with it?", keys)
    except Back:
        return LATER
    return next(each for each in found.choices if KEYS[each][0] == typed)


def _remove(talk: Talk, found: Earlier, choices: Choices) -> None:
    reason = in_the_way(talk.session, found)
    if reason:
        talk.say(reason)
        return
    remove(talk, place_of(talk.session, found.run.name, found.run.region), choices)


def _taken_up(talk: Talk, found: Earlier, chosen: str) -> str:
    """Fill in its answers; LATER where something is in the way of going on with it."""
    place = talk.session.place
    trouble = take_up(talk.session, found)
    if trouble:
        talk.say(trouble)
    if talk.session.place != place:
        sign_in(talk)
    reason = in_the_way(talk.session, found)
    if reason:
        talk.say(reason)
        return LATER
    return LOOK if trouble else chosen


def taken_over(talk: Talk, problem: WizardError) -> bool:
    """Whether the person takes the place of the run that is at work; then it is begun again."""
    if not isinstance(problem, Occupied) or not problem.removable:
        return False
    sure = talk.sure("Has that run died, and do you want to replace it with this one?")
    talk.session.flow.take_over = sure
    return sure


def guide(
    flow: Flow,
    draft: dict[Source, dict[str, str]],
    by: TakeBack,
    *,
    because: str = "",
) -> ExitCode:
    """Lead one person through; `because` says why it is in plain lines, where nobody asked.

    A set-up is removed `by` what the command line removes it with.
    """
    terminal = Terminal()
    talk = Talk(Session(flow, draft), terminal)
    talk.say("A formae agent in your AWS account, set up line by line.")
    if because:
        talk.say(because)
    if flow.demo:
        talk.say("Demo: no real AWS.")
    talk.say(RULES)
    talk.say("Nothing is created until you have read the review and confirmed.")
    try:
        with asked_by(talk.codes.ask):
            sign_in(talk)
            return _guided(talk, ask_about_earlier(talk), by)
    except KeyboardInterrupt as end:  # SIGTERM is one, too
        talk.say()
        talk.say(_left(talk))
        return getattr(end, "code", ExitCode.INTERRUPTED)


def _left(talk: Talk) -> str:
    words = leaving_words(talk.session, talk.last)
    kept = not (talk.session.demo or talk.last)
    return f"{words} Your answers are saved." if kept else words


def _guided(talk: Talk, begin: str, by: TakeBack) -> ExitCode:
    """From the first page to the end, as often as it takes.

    `begin` is what shall become of an earlier run: it may lead past the first page.
    """
    again, reviewed = begin == GO_ON, begin == LOOK
    while True:
        if not (again or reviewed):
            overview(talk)
        prepared = review(talk, start=again)
        again = reviewed = False
        if prepared is None:
            continue
        try:
            ran = follow(talk, apply_job(talk.session.flow, prepared))
        except WizardError as problem:
            talk.terminal.problem(problem, "It could not start. ")
            again = taken_over(talk, problem)
            continue
        say_ending(talk, ran)
        choice = _choice(talk, ran)
        if choice == QUIT:
            return ran.code or ran.end.code
        if choice == REMOVE:
            return take_back(talk, ran, by)
        again = choice == AGAIN
        talk.session.flow.sign_out()


def _choice(talk: Talk, ran: Followed) -> str:
    if ran.end.outcome.ok or ran.left:
        return QUIT
    return next_step(talk)
