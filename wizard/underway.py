"""A run under way, in whichever direction and for whichever face: its log and its journal."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard import journal
from wizard.answers import Answers
from wizard.answersfile import given, saved
from wizard.events import Sink
from wizard.journal import End, Head, Journal
from wizard.plan.model import Plan
from wizard.readings.apply import Outcome
from wizard.runlog import RunLog, kept

if TYPE_CHECKING:
    from wizard.flow import Flow, Prepared


@dataclass(frozen=True, slots=True)
class Underway:
    """Where the run is written down."""

    log: RunLog
    journal: Journal

    def beside(self, sink: Sink) -> Sink:
        """A sink that writes every event down and hands it on."""
        return self.log.beside(self.journal.beside(sink))

    def ended(self, outcome: Outcome) -> Outcome:
        """The outcome, written down as well."""
        self.log.end(outcome)
        stopped = End.STOPPED if outcome.interrupted else End.FAILED
        self.journal.end(End.WELL if outcome.ok else stopped)
        return outcome


@contextlib.contextmanager
def under_way(flow: Flow, plan: Plan, head: Head) -> Iterator[Underway]:
    """Within it the plan is run; the flow knows log and journal from then on."""
    secrets = flow.passwords.values()
    titles = {step.id: step.title for step in plan.steps}
    with kept(plan, secrets) as log, journal.kept(head, titles, secrets) as written:
        flow.log, flow.journal = log, written
        yield Underway(log, written)


def applying(prepared: Prepared, passwords: Collection[str]) -> Head:
    """What a run is about that brings a plan about, with `passwords` of those names given."""
    return Head(
        verb="apply",
        name=prepared.plan.name,
        region=prepared.plan.region,
        account=prepared.account,
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
