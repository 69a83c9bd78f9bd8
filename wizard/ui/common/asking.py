"""How a question is put and its answer said, in both faces; what sets sizes and hosts apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers import checks
from wizard.answers.model import Given, Source
from wizard.answers.questions import Choice, Group, Question, QuestionKind
from wizard.answers.questions.datastore import direct
from wizard.answers.questions.host import here, label
from wizard.answers.questions.place import SIZES, size_of
from wizard.answers.questions.question import chosen_host
from wizard.answers.resolving import Texts
from wizard.base.offer import offer
from wizard.costs import estimate, snapshot
from wizard.ui.common.session import Session

if TYPE_CHECKING:
    from wizard.engine.flow import Prepared

ORIGINS = {
    Source.TYPED.words: "Your choice",
    Source.DEPLOYED.words: "As deployed",
    Source.FILE.words: "From the answers file",
    Source.ENVIRONMENT.words: "From the environment",
    Source.FLAG.words: "From the command line",
}

YES_OR_NO = (Choice("yes", "yes"), Choice("no", "no"))


def default_words(question: Question, session: Session) -> str:
    """The default and its reason, beside what is in force; empty where there is none."""
    given = session.collected.given[question.key]
    text, reason = session.default(question.key)
    if not reason:
        return ""
    if given.source is Source.DEFAULT:
        named = text and question.kind is QuestionKind.TEXT
        return f"Default: {text} ({reason})" if named else f"Default: {reason}"
    typed = given.source is Source.TYPED
    where = "Your choice." if typed else _place(question, session, given)
    if _same(question, text, given.value):
        return "" if typed else where
    labels = {each.value: each.label for each in question.choices if question.closed}
    otherwise = labels.get(text) or (f"{text} ({reason})" if text else reason)
    return f"{where} {'Default' if typed else 'Without it'}: {otherwise}"


def _place(question: Question, session: Session, given: Given) -> str:
    """What said it: the environment variable, the flag, or a kind of source in words."""
    said = session.draft.get(given.source)
    named = said.places.get(question.key, "") if isinstance(said, Texts) else ""
    if named and given.source in {Source.ENVIRONMENT, Source.FLAG}:
        return f"From {named}."
    return f"{ORIGINS.get(given.words) or f'From {given.words}'}."


def _same(question: Question, text: str, value: object) -> bool:
    try:
        return bool(question.parse(text) == value)
    except ValueError:
        return False


def legal_choices(question: Question, session: Session) -> list[Choice]:
    """What can be chosen for a question with the other answers as they are."""
    if question.kind is QuestionKind.YES_NO:
        return list(YES_OR_NO)
    values, refused = session.collected.values, session.refused(question)
    return [
        replace(each, unfit=refused.get(each.value, ""))
        for each in question.choices
        if question.closed
        or question.check(question.parse(each.value), values, session.account) is None
    ]


BY_HAND = ("cpu", "memory")
"""Questions that are asked only where no size is chosen."""

CUSTOM = "custom"

ASK_SIZE = "How large the agent is"

CEILING = (
    "The agent reaches its database through the RDS Data API, which limits responses to 1 MB: "
    "in practice about 100 resources, at any size of the agent. More needs a direct PostgreSQL "
    "connection, which agents on ECS can have."
)

DIRECT = (
    "The agent reaches its database directly with PostgreSQL: up to 20,000 resources, depending on "
    "the agent's size."
)


def ceiling(session: Session) -> str:
    """How much the agent can manage, whatever its size, by how it reaches its database."""
    return DIRECT if direct(session.collected.values) else CEILING


def sizes(session: Session) -> tuple[Choice, ...]:
    """The sizes to choose from, with what each is good for."""
    values = session.collected.values
    label = offer(chosen_host(values)).sized
    about = {each.pair: each.direct if direct(values) else each.about for each in SIZES}
    return (
        *(Choice(pair, f"{pair:<16}{words}") for pair, words in about.items()),
        Choice(CUSTOM, f"{'custom':<16}any {label} size"),
    )


def chosen(session: Session) -> str:
    """The size that the answers mean."""
    size = size_of(session.collected.values)
    return size.pair if size and not session.custom_size else CUSTOM


def choose(session: Session, choice: str) -> None:
    """Take a size; `custom` leaves what is there, to be changed by hand."""
    session.custom_size = choice == CUSTOM
    size = next((each for each in SIZES if each.pair == choice), None)
    if size:
        session.type("cpu", checks.vcpu(size.cpu))
        session.type("memory", checks.gigabytes(size.memory))


EXCERPTS = {
    Group.ACCOUNT: "Where the agent will run.",
    Group.SIZING: "The size of the agent and its database. You can change it later.",
    Group.DATABASE: "Where the agent keeps its state.",
    Group.SCOPE: "What the agent is allowed to do in your account.",
    Group.PROTECTION: "Who can use the agent.",
    Group.ADVANCED: "Everything here has a good default: press Next to keep it.",
}
"""What a group of questions is about."""

PROTECTED_BY = (
    "Leave it empty to generate one. It is stored in AWS Secrets Manager and in your formae CLI's "
    "config, and never shown."
)


def idle(session: Session) -> str:
    """What of the agent is billed on the chosen host while it does nothing."""
    return offer(chosen_host(session.collected.values)).idle


def facts(session: Session, key: str) -> list[str]:
    """What a host costs, what it does when the agent is deployed again, what is not known of it."""
    found, region = offer(key), session.place[1]
    if region in found.lacking:
        return [f"{found.label} is not available in {region}."]
    if key in session.detected.closed:
        return [f"{found.label} is closed to this account."]
    costs = estimate(replace(session.likely, host=key), snapshot(region, key))
    told = [
        f"{found.label}: about ${costs.idle:,.0f} a month idle, ${costs.busy:,.0f} when busy, with "
        "the database.",
        found.deploys,
    ]
    if region not in found.regions:
        told.append(f"It is not known whether {region} has it; the checks before the review say.")
    return [*told, found.unknown]


def way_on(session: Session, prepared: Prepared | None) -> str:
    """The host to go on with where the chosen one is closed to the account; otherwise empty."""
    closed = offer(str(session.collected.values["host"])).closed
    found = prepared.preflight.problems if prepared else []
    if not closed or closed not in {each.entry for each in found}:
        return ""
    region = session.place[1]
    return next((key for key in here(region) if not offer(key).closed), "")


def instead(session: Session, prepared: Prepared | None) -> str:
    """What the way on is called, as in "ECS Express Mode"; empty where there is none."""
    key = way_on(session, prepared)
    return label(key) if key else ""


def take_way_on(session: Session, prepared: Prepared | None) -> None:
    """Choose the host to go on with, where there is one."""
    if key := way_on(session, prepared):
        session.type("host", key)
