"""A rotation of passwords as a job: run it, put it back where it has to be, say what works then."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from wizard.base.events import StepState
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow
from wizard.engine.job import Job, Summary, Verb
from wizard.engine.rotate.run import Rotation, Wish, put_back, run
from wizard.engine.rotate.works import works
from wizard.plan.model import PROOFS, Plan


def rotate_job(flow: Flow, rotation: Rotation, wish: Wish) -> Job:
    """The rotation that was shown; it puts the secrets back where the host takes itself back."""

    def follow_up(outcome: Outcome) -> Job | None:
        plan = put_back(flow, rotation, outcome)
        return replace(job, plan=plan, work=partial(run, flow, rotation, plan)) if plan else None

    def summary(outcome: Outcome, followed_up: Outcome | None) -> Summary:
        found = tuple(works(flow, rotation, wish).values())
        data = {
            "changed": _changed(rotation.plan, outcome),
            "works": list(found),
            "put_back": followed_up is not None,
        }
        return Summary(found, tuple(filter(None, [flow.keychain])), data=data)

    job = Job(
        verb=Verb.ROTATE,
        plan=rotation.plan,
        answers=rotation.answers,
        work=partial(run, flow, rotation, rotation.plan),
        resume_command=rotation.again,
        demo=flow.demo,
        summary=summary,
        follow_up=follow_up,
    )
    return job


def _changed(plan: Plan, outcome: Outcome) -> list[str]:
    """Ids of the steps that did more than ask."""
    asked = {
        step.id
        for step in plan.steps
        if isinstance(step.make, PROOFS) and outcome.results[step.id].state is StepState.DONE
    }
    return [each for each in outcome.changed if each not in asked]
