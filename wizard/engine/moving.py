"""The way back of a move that failed: the old agent is started again, and what was made goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers.model import Answers, Given, Source
from wizard.base.events import StepState
from wizard.base.offer import default_host, host_key
from wizard.engine.account.read_answers import deployed
from wizard.engine.drift_decision import DriftDecision
from wizard.engine.leftovers import GOOD
from wizard.engine.resolve_answers import resolve_as_deployed
from wizard.plan.model import Section
from wizard.plan.moving import stop_step

if TYPE_CHECKING:
    from wizard.engine.apply import Outcome
    from wizard.engine.flow import Flow, Prepared


def fell(prepared: Prepared, outcome: Outcome) -> str:
    """The host whose agent was stopped for one that was not proved; empty where all is well.

    A run that was stopped, or failed before it stopped the old agent, left that one running.
    """
    plan, results = prepared.plan, outcome.results
    proofs = [step.id for step in plan.steps if step.section is Section.VERIFY]
    if outcome.ok or outcome.interrupted or all(results[each].state in GOOD for each in proofs):
        return ""
    stopped = (key for key in plan.others if _begun(outcome, stop_step(key)))
    return next(stopped, "")


def _begun(outcome: Outcome, step: str) -> bool:
    return outcome.results[step].state is not StepState.SKIPPED


def way_back(flow: Flow, prepared: Prepared, key: str) -> Prepared:
    """The plan that puts the agent back on the host with that key, as it was deployed there.

    Raises WizardError where nobody knows how that was.
    """
    answers = prepared.answers
    was = prepared.deployed
    if was is None or (host_key(was.host) or default_host()) != key:
        was = _as_there(flow, prepared, key)
    there = replace(
        was,
        host=key,
        profile=answers.profile,
        client_config=answers.client_config,
        given={**was.given, "host": Given(key, Source.FLAG)},
    )
    flow.refresh()
    return flow.prepare(there, decision=DriftDecision())


def _as_there(flow: Flow, prepared: Prepared, key: str) -> Answers:
    answers = prepared.answers
    call = flow.snapshot(answers.profile, answers.region).call
    read = deployed(call, answers.region, answers.name, key)
    place = {"profile": answers.profile, "region": answers.region, "name": answers.name}
    return resolve_as_deployed(place, read.answers, prepared.account)
