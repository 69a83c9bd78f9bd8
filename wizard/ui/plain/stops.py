"""All that can be asked, in its order: each stop counts or not, by the answers so far.

What it costs, in sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from wizard.answers.questions import QUESTIONS, Group, Question
from wizard.costs import Estimate, age, difference, ends, table
from wizard.ui.common import asking
from wizard.ui.common.asking import EXCERPTS
from wizard.ui.common.session import Session
from wizard.ui.plain.account import look_around, sign_in
from wizard.ui.plain.questions import ask, ask_host, ask_name, ask_password, ask_size, try_out
from wizard.ui.plain.talk import Back, Talk


def cost_sentence(session: Session) -> str:
    """The totals, or what they would be outside the demo; how old prices are, what credits do."""
    estimate = session.costs
    about = "about " if estimate.about else ""
    costs = "In your own account it would cost" if session.demo else "It costs"
    return (
        f"{costs} {about}${estimate.idle:,.2f} a month idle, ${estimate.busy:,.2f} when busy "
        f"({age(estimate)}). {ends(estimate)}"
    ).strip()


def say_table(talk: Talk) -> None:
    """Every line of the bill with what it assumes, then the totals and what is not counted."""
    estimate = talk.session.costs
    talk.say()
    costs = "Cost in your own account" if talk.session.demo else "Cost"
    talk.say(f"{costs}, in dollars a month.")
    *lines, total = table(estimate)
    for line in lines:
        talk.say(f"  {line.what}: {line.idle} idle, {line.busy} busy.", "    ")
        talk.say(f"    {line.kind}: {line.assumption}", "  ")
    talk.say(f"  Together: {total.idle} idle, {total.busy} busy.")
    for note in (*estimate.remarks, *estimate.prices.notes):
        talk.say(note)


def say_difference(talk: Talk, before: Estimate) -> None:
    """What a changed answer changes in the bill, where it changes anything."""
    now = talk.session.costs
    more = difference(before, now)
    if more.idle or more.busy:
        talk.say(f"{more.words} {cost_sentence(talk.session)}")


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to be asked. `row` is the line of the overview that it belongs to."""

    group: Group
    row: str
    ask: Callable[[Talk], None]
    counts: Callable[[Session], bool]


def _of(each: Question) -> Stop:
    """The stop of one question of the catalogue."""
    own = OWN.get(each.key, partial(_ask, each))
    counts = _by_hand if each.key in asking.BY_HAND else lambda session: session.asked(each)
    return Stop(each.group, each.row or each.key, own, counts)


def _ask(question: Question, talk: Talk) -> None:
    """Ask, from a list that is up to date, and do what the answer gives reason to do."""
    session, place = talk.session, talk.session.place
    if question.choices_from:
        look_around(talk)
    ask(talk, question)
    session.bring_along(question.key)
    if session.place != place:
        sign_in(talk)
    elif question.choices_from:
        look_around(talk)


def _by_hand(session: Session) -> bool:
    return asking.chosen(session) == asking.CUSTOM


def _protected(session: Session) -> bool:
    return bool(session.collected.values["protect"])


def _to_be_tried(session: Session) -> bool:
    return bool(session.account) and session.worth_trying


def _always(_: Session) -> bool:
    return True


OWN: dict[str, Callable[[Talk], None]] = {"name": ask_name, "host": ask_host}
"""Questions that take more than one answer."""
BEFORE = {"cpu": Stop(Group.SIZING, "cpu", ask_size, _always)}
AFTER = {
    "enable_data_api": Stop(Group.DATABASE, "access", try_out, _to_be_tried),
    "protect": Stop(Group.PROTECTION, "protect", ask_password, _protected),
}
"""What is asked beside the catalogue."""


def all_stops() -> list[Stop]:
    """Everything that can be asked, in its order."""
    found: list[Stop | None] = []
    for each in (each for group in Group for each in QUESTIONS.of(group)):
        found += [BEFORE.get(each.key), _of(each), AFTER.get(each.key)]
    return [stop for stop in found if stop]


def stops_of(row: str) -> list[Stop]:
    """What is asked when a row of the overview is to be changed."""
    rows = {row, *QUESTIONS.followers(row)}
    if rows & {each.key for each in QUESTIONS.of(Group.DATABASE)}:
        rows.add("access")
    return [stop for stop in all_stops() if stop.row in rows]


def walk(talk: Talk, stops: Sequence[Stop], *, headed: bool = False) -> bool:
    """Ask stop after stop, as far as they count; False for who went back before the first.

    `headed` says each topic's name and what it is about.
    """
    asked: list[int] = []
    at, group = 0, None
    while at < len(stops):
        stop = stops[at]
        if not stop.counts(talk.session):
            at += 1
            continue
        if headed and stop.group is not group:
            talk.say(f"\n{stop.group.value}. {EXCERPTS[stop.group]}")
            group = stop.group
        before = talk.session.costs
        try:
            stop.ask(talk)
        except Back:
            if not asked:
                return False
            at = asked.pop()
            continue
        say_difference(talk, before)
        asked.append(at)
        at += 1
    return True


def lead(talk: Talk) -> bool:
    """Ask everything, topic by topic; False for who went back before the first question."""
    gate = _Gate()
    stops = all_stops()
    first = [stop for stop in stops if stop.group is not Group.ADVANCED]
    rest = [
        replace(stop, counts=partial(gate.lets, stop))
        for stop in stops
        if stop.group is Group.ADVANCED
    ]
    between = Stop(Group.ADVANCED, "", gate.ask, _always)
    return walk(talk, [*first, between, *rest], headed=True)


class _Gate:
    """Before the questions most people never need to look at."""

    def __init__(self) -> None:
        self._open = False

    def ask(self, talk: Talk) -> None:
        """Ask whether the stops behind the gate are to be asked."""
        keys = {"": "keep them", "yes": "answer them", "no": "keep them"}
        prompt = "Names, versions, and files on this machine: answer one by one? (yes or no) [no]:"
        self._open = talk.choose(prompt, keys) == "yes"

    def lets(self, stop: Stop, session: Session) -> bool:
        """Whether a stop behind the gate is asked."""
        return self._open and stop.counts(session)
