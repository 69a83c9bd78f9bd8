"""A removal as a job: take back what was shown, wait until it is gone, say what is left."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from wizard.answers.file import saved
from wizard.answers.model import Answers
from wizard.base.events import Sink
from wizard.engine.apply import Outcome
from wizard.engine.destroy import DeleteAction, Departure, Leaving, depart
from wizard.engine.destroy.destroy_text import after
from wizard.engine.destroy.teardown import snapshots
from wizard.engine.explain import command
from wizard.engine.flow import Flow
from wizard.engine.job import Job, Summary, Verb
from wizard.engine.resume import destroy_command, restore_command
from wizard.engine.run_session import commanded, forgotten, under_way
from wizard.plan.inputs import Snapshot
from wizard.plan.model import Step

QUIET = frozenset({DeleteAction.GONE, DeleteAction.NOTHING})
"""Fates of which no event tells."""
NO_COMMAND = "# The wizard itself restores the formae CLI's config"


def destroy_job(
    flow: Flow, leaving: Leaving, answers: Answers, *, agreed: bool, unfinished: bool = False
) -> Job:
    """The removal that was shown; `agreed` says that what needs consent has it.

    `unfinished` is one of what a set-up made so far.
    """
    plan, remains = leaving.plan, leaving.remains
    again = _again(leaving, answers, agreed=agreed, unfinished=unfinished)

    def work(sink: Sink, stop: threading.Event) -> Outcome:
        flow.keychain, world = "", flow.world(answers)
        head = commanded("destroy", plan, answers, leaving.account, again)
        head = replace(head, answers=saved(leaving.deployed) if leaving.deployed else "")
        departure = Departure(plan, remains, agreed)
        with under_way(flow, plan, head, world, stop) as run:
            outcome = run.ended(depart(departure, world, run.beside(sink), stop, run.journal))
        if outcome.ok and remains.seen["api-secret"].action is not DeleteAction.STAYS:
            flow.keychain = forgotten(answers, leaving.account)
        return outcome

    def by_hand(step: Step) -> str:
        calls = (*(each.call for each in remains.seen[step.id].first), *step.delete)
        told = [command(each, plan, profile=answers.profile, step=step) for each in calls]
        return "\n".join(dict.fromkeys(told)) or NO_COMMAND

    return Job(
        verb=Verb.DESTROY,
        plan=plan,
        answers=answers,
        work=work,
        resume_command=again,
        summary=lambda outcome, _: _summary(flow, leaving, answers, outcome),
        removes=frozenset(each for each, seen in remains.seen.items() if seen.action not in QUIET),
        by_hand=by_hand,
        demo=flow.demo,
    )


def _again(leaving: Leaving, answers: Answers, *, agreed: bool, unfinished: bool) -> str:
    flags = ["--database-data", leaving.choices.data.value]
    flags += ["--only-unfinished"] * unfinished
    flags += ["--purge-secrets"] * leaving.choices.purge_secrets
    flags += ["--lift-deletion-protection"] * agreed
    return destroy_command(answers, tuple(flags))


def _summary(flow: Flow, leaving: Leaving, answers: Answers, outcome: Outcome) -> Summary:
    kept = snapshots(flow, answers)
    going = [seen.step.id for seen in leaving.remains.of(DeleteAction.GOES)]
    data: dict[str, Any] = {
        "removed": [each for each in going if each in outcome.changed],
        "left": [each for each in going if each not in outcome.changed],
        **staying(leaving, kept),
        "seconds": round(outcome.seconds, 3),
    }
    notes = tuple(filter(None, [flow.keychain]))
    told = tuple(after(leaving, outcome, kept, demo=flow.demo))
    if outcome.ok and kept and not flow.demo:
        usable = next((each for each in kept if each.name == leaving.snapshot), kept[-1])
        again = restore_command(answers, usable.name, leaving.deployed)
        told += (f"To set it up again with the data of {usable.name}: `{again}`",)
        data["restore"] = again
    return Summary(told, notes, data=data)


def staying(leaving: Leaving, kept: Iterable[Snapshot]) -> dict[str, list[str]]:
    """Ids of the steps that stay, and names of the snapshots that are kept, as JSON has them."""
    return {
        "stays": [seen.step.id for seen in leaving.remains.of(DeleteAction.STAYS)],
        "snapshots": [each.name for each in kept],
    }
