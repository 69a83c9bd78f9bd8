"""The whole guided set-up in plain lines, from who is signed in to the agent that answers."""

from __future__ import annotations

from wizard.answers.model import Source
from wizard.base.errors import ExitCode, WizardError
from wizard.engine.apply_job import apply_job
from wizard.engine.flow import Flow
from wizard.ui.common.earlier import GO_ON, LOOK
from wizard.ui.common.session import Session
from wizard.ui.plain.account import sign_in
from wizard.ui.plain.earlier import ask_about_earlier, taken_over
from wizard.ui.plain.ending import AGAIN, QUIT, REMOVE, TakeBack, next_step, take_back, told
from wizard.ui.plain.overview import overview
from wizard.ui.plain.review import review
from wizard.ui.plain.running import Followed, follow
from wizard.ui.plain.talk import RULES, Talk
from wizard.ui.plain.terminal import Terminal


def guide(
    flow: Flow,
    draft: dict[Source, dict[str, str]],
    by: TakeBack,
    *,
    demo: bool,
    because: str = "",
) -> ExitCode:
    """Lead one person through; `because` says why it is in plain lines, where nobody asked.

    A set-up is removed `by` what the command line removes it with.
    """
    terminal = Terminal()
    talk = Talk(Session(flow, draft, demo), terminal)
    talk.say("A formae agent in your AWS account, set up in plain lines.")
    if because:
        talk.say(because)
    if demo:
        talk.say("Demo: no real AWS.")
    talk.say(RULES)
    talk.say("Nothing is created before you have read the review and said yes.")
    try:
        sign_in(talk)
        return _guided(talk, ask_about_earlier(talk), by)
    except KeyboardInterrupt as end:  # SIGTERM is one, too
        talk.say()
        talk.say(_left(talk))
        return getattr(end, "code", ExitCode.INTERRUPTED)


def _left(talk: Talk) -> str:
    if talk.ran:
        return "What was made stays in your account; a later run goes on from there."
    if talk.session.demo:
        return "Nothing was created."
    return "Nothing was created. Your answers are kept."


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
        talk.ran = True
        try:
            ran = follow(talk, apply_job(talk.session.flow, prepared))
        except WizardError as problem:
            talk.terminal.problem(problem, "It could not begin. ")
            again = taken_over(talk, problem)
            continue
        told(talk, ran)
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
