"""One question in plain lines: what is typed, what is wrong with it, and lists to choose from.

Password, cluster, size and name take more than one answer. A list is numbered lines that a word
narrows down, and that one may also ignore.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from wizard.answers import checks, parsing
from wizard.answers.model import Source
from wizard.answers.parsing import Toml
from wizard.answers.questions import Group, Question, QuestionKind, question
from wizard.answers.questions.lists import Offer
from wizard.answers.questions.place import words
from wizard.base.errors import WizardError
from wizard.base.offer import known_hosts
from wizard.base.secret import Secret
from wizard.engine.account.ownership import NameConflict
from wizard.ui.common import asking
from wizard.ui.common.asking import PROTECTED_BY, default_words, facts, idle, legal_choices
from wizard.ui.common.queries import ACCESS, TAKEN
from wizard.ui.common.session import Session
from wizard.ui.plain.account import look_around
from wizard.ui.plain.talk import BACK, HELP, Back, Talk, patiently

MOST = 30
"""Lines said at once; with more, a word narrows them down."""


def say_offers(talk: Talk, offers: Sequence[Offer], word: str = "") -> None:
    """Say the lines, or those with a word in them; each keeps its number."""
    lines = [
        (number, each)
        for number, each in enumerate(offers, 1)
        if word.lower() in f"{each.value} {each.label}".lower()
    ]
    for number, each in lines[:MOST]:
        unfit = f". Cannot be used: {each.unfit}" if each.unfit else ""
        talk.say(f"  {number}. {each.label}{unfit}", "   ")
    if len(lines) > MOST:
        talk.say(f"  And {len(lines) - MOST:,} more. Type part of a name to filter the list.")


def taken(talk: Talk, offers: Sequence[Offer], text: str, *, closed: bool) -> str | None:
    """The answer that a typed text means; None where the list was said narrowed down instead.

    A text that is on no line is the answer itself, unless only the lines are `closed` in.
    """
    chosen = _numbered(offers, text) or _named(offers, text)
    if chosen and chosen.unfit:
        talk.say(f"{chosen.label} cannot be used: {chosen.unfit}.")
        return None
    if chosen:
        return chosen.value
    if text.isdecimal() and offers:
        talk.say(f"Line {text} does not exist; the list has lines 1 to {len(offers)}.")
        return None
    if any(text.lower() in f"{each.value} {each.label}".lower() for each in offers):
        say_offers(talk, offers, text)
        return None
    if closed:
        talk.say(f"“{text}” is not in the list. Type one of the numbers.")
        return None
    return text


def _numbered(offers: Sequence[Offer], text: str) -> Offer | None:
    number = int(text) if text.isdecimal() else 0
    return offers[number - 1] if 0 < number <= len(offers) else None


def _named(offers: Sequence[Offer], text: str) -> Offer | None:
    wanted = text.lower()
    return next((each for each in offers if wanted in _names(each)), None)


def _names(offer: Offer) -> set[str]:
    label = offer.label.lower()
    return {offer.value.lower(), label, label.partition(",")[0]}


RESET = "-"
"""Typed alone: the default again."""


def ask(talk: Talk, question: Question) -> None:
    """Ask until the answer will do. Raises Back for <; every answer given is kept until then."""
    lines, lead = _offered(talk, question)
    talk.say()
    talk.say(lead or _lead(talk, question))
    say_offers(talk, lines)
    while True:
        text = talk.ask(_prompt(talk, question), lambda: _explain(talk, question, lines))
        text = _one(talk, question, text)
        raw = _raw(talk, question, lines, text)
        if raw is not None and _accepted(talk, question, raw, said=text):
            break
    remark = question.remark(talk.session.collected.values[question.key])
    if remark:
        talk.say(remark)


def _offered(talk: Talk, question: Question) -> tuple[Sequence[Offer], str]:
    """The lines to choose from, and what is said instead of the question; why there are none."""
    if not question.choices_from:
        return _choices(question, talk.session), ""
    listed = question.choices_from.listed(talk.session.context)
    if listed.trouble:
        talk.terminal.problem(listed.trouble)
    if listed.otherwise:
        talk.say(listed.otherwise)
    return listed.offers, listed.line


def _lead(talk: Talk, question: Question) -> str:
    """The question and the default with its reason."""
    words = default_words(question, talk.session)
    end = "" if words.endswith((".", "!")) or not words else "."
    return f"{question.ask}. {words}{end}".strip()


def _choices(question: Question, session: Session) -> list[Offer]:
    """The question's choices as lines; sizes are typed as they are, for a number would be one."""
    if question.kind is QuestionKind.YES_NO or (
        question.kind is QuestionKind.CHOICE and not question.closed
    ):
        return []
    coded, refused = question.kind is not QuestionKind.CHOICE, session.refused(question)
    return [
        Offer(
            each.value,
            f"{each.value}, {each.label}" if coded else each.label,
            refused.get(each.value, ""),
        )
        for each in question.choices
    ]


def _prompt(talk: Talk, question: Question) -> str:
    kind = ""
    if question.kind is QuestionKind.YES_NO:
        kind = " (yes or no)"
    elif question.kind is QuestionKind.CHOICE and not question.closed:
        legal = [each.value for each in legal_choices(question, talk.session)]
        kind = f" ({', '.join(legal)})" if legal else ""
    return f"{question.ask}{kind} [{_in_force(talk, question)}]:"


def _in_force(talk: Talk, question: Question) -> str:
    """What Enter takes."""
    text = talk.session.text(question.key)
    if question.kind is QuestionKind.CHOICE and question.closed:
        return next((each.label for each in question.choices if each.value == text), text)
    return text or question.empty


def _explain(talk: Talk, question: Question, lines: Sequence[Offer]) -> None:
    talk.say(question.why)
    talk.say(_lead(talk, question))
    say_offers(talk, lines)
    if question.kind is QuestionKind.MANY:
        talk.say("Separate several with commas, as numbers or names.")
    talk.say(f"Enter keeps the value in brackets, {RESET} takes the default, < goes back.")


def _raw(talk: Talk, question: Question, lines: Sequence[Offer], text: str) -> str | None:
    """The answer's text; None where it is to be asked for again."""
    if not text:
        return talk.session.text(question.key)
    if text == RESET:
        return talk.session.default(question.key)[0]
    if question.kind is QuestionKind.MANY:
        return _several(talk, question, lines, text)
    if not lines:
        return text
    return taken(talk, lines, text, closed=question.kind is QuestionKind.CHOICE)


def _one(talk: Talk, question: Question, text: str) -> str:
    """The text without what a paste brings along; of several lines, the first, which is said."""
    if question.kind is QuestionKind.MANY:
        return text
    values = parsing.pasted(text)
    if question.shape.toml in {Toml.LIST, Toml.TABLE}:
        return ",".join(value.rstrip(",") for value in values)
    if len(values) > 1:
        talk.say(f"Only the first line is taken: {values[0]}. Dropped: {', '.join(values[1:])}.")
    return values[0] if values else ""


def _several(talk: Talk, question: Question, lines: Sequence[Offer], text: str) -> str | None:
    found = []
    known = [f"{each.value} {each.label}".lower() for each in lines]
    for word in parsing.pasted_several(text, lambda part: any(part in row for row in known)):
        value = taken(talk, lines, word, closed=question.closed)
        if value is None:
            return None
        found.append(value)
    return parsing.written(tuple(dict.fromkeys(found)))


def _accepted(talk: Talk, question: Question, raw: str, said: str) -> bool:
    """Take the answer where it will do; otherwise say why it does not, and keep the one before."""
    session, key = talk.session, question.key
    before = session.draft[Source.TYPED].get(key)
    if said:
        session.type(key, raw)
    problem = session.problems(question.group).get(key, "")
    if problem:
        talk.say(problem)
        if said:
            session.type(key, before)
        return False
    if said and raw != said:
        words = question.words(session.collected.values[key])
        talk.say(f"{question.label or question.ask}: {words}.")
    return True


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
        for each in asking.sizes(talk.session)
    ]
    talk.say()
    talk.say(f"{asking.ASK_SIZE}. {asking.ceiling(talk.session)}")
    talk.say(idle(talk.session))
    say_offers(talk, offers)
    while True:
        text = talk.ask(
            f"{asking.ASK_SIZE} [{words(talk.session.collected.values)}]:",
            lambda: _explain_sizes(talk, offers),
        )
        if not text:
            return
        value = taken(talk, offers, text, closed=True)
        if value is not None:
            asking.choose(talk.session, value)
            if value != asking.CUSTOM:
                talk.say(f"Agent size: {words(talk.session.collected.values)}.")
            return


def _explain_sizes(talk: Talk, offers: list[Offer]) -> None:
    talk.say(asking.ceiling(talk.session))
    say_offers(talk, offers)


def ask_host(talk: Talk) -> None:
    """One of the hosts, after what sets them apart. Raises Back for <."""
    talk.say()
    for each in known_hosts():
        talk.say(" ".join(facts(talk.session, each)))
    ask(talk, question("host"))


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
