"""The overview: what would be created with every reason; then continue, change, or be guided."""

from __future__ import annotations

from wizard.base.errors import WizardError
from wizard.ui.common.drift import drifts
from wizard.ui.common.overview import HEADS, OverviewRow, rows, standing
from wizard.ui.common.who import can_sign_in, login_words
from wizard.ui.plain.account import look_around, sign_in, sign_in_here
from wizard.ui.plain.checking import put_back
from wizard.ui.plain.deployments import deployments
from wizard.ui.plain.stops import cost_sentence, lead, say_table, stops_of, walk
from wizard.ui.plain.talk import Back, Talk

KEYS = {
    "": "continue to the checks and the review",
    "a": "answer all questions, one by one",
    "c": "what it costs, line by line",
    "s": "check the sign-in again",
    "d": "existing deployments: status, change, remove, or create another",
}
DRIFTED = {"b": "changes in AWS since setup: put them back or accept them, one by one"}
AFRESH = {"o": "start over: forget the saved answers, keep what you typed this time"}


def overview(talk: Talk) -> None:
    """Show it until the person goes on with nothing in the way."""
    changed = True
    while True:
        if changed:
            look_around(talk)
            say_overview(talk)
        found = rows(talk.session)
        keys = KEYS if not _signed_out(talk) else {**KEYS, "": "check the sign-in again"}
        if can_sign_in(talk.session):
            keys = {**keys, "i": f"sign in now, with `{login_words(talk.session)}`"}
        keys = {**keys, **AFRESH} if talk.session.resumed else keys
        keys = {**keys, **DRIFTED} if drifts(talk.session) else keys
        talk.offer(keys, "change that answer")
        try:
            chosen = talk.choose("Continue?", keys, len(found))
        except Back:
            talk.say("This is the first page. Ctrl-C quits.")
            continue
        if chosen == "" and not _signed_out(talk) and not _blocked(talk, found):
            return
        changed = _do(talk, chosen, found)


def _do(talk: Talk, chosen: str, found: list[OverviewRow]) -> bool:
    """Do what was chosen; whether any answer may have changed."""
    match chosen:
        case "c":
            say_table(talk)
            return False
        case "a" | "b" | "d" | "o":
            {"a": lead, "b": put_back, "d": deployments, "o": _afresh}[chosen](talk)
        case "i":
            sign_in_here(talk)
        case "s":
            sign_in(talk, anew=True)
        case "":
            if _signed_out(talk):
                sign_in(talk, anew=True)
            return _signed_out(talk) is False
        case number:
            walk(talk, stops_of(found[int(number) - 1].key))
    return True


def _afresh(talk: Talk) -> None:
    place = talk.session.place
    talk.session.start_afresh()
    if talk.session.place != place:
        sign_in(talk)


def say_overview(talk: Talk) -> None:
    """Every answer as a numbered line, with its reason or what is wrong with it, and the cost."""
    talk.say()
    talk.say("This is what will be created, with the reason for each value.")
    if plan := talk.session.account_plan:
        talk.say(f"The account's plan: {plan.words}.")
    for sentence in standing(talk.session):
        talk.say(sentence)
    say_rows(talk)
    talk.say(cost_sentence(talk.session))


def say_rows(talk: Talk) -> None:
    """The numbered lines, by topic."""
    for number, row in enumerate(rows(talk.session), 1):
        if row.first:
            talk.say(f"{HEADS.get(row.group, row.group.value)}:")
        talk.say(f"  {number}. {_line(row)}", "   ")


def _line(row: OverviewRow) -> str:
    value = row.value or ("missing" if row.problem else "none")
    if row.problem:
        return f"{row.name}: {value}. To fix: {row.problem}"
    said = [f"{row.name}: {value}{f' ({row.reason})' if row.reason else ''}"]
    said += [f"Deployed now: {row.deployed}"] * bool(row.deployed)
    return ". ".join([*said, *row.fates])


def _signed_out(talk: Talk) -> bool:
    return isinstance(talk.session.signed_in, WizardError) or talk.session.signed_in is None


def _blocked(talk: Talk, found: list[OverviewRow]) -> bool:
    """Say what is in the way of going on, where anything is."""
    wrong = [f"{number}, {row.name}" for number, row in enumerate(found, 1) if row.problem]
    if wrong:
        talk.say(f"Fix first: {'; '.join(wrong)}. Type the number.")
    return bool(wrong)
