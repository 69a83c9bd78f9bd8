"""Questions in plain lines that take more than one answer: password, cluster and size."""

from __future__ import annotations

from functools import partial

from wizard.answers import checks
from wizard.answers.model import Source
from wizard.answers.questions import Group, question
from wizard.answers.questions.lists import Offer
from wizard.answers.questions.sizes import words
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.engine.account.name_conflicts import NameConflict
from wizard.ui.common import asking
from wizard.ui.common.asking import PROTECTED_BY
from wizard.ui.common.session import ACCESS, TAKEN
from wizard.ui.plain.account import look_around
from wizard.ui.plain.questions import RESET, ask, say_offers, taken
from wizard.ui.plain.talk import BACK, HELP, Back, Talk, patiently


def ask_password(talk: Talk) -> None:
    """Take a password, or have one generated. Raises Back for <."""
    session = talk.session
    talk.say()
    talk.say(f"Password. {PROTECTED_BY} What you type is not shown.")
    while True:
        kept = "your own" if session.password else "generated"
        typed = talk.terminal.secret(f"Password [{kept}]:")
        match typed.reveal():
            case "":
                return
            case _ if typed.reveal() == BACK:
                raise Back
            case _ if typed.reveal() == HELP:
                talk.say(f"At least 12 characters, typed twice. Type only {RESET} to generate one.")
            case _ if typed.reveal() == RESET:
                session.type_password(None)
                return
            case _ if _will_do(talk, typed):
                session.type_password(typed.taken())
                talk.say("The password is used for this run only.")
                return
            case _:
                continue


def _will_do(talk: Talk, typed: Secret) -> bool:
    problem = checks.api_password(typed.reveal())
    if problem:
        talk.say(problem)
        return False
    if talk.terminal.secret("Repeat it:") != typed:
        talk.say("The two passwords do not match.")
        return False
    return True


def try_out(talk: Talk) -> None:
    """Send the cluster one statement with the secret; who is refused tries again or goes back."""
    tried = talk.session.seen(ACCESS) or _tried(talk)
    while isinstance(tried, WizardError):
        talk.terminal.problem(tried, "The cluster cannot be used. ")
        talk.choose("Enter: try again, <: back:", {"": "test the cluster again"})
        tried = _tried(talk)
    talk.say("The cluster answers with this secret.")


def _tried(talk: Talk) -> bool | WizardError:
    session = talk.session
    key = session.access_key
    tried: bool | WizardError
    try:
        ask = partial(ACCESS.ask, session.flow, key)
        tried = patiently(talk, "Testing the cluster with its secret.", ask)
    except WizardError as problem:
        tried = problem
    session.known[ACCESS, key] = tried
    return tried


def ask_size(talk: Talk) -> None:
    """One of the sizes, or a pair chosen by hand, which is asked next. Raises Back for <."""
    offers = [
        Offer(each.value, ", ".join(part.strip() for part in each.label.split("  ") if part))
        for each in asking.CHOICES
    ]
    talk.say()
    talk.say(f"{asking.ASK_SIZE}. {asking.CEILING} An idle agent is billed for memory only.")
    say_offers(talk, offers)
    while True:
        text = talk.ask(
            f"{asking.ASK_SIZE} [{words(talk.session.collected.values)}]:",
            lambda: _explain(talk, offers),
        )
        if not text:
            return
        value = taken(talk, offers, text, closed=True)
        if value is not None:
            asking.choose(talk.session, value)
            if value != asking.CUSTOM:
                talk.say(f"Agent size: {words(talk.session.collected.values)}.")
            return


def _explain(talk: Talk, offers: list[Offer]) -> None:
    talk.say(asking.CEILING)
    say_offers(talk, offers)


def ask_name(talk: Talk) -> None:
    """A name that is free, that the wizard's own things carry, or whose things are taken over."""
    session = talk.session
    while not _clashes(talk) or not _taken_over(talk):
        before = session.draft[Source.TYPED].get("name")
        ask(talk, question("name"))
        look_around(talk)
        _say_found(talk)
        if not _clashes(talk) or _taken_over(talk):
            return
        if session.draft[Source.TYPED].get("name") != before:
            session.type("name", before)


def _clashes(talk: Talk) -> bool:
    """Whether the name is another deployment's, or somebody else's things carry it."""
    wrong = "name" in talk.session.problems(Group.ADVANCED)
    return wrong and isinstance(talk.session.seen(TAKEN), NameConflict)


def _taken_over(talk: Talk) -> bool:
    """Ask whether to take over what carries the name; not where that is another deployment."""
    found = talk.session.seen(TAKEN)
    if isinstance(found, NameConflict) and found.elsewhere:
        return False
    ask(talk, question("adopt"))
    return bool(talk.session.collected.values["adopt"])


def _say_found(talk: Talk) -> None:
    match talk.session.seen(TAKEN):
        case NameConflict() as found:
            talk.say(found.words)
        case WizardError() as problem:
            talk.say(f"Could not check whether the name is available: {problem.what}")
        case None:
            pass
