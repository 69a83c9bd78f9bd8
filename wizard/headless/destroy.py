"""Destroy without the screens: shown, agreed to, done, and what is left told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TextIO

from wizard.answers.model import Answers, Source
from wizard.engine.destroy_job import destroy_job, staying
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.follow import follow
from wizard.headless.order import Order
from wizard.headless.settle import Draft, settle_named
from wizard.journal.words import headline, whose
from wizard.plan.extent import Choices, Data
from wizard.readings.destroy import Fate, Leaving
from wizard.runs import parting
from wizard.runs.goingon import demand_account
from wizard.telling.console import clean
from wizard.telling.farewell import DATA_WORDS, before
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
        flow = Flow(order.passwords, take_over=order.take_over)
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
        job = destroy_job(flow, leaving, answers, agreed=agreed, unfinished=wishes.only_unfinished)
        return follow(flow, job, lines, as_json=order.as_json)


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
    lines.result(ExitCode.OK, removed=[], left=[], **staying(leaving, leaving.extent.snapshots))
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


def _say(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(clean(line), file=stream)
