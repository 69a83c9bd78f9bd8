"""A set-up or a move as a job: bring a prepared plan about, or take a failed move back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from wizard.answers.model import Answers, Given, Source
from wizard.base.events import StepState
from wizard.base.offer import default_host, host_key, offer
from wizard.costs import snapshot as shipped_prices
from wizard.engine.account.read_answers import deployed
from wizard.engine.apply.run import Outcome
from wizard.engine.destroy import Cost
from wizard.engine.drift import DriftDecision
from wizard.engine.flow import Flow, Prepared
from wizard.engine.job import Job, Summary, Verb
from wizard.engine.resolve_answers import resolve_as_deployed
from wizard.engine.resume import (
    GOOD,
    back_command,
    beyond_demo,
    existing,
    idle_cost,
    resume_command,
    still_going,
    undo_command,
    words,
)
from wizard.plan.model import PROOFS, Section
from wizard.plan.moving import stop_step


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


def apply_job(flow: Flow, prepared: Prepared) -> Job:
    """The set-up that brings the plan about; a move that fails is taken back."""
    own_password = "api" in flow.passwords
    folder = prepared.edits_folder
    again = resume_command(prepared.answers, own_password=own_password, edits=folder)
    edited = ", ".join(each.name for each in prepared.plan.documents if each.edited)
    left_behind = "" if folder else edited

    def follow_up(outcome: Outcome) -> Job | None:
        key = fell(prepared, outcome)
        return apply_job(flow, way_back(flow, prepared, key)) if key else None

    def summary(outcome: Outcome, back: Outcome | None) -> Summary:
        data = _data(flow, prepared, outcome)
        beyond = (beyond_demo(prepared.answers),) if flow.demo else ()
        if outcome.ok:
            notes = tuple(filter(None, [flow.keychain]))
            return Summary(tuple(_done(flow, prepared, outcome)), notes, beyond, data=data)
        if flow.demo:
            data |= {"resume": "", "undo": "", "costs_a_month": 0}
            return Summary((_exists(prepared, outcome),), more=beyond, data=data)
        if back and back.ok:
            return _moved_back(flow, prepared, outcome, again)
        costs = _meanwhile(prepared, outcome)
        undo = _undo(prepared)
        data |= {
            "resume": again,
            "undo": undo,
            "costs_a_month": round(float(sum((each.amount for each in costs), Decimal(0))), 2),
        }
        more = [*_undoing(prepared, outcome, undo)]
        if left_behind:
            more.append(f"This does not include your edited documents: {left_behind}")
        lines = tuple(_left(prepared, outcome, costs))
        return Summary(lines, more=tuple(more), data=data)

    return Job(
        verb=Verb.APPLY,
        plan=prepared.plan,
        answers=prepared.answers,
        work=partial(flow.run, prepared),
        resume_command=again,
        summary=summary,
        follow_up=follow_up,
        findings=prepared.preflight.findings,
        demo=flow.demo,
        edits_left_behind=left_behind,
    )


def _undo(prepared: Prepared) -> str:
    """The command that takes back what was made so far; a move is taken back by another one."""
    others = prepared.plan.others
    return back_command(prepared.answers, others[0]) if others else undo_command(prepared.answers)


def _undoing(prepared: Prepared, outcome: Outcome, command: str) -> Iterator[str]:
    if prepared.plan.others:
        yield f"Move the agent back to {offer(prepared.plan.others[0]).label}: {command}"
    elif existing(outcome, prepared.plan):
        yield f"Remove what it created: {command}"


def _moved_back(flow: Flow, prepared: Prepared, outcome: Outcome, again: str) -> Summary:
    """Where the agent is after a move that failed."""
    label = offer(prepared.plan.others[0]).label
    line = f"The agent runs on {label} as before; nothing is left of the move."
    data = {**_data(flow, prepared, outcome), "moved_back": True, "resume": again, "undo": ""}
    return Summary((line,), data={**data, "exists": [], "going": []})


def _data(flow: Flow, prepared: Prepared, outcome: Outcome) -> dict[str, Any]:
    plan, profile = prepared.plan, prepared.answers.profile
    service = outcome.results["service"].outputs if outcome.results else {}
    url = service.get("url")
    return {
        "url": f"{offer(plan.host).scheme}{url}" if url else "",
        "service": str(service.get("arn") or ""),
        "region": plan.region,
        "name": plan.name,
        "changed": [each for each in outcome.changed if _makes(prepared, each)],
        "exists": existing(outcome, plan),
        "going": [] if flow.demo else [each.words for each in still_going(outcome, plan, profile)],
        "seconds": round(outcome.seconds, 3),
        "log": str(flow.log.path) if flow.log and flow.log.path else None,
    }


def _done(flow: Flow, prepared: Prepared, outcome: Outcome) -> Iterator[str]:
    """Where the agent is, and what was changed for it."""
    found = _data(flow, prepared, outcome)
    changed = ", ".join(prepared.plan.step(each).title for each in found["changed"])
    yield f"The formae agent answers: {found['url']}"
    yield f"Service: {found['service']}"
    yield f"Changed: {changed or 'nothing, everything was up to date'}"
    if flow.record and not flow.demo:
        yield f"Answers: {flow.record}"


def _left(prepared: Prepared, outcome: Outcome, costs: list[Cost]) -> Iterator[str]:
    """What exists of it, what AWS goes on with, and what that costs meanwhile."""
    yield _exists(prepared, outcome)
    for going in still_going(outcome, prepared.plan, prepared.answers.profile):
        yield f"AWS is still working on: {going.words}"
        yield f"  Check its progress: {going.ask}"
    if costs:
        yield f"Cost while idle: {words(costs)}"


def _exists(prepared: Prepared, outcome: Outcome) -> str:
    return f"What exists now: {', '.join(existing(outcome, prepared.plan)) or 'nothing'}"


def _meanwhile(prepared: Prepared, outcome: Outcome) -> list[Cost]:
    prices = shipped_prices(prepared.plan.region, prepared.answers.host)
    return idle_cost(outcome, prepared.plan, prices)


def _makes(prepared: Prepared, step_id: str) -> bool:
    return not isinstance(prepared.plan.step(step_id).make, PROOFS)
