"""A rotation of passwords as a job: run it, put it back where it has to be, say what works then.

Which password works at a moment, and where it is, is asked of the agent and not supposed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from wizard.base.errors import AwsError, WizardError
from wizard.base.events import StepState
from wizard.base.names import Names
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow
from wizard.engine.job import Job, Summary, Verb
from wizard.engine.rotate.run import Rotation, Wish, put_back, run
from wizard.plan.model import PROOFS, Call, Plan
from wizard.plan.resources.data_api import statement
from wizard.plan.resources.verify import STATS
from wizard.plan.rotation.versions import CURRENT, PENDING, PREVIOUS
from wizard.plan.world import World

WHERE = {
    CURRENT: "in the current version of the secret {name}",
    PENDING: "in version AWSPENDING of the secret {name}",
    PREVIOUS: "in version AWSPREVIOUS of the secret {name}",
}


def works(flow: Flow, rotation: Rotation, wish: Wish) -> Mapping[str, str]:
    """A sentence for each password that was to be another, by "api" and "database".

    Read and ask only; never raises for what AWS or the agent does.
    """
    world, names = flow.world(rotation.answers), Names(rotation.plan.name)
    found: dict[str, str] = {}
    if wish.api and rotation.api:
        found["api"] = _api(world, names, rotation.api.url)
    if wish.database:
        found["database"] = _database(world, names)
    return found


def _api(world: World, names: Names, url: str) -> str:
    name = names.api_secret
    for stage in WHERE:
        known = _version(world, name, stage)
        if not known:
            continue
        answer = world.probe(url + STATS, str(known["username"]), str(known["password"]))
        if answer.status == 200:
            return f"The agent now accepts only the password {WHERE[stage].format(name=name)}."
    return _both("API", name)


def _database(world: World, names: Names) -> str:
    name = names.database_secret
    if _answers(world, names):
        return f"The database now accepts only the password {WHERE[CURRENT].format(name=name)}."
    return _both("database's", name)


def _both(which: str, name: str) -> str:
    return (
        f"The wizard could not check whether the old or the new {which} password works; both are "
        f"in the secret {name}, as versions AWSCURRENT, AWSPENDING or AWSPREVIOUS."
    )


def _answers(world: World, names: Names) -> bool:
    try:
        clusters = world.call("rds", "DescribeDBClusters", {"DBClusterIdentifier": names.cluster})[
            "DBClusters"
        ]
        secret = world.call("secretsmanager", "DescribeSecret", {"SecretId": names.database_secret})
        call: Call = statement("SELECT 1", clusters[0]["DBClusterArn"], secret["ARN"])
        world.call(call.service, call.operation, call.params)
    except (AwsError, WizardError, LookupError):
        return False
    return True


def _version(world: World, name: str, stage: str) -> Mapping[str, object]:
    try:
        answer = world.call(
            "secretsmanager", "GetSecretValue", {"SecretId": name, "VersionStage": stage}
        )
        found = json.loads(answer["SecretString"])
    except (AwsError, WizardError, KeyError, ValueError):
        return {}
    usable = isinstance(found, dict) and {"username", "password"} <= found.keys()
    return found if usable else {}


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
