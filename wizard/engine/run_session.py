"""A run under way, whether it makes, rotates or removes: its lock, its log, its journal.

The keychain is asked at a run's beginning and told at its end.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from wizard import journal
from wizard.answers.file import given, saved
from wizard.answers.model import Answers
from wizard.base.errors import AwsError, WizardError
from wizard.base.events import Event, Sink, StepMoved, StepState
from wizard.base.json_input import parsed_json
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.base.secret import Secret
from wizard.engine.apply import Outcome
from wizard.engine.apply.run import nothing_due, verify
from wizard.engine.diff import PlannedChange
from wizard.engine.refresh import Snapshot, survey
from wizard.journal import End, Head, Journal
from wizard.journal.lock import Holding, Wanted, holding
from wizard.journal.run_log import RunLog, kept
from wizard.local import keychain
from wizard.local.keychain import Place
from wizard.plan.graph import place, stamped
from wizard.plan.model import Plan
from wizard.plan.world import Reads, World

if TYPE_CHECKING:
    from wizard.engine.flow import Flow, Prepared


RECENT = 60.0
"""Seconds for which what was found counts as how it is now, where nothing is to be changed."""


@dataclass(frozen=True, slots=True)
class RunSession:
    """Where the run is written down."""

    plan: Plan
    """As this run brings it about: what carries its claim is made with it."""
    log: RunLog
    journal: Journal
    held: Holding
    lost: list[WizardError]
    """That somebody took the place of this run, where that happened."""

    def beside(self, sink: Sink) -> Sink:
        """A sink that writes every event down and hands it on."""
        written = self.log.beside(self.journal.beside(sink))
        claimed = place(self.plan)

        def heard(event: Event) -> None:
            if isinstance(event, StepMoved) and (event.step, event.state.ended) == (claimed, True):
                self.held.placed()
            written(event)

        return heard

    def ended(self, outcome: Outcome) -> Outcome:
        """The outcome, written down as well; the deployment is free again."""
        self.held.release()
        if self.lost:
            claimed = place(self.plan)
            step = claimed if claimed in outcome.results else next(iter(outcome.results))
            failed = replace(outcome.results[step], state=StepState.FAILED, error=self.lost[0])
            results = {**outcome.results, step: failed}
            outcome = replace(outcome, results=results, interrupted=False)
        self.log.end(outcome)
        stopped = End.STOPPED if outcome.interrupted else End.FAILED
        self.journal.end(End.WELL if outcome.ok else stopped)
        return outcome


@contextlib.contextmanager
def under_way(
    flow: Flow, plan: Plan, head: Head, world: World, stop: threading.Event
) -> Iterator[RunSession]:
    """Within it the plan is run; the flow knows log and journal from then on.

    Raises Occupied, before anything is written or changed, where somebody else is at work on the
    deployment. Who takes its place meanwhile sets `stop`.
    """
    lost: list[WizardError] = []

    def gone(problem: WizardError) -> None:
        lost.append(problem)
        stop.set()

    wanted = Wanted(
        head=head,
        claimed=offer(plan.host).claimed,
        beside=tuple(offer(key).claimed for key in plan.others),
        call=world.call,
        nap=partial(world.clock.sleep, stop=stop),
        take_over=flow.take_over,
        lost=gone,
    )
    titles = {step.id: step.title for step in plan.steps}
    with (
        holding(wanted) as held,
        kept(plan) as log,
        journal.kept(head, titles) as written,
    ):
        flow.log, flow.journal, flow.take_over = log, written, False
        flow.refresh()
        yield RunSession(stamped(plan, held.tag), log, written, held, lost)


def unchanged(flow: Flow, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome | None:
    """How a run ended that had nothing to change: no claim is made, and no journal is kept.

    None where something is to be changed: then nothing was, and the deployment has to be held.
    """
    plan, world = prepared.plan, flow.world(prepared.answers)
    findings = _recent(prepared, world)
    if not findings or not nothing_due(plan, findings):
        return None
    flow.journal = None
    with kept(plan) as log:
        flow.log = log
        outcome = verify(plan, world, log.beside(sink), stop, findings)
        if outcome is None:
            return None
        log.end(outcome)
    flow.take_over = False
    if outcome.ok:
        _ends_earlier(flow, prepared)
    return outcome


def _recent(prepared: Prepared, world: World) -> Mapping[str, PlannedChange]:
    """What is there of every step, looked at a moment ago; empty where nobody can say."""
    found = prepared.preflight.findings
    if not found or time.monotonic() - prepared.preflight.at < RECENT:
        return found
    try:
        return survey(prepared.plan, Snapshot(world))
    except (AwsError, WizardError):
        return {}


def _ends_earlier(flow: Flow, prepared: Prepared) -> None:
    """Write down that all is well, where this machine knows of a run that did not come so far."""
    head = applying(prepared, flow.passwords)
    if any(run.place == (head.account, head.region, head.name) for run in journal.unfinished()):
        with journal.kept(head, {}) as written:
            flow.journal = written
            written.end(End.WELL)


def applying(prepared: Prepared, passwords: Collection[str]) -> Head:
    """The head of a journal for a run that brings a plan about with these passwords given."""
    return Head(
        verb="apply",
        name=prepared.plan.name,
        region=prepared.plan.region,
        account=prepared.account or prepared.plan.step("account").outputs["id"].like,
        profile=prepared.answers.profile,
        answers=saved(given(prepared.answers)),
        edits=prepared.edits_folder,
        own_password="api" in passwords,
    )


def commanded(verb: str, plan: Plan, answers: Answers, account: str, again: str) -> Head:
    """What a run of another verb is about; `again` is the command that goes on."""
    return Head(
        verb=verb,
        name=plan.name,
        region=plan.region,
        account=account,
        profile=answers.profile,
        again=again,
    )


def recall(passwords: dict[str, Secret], reads: Reads, answers: Answers, account: str) -> None:
    """Add the password of an earlier run, where it is wanted, nobody gave one and AWS has none yet.

    Where AWS has one it counts, whatever the keychain says.
    """
    if "api" in passwords or not (answers.keychain and answers.protect):
        return
    secret = {"SecretId": Names(answers.name).api_secret}
    try:
        reads.call("secretsmanager", "DescribeSecret", secret)
    except AwsError as error:
        found = keychain.look(Place(account, answers.region, answers.name))
        if found and error.not_there:
            passwords["api"] = found
    except WizardError:
        return  # the run finds out more


def begun(passwords: Mapping[str, Secret], answers: Answers, account: str) -> None:
    """Store the password the person gave, so that a run that stops early need not be given it."""
    if answers.keychain and answers.protect and account and "api" in passwords:
        keychain.keep(Place(account, answers.region, answers.name), passwords["api"])


def copied(world: World, answers: Answers, account: str) -> str:
    """Store what AWS has now, where that is wanted or was before. A sentence; empty where not."""
    place = Place(account, answers.region, answers.name)
    wanted = answers.keychain or keychain.marked(place)
    if not (wanted and account and answers.protect):
        return ""
    secret = {"SecretId": Names(answers.name).api_secret}
    try:
        answer = world.call("secretsmanager", "GetSecretValue", secret)
        return keychain.keep(place, Secret(str(parsed_json(answer["SecretString"])["password"])))
    except (AwsError, WizardError, KeyError, TypeError, ValueError):
        return "This machine's keychain was not used: the secret in AWS could not be read."


def forgotten(answers: Answers, account: str) -> str:
    """Remove the copy, where there is one. A sentence; empty where there is none."""
    place = Place(account, answers.region, answers.name)
    return keychain.forget(place) if keychain.marked(place) else ""
