"""The review in plain lines: checks, answers, plan, documents, costs and the script."""

from __future__ import annotations

import shlex
from collections import Counter

from wizard.base.errors import WizardError
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.explain import console_link, equivalent, usual
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import bill_of
from wizard.export.bash import NOTHING, changes_of
from wizard.export.bash import script as bash
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.ui.common.asking import instead, take_way_on
from wizard.ui.common.demo import handed_out
from wizard.ui.common.drift import (
    answer,
    consents,
    fate_of_field,
    fields,
    hand_written,
    left_behind,
)
from wizard.ui.common.overview import rows
from wizard.ui.common.plan_text import KEPT
from wizard.ui.common.who import promise, untouched
from wizard.ui.plain.documents import documents
from wizard.ui.plain.overview import leave_fields, prepare, say_rows
from wizard.ui.plain.stops import cost_sentence, say_table, stops_of, walk
from wizard.ui.plain.talk import Back, Talk, page, save

NAME, CHANGES_NAME = "deploy.sh", "changes.sh"
WHOLE = {"w": "the script of the whole setup"}
SCRIPT_KEYS = {
    "": "back to the review",
    "r": "read it page by page",
    "p": "print all of it, for copying",
    "s": "save it to a file",
}


def script(talk: Talk, prepared: Prepared) -> None:
    """Offer the script until Enter: only the changes, where something is deployed already.

    Raises WizardError where the plan cannot be one.
    """
    if prepared.deployed is None or _changes(talk, prepared) == "w":
        text = bash(prepared.plan, prepared.answers)
        told = f"The same as one bash script of {count(text)} lines. It contains no secret."
        _offer(talk, text, NAME, told, SCRIPT_KEYS)


def count(text: str) -> int:
    """The number of lines in a text."""
    return len(text.rstrip("\n").split("\n"))


def _changes(talk: Talk, prepared: Prepared) -> str:
    text = changes_of(prepared)
    told = f"The changes as one bash script of {count(text)} lines. It contains no secret."
    if text == NOTHING:
        told = "Nothing differs, so there is nothing to change."
    return _offer(talk, text, CHANGES_NAME, told, {**SCRIPT_KEYS, **WHOLE})


def _offer(talk: Talk, text: str, name: str, told: str, keys: dict[str, str]) -> str:
    """Offer a script until Enter, or until another one is asked for: that key is returned."""
    text = handed_out(text, demo=talk.session.demo)
    lines = text.rstrip("\n").split("\n")
    talk.say(told)
    while True:
        talk.offer(keys)
        try:
            chosen = talk.choose("The script:", keys)
        except Back:
            return ""
        match chosen:
            case "" | "w":
                return chosen
            case "r":
                page(talk.terminal, lines)
            case "p":
                talk.terminal.write(text.rstrip("\n"))
            case _:
                saved = save(talk, name, text)
                if saved:
                    talk.say("Read it, then run it:")
                    command = f"bash {shlex.quote(str(saved))}"
                    talk.terminal.write(handed_out(command, demo=talk.session.demo))


PLAN_ROWS_KEYS = {"": "back to the review"}


def plan_rows(talk: Talk, prepared: Prepared) -> None:
    """Say every step; then those whose numbers are typed, in full, until Enter."""
    steps = prepared.plan.steps
    _say_rows(talk, prepared)
    while True:
        talk.offer(PLAN_ROWS_KEYS, "details of that step")
        try:
            chosen = talk.choose("Which step?", PLAN_ROWS_KEYS, len(steps))
        except Back:
            return
        if not chosen:
            return
        _say_step(talk, steps[int(chosen) - 1], prepared)


def _say_rows(talk: Talk, prepared: Prepared) -> None:
    section = None
    for number, step in enumerate(prepared.plan.steps, 1):
        if step.section is not section:
            section = step.section
            talk.say(f"{section.value}:")
        words = _words(prepared.preflight.change(step))
        talk.say(f"  {number}. {step.title}: {words}; {usual(step)}.", "   ")


def _say_step(talk: Talk, step: Step, prepared: Prepared) -> None:
    plan, change = prepared.plan, prepared.preflight.change(step)
    talk.say()
    talk.say(f"{step.title}: {_words(change)}; {usual(step)}.")
    talk.say(step.why)
    if change.problem:
        talk.terminal.problem(change.problem)
    for each in change.theirs:
        talk.say(KEPT + each)
    titles = [each.title for each in plan.steps if each.id in needs(step)]
    if titles:
        talk.say(f"It needs: {', '.join(titles)}.")
    link = console_link(step, plan)
    if link and change.action in {Action.KEEP, Action.UPDATE} and not talk.session.demo:
        talk.say("In the AWS console:")
        talk.terminal.write(link)
    talk.say("Do it by hand:")
    by_hand = equivalent(step, plan, profile=prepared.answers.profile)
    talk.terminal.write(handed_out(by_hand, demo=talk.session.demo))


def _words(change: PlannedChange) -> str:
    differs = f" ({', '.join(change.differs)})" if change.differs else ""
    return f"{change.action.label}{differs}"


DRIFTED = {"f": "changes in AWS that no answer covers: keep them or put them back, one by one"}
KEYS = {
    "": "start",
    "p": "the plan, step by step",
    "d": "the documents",
    "c": "what it costs, line by line",
    "x": "the same as a bash script, to read or save",
    "k": "check again",
}


def review(talk: Talk, *, start: bool = False) -> Prepared | None:
    """What is to be made, once the person has said so; None for who goes back.

    `start` begins without being asked, where nothing stands in the way: it was reviewed before.
    """
    while True:
        prepared = _checked(talk)
        if prepared is None:
            return None
        if _moved(talk, prepared) or _agreed(talk, prepared):
            continue
        if start and not prepared.preflight.problems and not hand_written(talk.session):
            return prepared
        start = False
        _say(talk, prepared)
        try:
            decided = _decide(talk, prepared)
        except Back:
            return None
        if decided:
            return decided


def _moved(talk: Talk, prepared: Prepared) -> bool:
    """Where the host is closed to the account: whether the person goes on with another one."""
    other = instead(talk.session, prepared)
    if not other or not talk.sure(f"Run the agent on {other} instead?"):
        return False
    take_way_on(talk.session, prepared)
    return True


def _agreed(talk: Talk, prepared: Prepared) -> bool:
    """Ask what only the person can agree to; whether everything is to be checked anew."""
    agreed = False
    for each in consents(talk.session, prepared):
        talk.say(each.found)
        yes = talk.sure(each.ask)
        answer(talk.session, each, agreed=yes)
        agreed = agreed or yes
    return agreed


def _checked(talk: Talk) -> Prepared | None:
    """A plan that was checked; None where there can be none and the person goes back."""
    while True:
        session = talk.session
        try:
            return prepare(talk, session.edits)
        except WizardError as problem:
            talk.terminal.problem(problem, "There is no plan yet. ")
        keys = {"": "check again"}
        if session.edits or session.accepted:
            keys["u"] = "discard your edits and acceptances, and check again"
        talk.offer(keys)
        try:
            if talk.choose("Check again? (<: back)", keys) == "u":
                session.edits.clear()
                session.accepted.clear()
        except Back:
            return None
        session.flow.sign_out()


def _say(talk: Talk, prepared: Prepared) -> None:
    talk.say()
    talk.say(f"Review. {_promise(talk)}")
    say_rows(talk)
    talk.say(_summed_up(prepared))
    for each in fields(prepared):
        talk.say(fate_of_field(each))
    for stays in left_behind(talk.session, prepared):
        talk.say(stays)
    edited = [each.title for each in prepared.plan.documents if each.edited]
    if edited:
        talk.say(f"Changed by you: {', '.join(edited)}.")
    talk.say(cost_sentence(talk.session))
    change = bill_of(prepared, talk.session.unit_prices)
    if change and not talk.session.demo:
        talk.say(change.words)


def _promise(talk: Talk) -> str:
    if talk.last:
        return "Nothing more is created until you confirm."
    return untouched(talk.session)


def _summed_up(prepared: Prepared) -> str:
    """The plan in a sentence: 20 steps: 18 to create, 2 to check. 6 documents.

    What is only looked up, such as the account itself, is not among them.
    """
    changes = prepared.preflight.findings.values()
    found = [each for each in changes if not each.only_looks]
    counted = Counter(each.action.tally for each in found)
    parts = ", ".join(f"{number} {words}" for words, number in counted.items())
    return f"{len(found)} steps: {parts}. {len(prepared.plan.documents)} documents."


def _decide(talk: Talk, prepared: Prepared) -> Prepared | None:
    """The plan to start; None where it is to be checked anew. Raises Back for <."""
    while True:
        blocked = _blocked(talk, prepared)
        keys = {**KEYS, "": "check again"} if blocked else KEYS
        keys = {**keys, **DRIFTED} if fields(prepared) else keys
        found = rows(talk.session)
        talk.offer(keys, "change that answer")
        chosen = talk.choose("Start?", keys, len(found))
        match chosen:
            case "p" | "d" | "c" | "x" | "f":
                prepared = _shown(talk, prepared, chosen)
            case "" if not blocked:
                if _confirmed(talk, prepared):
                    return prepared
            case "" | "k":
                talk.session.flow.sign_out()
                return None
            case number:
                walk(talk, stops_of(found[int(number) - 1].key))
                return None


def _blocked(talk: Talk, prepared: Prepared) -> bool:
    """Say that something stands in the way, where it does."""
    by_hand = hand_written(talk.session)
    for problem in by_hand:
        talk.terminal.problem(problem)
    number = len(prepared.preflight.problems) + len(by_hand)
    if number:
        things = "1 problem" if number == 1 else f"{number} problems"
        talk.say(f"Cannot start: {things}, see above.")
    return bool(number)


def _shown(talk: Talk, prepared: Prepared, what: str) -> Prepared:
    """Plan, documents, costs or script; the plan with what was changed in its documents."""
    match what:
        case "p":
            plan_rows(talk, prepared)
        case "d":
            return documents(talk, prepared)
        case "f":
            return leave_fields(talk, prepared)
        case "x":
            try:
                script(talk, prepared)
            except WizardError as problem:
                talk.terminal.problem(problem)
        case _:
            say_table(talk)
    return prepared


def _confirmed(talk: Talk, prepared: Prepared) -> bool:
    for each in prepared.preflight.warnings:
        talk.say(f"Warning: {each.what}")
    talk.say(promise(talk.session, prepared.plan.region))
    return talk.sure("Start?")
