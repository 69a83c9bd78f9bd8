"""Destroy without the screens: shown, agreed to, done, and what is left told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TextIO

from wizard import parting
from wizard.answers import Answers
from wizard.console import clean, tell
from wizard.errors import ExitCode, WizardError
from wizard.farewell import after, before
from wizard.flow import Flow
from wizard.headless import Order, narrated, told_log
from wizard.jsonlines import Lines
from wizard.plan.extent import Choices, Data
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Departure, Fate, Leaving
from wizard.resume import destroy_command
from wizard.settle import settle_named
from wizard.signals import Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked for; `data` is None where they did not say."""

    data: str | None = None
    lift_protection: bool = False
    purge_secrets: bool = False
    yes: bool = False

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
        flow = Flow(order.passwords)
        answers = settle_named(order.draft)
        leaving = parting.leaving(flow, answers, wishes.choices)
        lines.start(name=answers.name, region=answers.region, account=leaving.account)
        if leaving.nothing_left:
            return _nothing(order, leaving, lines)
        if not wishes.yes and sys.stdin.isatty():
            leaving = _asked(flow, answers, leaving, wishes)
        _show(leaving, lines)
        agreed = _agreed(leaving, wishes)
        return _run(order, flow, answers, leaving, agreed, lines)


def _show(leaving: Leaving, lines: Lines) -> None:
    _say(before(leaving), sys.stderr)
    for step_id, seen in leaving.remains.seen.items():
        if seen.fate in {Fate.GOES, Fate.STAYS} or seen.name:
            lines.finding(step_id, seen.step.title, seen.fate.value, seen.why, name=seen.name)


def _nothing(order: Order, leaving: Leaving, lines: Lines) -> ExitCode:
    _show(leaving, lines)
    plan, stream = leaving.plan, sys.stderr if order.as_json else sys.stdout
    _say([f"Nothing is left of {plan.name} in {plan.region}, account {leaving.account}."], stream)
    lines.result(ExitCode.OK, removed=[], stays=[])
    return ExitCode.OK


def _asked(flow: Flow, answers: Answers, leaving: Leaving, wishes: Wishes) -> Leaving:
    """What becomes of the data, where it was not said; the looks are then made again."""
    if wishes.data or leaving.remains.seen["cluster"].fate is not Fate.GOES:
        return leaving
    import questionary

    data = questionary.select(
        "What shall become of the agent's database?",
        choices=[
            questionary.Choice("Keep a final snapshot (storage only)", Data.FINAL_SNAPSHOT.value),
            questionary.Choice("Keep the database as it is (goes on costing)", Data.KEEP.value),
            questionary.Choice("Delete it, with all its data, for good", Data.DELETE.value),
        ],
    ).ask()
    if data is None:
        raise _no()
    choices = replace(wishes.choices, data=Data(data))
    return (
        leaving if choices.data is leaving.choices.data else parting.leaving(flow, answers, choices)
    )


def _agreed(leaving: Leaving, wishes: Wishes) -> bool:
    """Whether the person agrees to what needs consent besides. Raises WizardError for a no."""
    terminal = sys.stdin.isatty() and not wishes.yes
    protected = any(seen.needs_consent for seen in leaving.remains.seen.values())
    if protected and not wishes.lift_protection and not terminal:
        raise WizardError(
            "Nothing was removed: the cluster is protected against deletion.",
            "Someone switched that on, so that it does not go by mistake.",
            "Add --lift-deletion-protection to take it off, or --database-data keep.",
            ExitCode.NOT_READY,
        )
    if not wishes.yes:
        _confirm(leaving, protected and not wishes.lift_protection)
    return protected


def _confirm(leaving: Leaving, protected: bool) -> None:
    if not sys.stdin.isatty():
        raise WizardError(
            "Nothing was removed: it was not confirmed.",
            "Standard input is not a terminal, so nobody can be asked.",
            "Add --yes to remove what is shown above.",
            ExitCode.USAGE,
        )
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
    order: Order, flow: Flow, answers: Answers, leaving: Leaving, agreed: bool, lines: Lines
) -> ExitCode:
    departure = Departure(leaving.plan, leaving.remains, agreed)
    outcome, stopped = narrated(
        leaving.plan, lines, partial(parting.leave, flow, answers, departure)
    )
    for step, problem in outcome.errors:
        tell(problem, sys.stderr)
        lines.problem(problem, step=step)
    kept = parting.snapshots(flow, answers)
    code = _code(outcome, stopped)
    stream = sys.stderr if order.as_json or code else sys.stdout
    _say(after(leaving, outcome, kept), stream)
    if code:
        _say([f"Go on from here: {_again(answers, leaving, agreed)}"], stream)
    told_log(flow, stream)
    going = [seen.step.id for seen in leaving.remains.of(Fate.GOES)]
    removed = [step_id for step_id in going if step_id in outcome.changed]
    lines.result(
        code,
        removed=removed,
        left=[
            seen.step.id for seen in leaving.remains.of(Fate.GOES) if seen.step.id not in removed
        ],
        stays=[seen.step.id for seen in leaving.remains.of(Fate.STAYS)],
        snapshots=[each.name for each in kept],
        seconds=round(outcome.seconds, 3),
    )
    return code


def _say(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(clean(line), file=stream)


def _code(outcome: Outcome, stopped: Stopped) -> ExitCode:
    if outcome.ok:
        return ExitCode.OK
    if outcome.interrupted:
        return stopped.code or ExitCode.INTERRUPTED
    return ExitCode.FAILED


def _again(answers: Answers, leaving: Leaving, agreed: bool) -> str:
    flags = ["--database-data", leaving.choices.data.value]
    flags += ["--purge-secrets"] * leaving.choices.purge_secrets
    flags += ["--lift-deletion-protection"] * agreed
    return destroy_command(answers, tuple(flags))
