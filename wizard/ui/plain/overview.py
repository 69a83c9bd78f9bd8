"""The overview in plain lines: what would be created and why, the checks, and what drifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from wizard.base.errors import WizardError
from wizard.engine.flow import Prepared
from wizard.engine.preflight import Check, CheckState
from wizard.ui.common.drift import can_go_back, cycle, decision, drifts, fate, fate_of_field, fields
from wizard.ui.common.overview import HEADS, OverviewRow, rows, standing
from wizard.ui.common.who import account_words, can_sign_in, login_words
from wizard.ui.plain.account import look_around, sign_in, sign_in_here
from wizard.ui.plain.deployments import deployments
from wizard.ui.plain.stops import cost_sentence, lead, say_table, stops_of, walk
from wizard.ui.plain.talk import Back, Talk, patiently

WORDS = {
    CheckState.FINE: "OK",
    CheckState.WARNING: "warning",
    CheckState.PROBLEM: "blocking",
    CheckState.UNKNOWN: "unknown",
}


def prepare(
    talk: Talk,
    edits: Mapping[str, str],
    accepted: frozenset[str] | None = None,
    *,
    quiet: bool = False,
) -> Prepared:
    """Plan, and check the plan against the account, out loud. Raises WizardError."""
    session = talk.session
    look_around(talk)  # what is deployed keeps every answer that nobody gives anew
    answers = session.answers
    doing = (
        f"Checking account {account_words(session)} in {session.place[1]}. Nothing is changed."
        if not quiet
        else "Checking your change."
    )

    def told(check: Check) -> None:
        if not quiet:
            say_check(talk, check)

    run = partial(session.flow.prepare, answers, told, dict(edits), decision(session, accepted))
    return patiently(talk, doing, run)


def say_check(talk: Talk, check: Check) -> None:
    """Say what one check found, once the check has ended."""
    if check.state is CheckState.RUNNING:
        return
    talk.say(f"  {check.name}: {WORDS[check.state]}; {check.found.rstrip('.')}.", "  ")
    if check.state not in {CheckState.WARNING, CheckState.PROBLEM}:
        return
    for trouble in check.troubles:
        if len(check.troubles) > 1:
            talk.say(f"    {trouble.what}", "  ")
        if trouble.why:
            talk.say(f"    Why: {trouble.why}", "  ")
        if trouble.fix:
            talk.say(f"    What to do: {trouble.fix}", "  ")
        if trouble.more:
            talk.say(f"    More: {trouble.more}", "  ")


DONE = {"": "done"}


def put_back(talk: Talk) -> None:
    """Ask row by row, until the person is through."""
    while True:
        found = drifts(talk.session)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {each.what} {fate(talk.session, each)}", "   ")
        chosen = _which(talk, "put it back, accept it, or neither, in turn", found)
        if not chosen:
            return
        drift = found[chosen - 1]
        if not can_go_back(drift):
            talk.say(
                "The earlier value is not known well enough to put it back: change the answer."
            )
        cycle(talk.session, drift)


def leave_fields(talk: Talk, prepared: Prepared) -> Prepared:
    """Ask about changed fields row by row; returns the plan that goes by what was decided."""
    while True:
        found = fields(prepared)
        for number, each in enumerate(found, 1):
            talk.say(f"  {number}. {fate_of_field(each)}", "   ")
        chosen = _which(talk, "keep it, or put it back", found)
        if not chosen:
            return prepared
        session = talk.session
        accepted = session.accepted ^ {found[chosen - 1].name}
        try:
            prepared = prepare(talk, session.edits, frozenset(accepted), quiet=True)
        except WizardError as problem:
            talk.terminal.problem(problem, "The plan could not be checked with it. ")
            return prepared
        session.accepted = accepted


def _which(talk: Talk, what: str, found: Sequence[object]) -> int:
    """The number that was typed; 0 where the person is through."""
    talk.offer(DONE, what)
    try:
        return int(talk.choose("Which one?", DONE, len(found)) or 0)
    except Back:
        return 0


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
