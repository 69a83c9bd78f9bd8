"""Destroy without the screens: shown, agreed to, done, and what is left told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TextIO

from wizard.answers.model import Answers, Source
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.apply import narrated, told_log
from wizard.headless.order import Order
from wizard.headless.settle import Draft, settle_named
from wizard.journal.words import headline, whose
from wizard.machine.signals import Stopped
from wizard.plan.extent import Choices, Data, Snapshot
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Fate, Leaving
from wizard.runs import parting
from wizard.runs.goingon import demand_account
from wizard.telling.console import clean, tell
from wizard.telling.farewell import DATA_WORDS, after, before
from wizard.telling.jsonlines import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked for; `data` is None where they did not say."""

    data: str | None = None
    lift_protection: bool = False
    purge_secrets: bool = False
    yes: bool = False
    only_unfinished: bool = False
    """Only what the set-up made that has not come to its end."""

    @property
    def choices(self) -> Choices:
        """With what is done where nothing was said."""
        return Choices(
            data=Data(self.data) if self.data else Data.FINAL_SNAPSHOT,
            purge_secrets=self.purge_secrets,
            lift_protection=self.lift_protection,
        )


def destroy(order: Order, wishes: Wishes) -> ExitCode:
    """Remove a deployment. Raises WizardError for what stands in the way; then nothing was done."""
    lines = order.lines("destroy")
    with lines.ending():
        flow = Flow(order.passwords, take_over=order.take_over, remembers=True)
        answers = settle_named(order.draft)
        if order.resumed:
            _say([f"Going on. {headline(order.resumed)} {whose(order.resumed)}"], sys.stderr)
        _say([f"Looking what is there of {answers.name} in {answers.region} …"], sys.stderr)
        leaving = _looked(flow, answers, wishes)
        if order.resumed:
            demand_account(order.resumed, leaving.account)
        lines.start(name=answers.name, region=answers.region, account=leaving.account)
        if leaving.nothing_left:
            return _nothing(order, leaving, lines)
        _show(leaving, lines)
        asks = not wishes.yes and not order.as_json and sys.stdin.isatty()
        if asks:
            leaving = _asked(flow, answers, leaving, wishes, lines)
        agreed = _agreed(leaving, wishes, asks=asks)
        farewell = parting.agreed_to(
            leaving, answers, agreed=agreed, unfinished=wishes.only_unfinished
        )
        return _run(order, flow, leaving, farewell, lines)


def take_back(draft: Draft, answers: Answers) -> ExitCode:
    """Remove what the set-up with these answers made so far, after it was shown and agreed to."""
    place = {"name": answers.name, "region": answers.region, "profile": answers.profile}
    given = {**draft, Source.FLAG: {**draft.get(Source.FLAG, {}), **place}}
    return destroy(Order(draft=given), Wishes(only_unfinished=True))


def _looked(flow: Flow, answers: Answers, wishes: Wishes) -> Leaving:
    if wishes.only_unfinished:
        return parting.unfinished(flow, answers, wishes.choices, data=bool(wishes.data))
    return parting.leaving(flow, answers, wishes.choices)


def _show(leaving: Leaving, lines: Lines) -> None:
    _say(before(leaving), sys.stderr)
    for step_id, seen in leaving.remains.seen.items():
        if seen.fate in {Fate.GOES, Fate.STAYS} or seen.name:
            lines.finding(step_id, seen.step.title, seen.fate.value, seen.why, name=seen.name)


def _nothing(order: Order, leaving: Leaving, lines: Lines) -> ExitCode:
    _show(leaving, lines)
    plan, stream = leaving.plan, sys.stderr if order.as_json else sys.stdout
    _say([f"Nothing is left of {plan.name} in {plan.region}, account {leaving.account}."], stream)
    lines.result(ExitCode.OK, removed=[], left=[], **_staying(leaving, leaving.extent.snapshots))
    return ExitCode.OK


def _asked(flow: Flow, answers: Answers, leaving: Leaving, wishes: Wishes, lines: Lines) -> Leaving:
    """What becomes of the data, where it was not said; another choice is shown anew."""
    if (
        wishes.data
        or wishes.only_unfinished
        or leaving.remains.seen["cluster"].fate is not Fate.GOES
    ):
        return leaving
    import questionary

    data = questionary.select(
        "What shall become of the agent's database?",
        choices=[questionary.Choice(words, data.value) for data, words in DATA_WORDS.items()],
    ).ask()
    if data is None:
        raise _no()
    choices = replace(wishes.choices, data=Data(data))
    if choices.data is not leaving.choices.data:
        leaving = parting.leaving(flow, answers, choices)
        _show(leaving, lines)
    return leaving


def _agreed(leaving: Leaving, wishes: Wishes, *, asks: bool) -> bool:
    """Whether the person agrees to what needs consent besides. Raises WizardError for a no."""
    if not wishes.yes and not asks:
        raise WizardError(
            "Nothing was removed: it was not confirmed.",
            "With --json, or where standard input is not a terminal, nobody can be asked.",
            "Add --yes to remove what is shown above.",
            ExitCode.USAGE,
        )
    protected = parting.protected(leaving)
    if protected and not wishes.lift_protection and not asks:
        raise WizardError(
            "Nothing was removed: the cluster is protected against deletion.",
            "Someone switched that on, so that it does not go by mistake.",
            "Add --lift-deletion-protection to take it off, or --database-data keep.",
            ExitCode.NOT_READY,
            entry="FW-RDS-007",
        )
    if asks:
        _confirm(leaving, protected and not wishes.lift_protection)
    return protected


def _confirm(leaving: Leaving, protected: bool) -> None:
    import questionary

    if protected:
        question = "The cluster is protected against deletion. Take that off?"
        if not questionary.confirm(question, default=False).ask():
            raise _no()
    name = leaving.plan.name
    typed = questionary.text(f"Type the deployment's name ({name}) to remove it:").ask()
    if typed != name:
        raise _no("" if typed is None else f"You typed “{clean(typed)}”, not “{name}”.")


def _no(why: str = "") -> WizardError:
    return WizardError("Nothing was removed: you did not agree.", why, code=ExitCode.INTERRUPTED)


def _run(
    order: Order, flow: Flow, leaving: Leaving, farewell: parting.Farewell, lines: Lines
) -> ExitCode:
    outcome, stopped = narrated(leaving.plan, lines, partial(parting.leave, flow, farewell))
    for step, problem in outcome.errors:
        tell(problem, sys.stderr)
        lines.problem(problem, step=step)
    kept = parting.snapshots(flow, farewell.answers)
    code = _code(outcome, stopped)
    stream = sys.stderr if order.as_json or code else sys.stdout
    _say([*after(leaving, outcome, kept), *filter(None, [flow.keychain])], stream)
    if code:
        _say([f"Go on from here: {farewell.again}"], stream)
    told_log(flow, stream)
    going = [seen.step.id for seen in leaving.remains.of(Fate.GOES)]
    removed = [step_id for step_id in going if step_id in outcome.changed]
    lines.result(
        code,
        removed=removed,
        left=[
            seen.step.id for seen in leaving.remains.of(Fate.GOES) if seen.step.id not in removed
        ],
        **_staying(leaving, kept),
        seconds=round(outcome.seconds, 3),
    )
    return code


def _staying(leaving: Leaving, kept: Iterable[Snapshot]) -> dict[str, list[str]]:
    return {
        "stays": [seen.step.id for seen in leaving.remains.of(Fate.STAYS)],
        "snapshots": [each.name for each in kept],
    }


def _say(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(clean(line), file=stream)


def _code(outcome: Outcome, stopped: Stopped) -> ExitCode:
    if outcome.ok:
        return ExitCode.OK
    if outcome.interrupted:
        return stopped.code or ExitCode.INTERRUPTED
    return ExitCode.FAILED
