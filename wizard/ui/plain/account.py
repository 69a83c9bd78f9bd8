"""Who is signed in: asked of AWS, said before anything else, and again whenever it may differ."""

from __future__ import annotations

from functools import partial

from wizard.answers.detect import detect
from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.local.profiles import meant, profiles
from wizard.ui.common.queries import Asked
from wizard.ui.common.session import Session, forget_failures, missing
from wizard.ui.common.who import account_words, can_sign_in, login, remaining, renewal
from wizard.ui.common.who import sign_in as run_login
from wizard.ui.plain.talk import Talk, patiently


def sign_in(talk: Talk, *, anew: bool = False) -> None:
    """Ask AWS who is signed in, and say it, or say how to sign in.

    `anew` reads the credentials again: they may have been renewed meanwhile.
    """
    session = talk.session
    if anew:
        session.flow.sign_out()
        forget_failures(session)
    session.signed_in = None
    session.detected, session.profiles = detect(session.place[0]), profiles()
    session.recollect()
    if session.collected.problem("region"):
        talk.say(session.collected.problem("region"))
        return
    try:
        who = patiently(
            talk, "Checking the AWS sign-in.", lambda: session.flow.sign_in(*session.place)
        )
    except WizardError as problem:
        session.sign_in(problem)
        say_trouble(talk, problem)
    else:
        session.sign_in(who)
        say_identity(talk)


def sign_in_here(talk: Talk) -> None:
    """By AWS's own command, which has the terminal meanwhile; then AWS is asked who that is."""
    problem = run_login(login(talk.session.place[0]))
    if problem:
        talk.terminal.problem(problem)
    sign_in(talk, anew=True)


def say_identity(talk: Talk) -> None:
    """Account, alias, profile, region, and how long it holds."""
    session = talk.session
    who = session.signed_in
    if who is None or isinstance(who, WizardError):
        return
    talk.say(
        f"You are signed in to AWS account {account_words(session)}, as {who.arn}. "
        f"Profile: {profile_words(talk)}. Region: {session.place[1]}."
    )
    left = remaining(session)
    if left:
        talk.say(f"The sign-in lasts another {left}.")


def say_trouble(talk: Talk, problem: WizardError) -> None:
    """Why nobody is signed in, and how to change that."""
    talk.terminal.problem(problem, "You are not signed in. ")
    more = renewal(talk.session, problem)
    how = "Sign in from another terminal, then check again here."
    talk.say(f"{more} {'i signs in from here.' if can_sign_in(talk.session) else how}".strip())


def profile_words(talk: Talk) -> str:
    """The sign-in in force: its name and kind."""
    found = talk.session.profile
    if not found:
        return meant(talk.session.place[0]).name
    return f"{found.name}, {found.kind}" if found.name else "credentials in the environment"


def look_around(talk: Talk) -> None:
    """Ask AWS what the answers give reason to ask, each thing once; what it refuses is kept too.

    This machine's sign-ins are read anew.
    """
    talk.session.profiles = profiles()
    while asked := list(missing(talk.session)):
        patiently(talk, "Checking what exists in AWS.", partial(_all, talk.session, asked))
        talk.session.recollect()


def _all(session: Session, asked: list[Asked]) -> None:
    fan_out({each: partial(_one, session, each) for each in asked}, most=len(asked))


def _one(session: Session, asked: Asked) -> None:
    try:
        session.known[asked] = session.ask(asked)
    except WizardError as problem:
        session.known[asked] = problem
