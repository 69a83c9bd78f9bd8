"""A rotation of passwords as a job: prepare it, run it, take it back, say what works then.

Which password works at a moment, and where it is, is asked of the agent and not supposed. Blocks.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from wizard.answers.model import Answers
from wizard.answers.record import chosen
from wizard.base.errors import AwsError, WizardError
from wizard.base.events import Sink, StepState
from wizard.base.json_input import parsed_json
from wizard.base.names import Names
from wizard.catalogue import explain
from wizard.documents.document import Document
from wizard.engine.apply import Outcome, apply
from wizard.engine.changes import rows
from wizard.engine.diff import Action, Difference, PlannedChange
from wizard.engine.flow import Flow
from wizard.engine.job import Job, Summary, Verb
from wizard.engine.preflight.check import CheckContext as Looked
from wizard.engine.preflight.check import here
from wizard.engine.preflight.permissions import permissions
from wizard.engine.refresh import problems
from wizard.engine.resume import rotate_command
from wizard.engine.rotation_standing import Ground, api_standing, database_standing, ground
from wizard.engine.run_session import commanded, copied, under_way
from wizard.local.formae.config import Client
from wizard.plan.api_rotation import (
    CURRENT,
    PENDING,
    PREVIOUS,
    ApiStanding,
    api_password,
    api_put_back,
)
from wizard.plan.database_rotation import database_over, database_password, version
from wizard.plan.model import PROOFS, Call, Plan, Step
from wizard.plan.resources.cluster import statement
from wizard.plan.resources.common import FINGERPRINT
from wizard.plan.resources.verify import STATS
from wizard.plan.world import World

BEGINNINGS = ("api-secret", "database-secret")

TURNS = ("-current", "-over")
"""Ends of the ids of steps that move a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which passwords are to be others."""

    api: bool = False
    database: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A rotation that can be shown and run."""

    answers: Answers
    account: str
    plan: Plan
    rows: tuple[PlannedChange, ...]
    problems: tuple[WizardError, ...]
    """What stands in the way."""
    warnings: tuple[WizardError, ...]
    """What may go wrong; going on overrides it."""
    api: ApiStanding | None = None

    again: str
    """The command that goes on from wherever it stops."""
    given: bool = False
    """Whether the API's new password is one that the person gave."""
    resumed: bool = False
    """Whether it goes on with a password that an earlier one has stored."""

    @property
    def nothing(self) -> bool:
        """Whether every password that was wished for is rotated already."""
        return not self.plan.steps


def prepare(flow: Flow, answers: Answers, wish: Wish) -> Rotation:
    """Sign in, look, and plan. Changes nothing; raises WizardError for why it cannot be done."""
    snapshot = flow.snapshot(answers.profile, answers.region)
    account = flow.sign_in(answers.profile, answers.region).account
    try:
        there = ground(snapshot, answers.name, answers.region)
        api = api_standing(there, flow.passwords.get("api")) if wish.api else None
        plan = _plan(there, answers, api, wish)
    except AwsError as error:
        raise explain(error, "Checking the passwords") from None
    looked = Looked(plan, answers, snapshot, here(answers))
    findings = looked.findings()
    return Rotation(
        answers=answers,
        account=account,
        plan=plan,
        rows=tuple(map(_changing, rows(plan, _begun(findings), answers.profile))),
        problems=tuple(problems(findings)),
        warnings=(*_doubts(looked), *_inside(there)),
        api=api,
        given=api is not None and "api" in flow.passwords,
        again=_again(flow, answers, wish),
        resumed=any(
            findings[each].action is Action.KEEP for each in BEGINNINGS if each in findings
        ),
    )


def _inside(there: Ground) -> tuple[WizardError, ...]:
    """That this machine may not reach an agent whose new password it has to verify."""
    if chosen(there.seen.secret_tags).get("internal") != "yes":
        return ()
    what = "The agent's address is internal, and the rotation verifies the passwords over it."
    why = "From outside the VPC, the wizard cannot reach the agent, so the rotation would not end."
    return (WizardError(what, why, "Connect this machine to the VPC first, such as by a VPN."),)


def _doubts(looked: Looked) -> tuple[WizardError, ...]:
    """What the policy simulator does not allow of all that the run will do."""
    findings = looked.findings()
    turns = {
        each.id: replace(
            findings[each.id],
            action=Action.UPDATE,
            differences=tuple(Difference(what=fit.what, have="", want="") for fit in each.fits),
        )
        for each in looked.plan.steps
        if each.id.endswith(TURNS) and findings[each.id].action is Action.KEEP
    }
    try:
        return permissions(looked, {**findings, **turns}).troubles
    except (AwsError, WizardError):
        return ()  # nobody may be asked; the run itself says what is refused


def _again(flow: Flow, answers: Answers, wish: Wish) -> str:
    flags = ["--api-password"] * wish.api + ["--database-password"] * wish.database
    command = rotate_command(answers, tuple(flags))
    return (
        f"{command} --api-password-file FILE" if wish.api and "api" in flow.passwords else command
    )


def _plan(there: Ground, answers: Answers, api: ApiStanding | None, wish: Wish) -> Plan:
    """One after the other; an API password that was begun comes first, for the database's proof
    asks the agent with the current one, which it may not take any more.

    Where the agent is started with either, it is started once, with both.
    """
    names, region = there.names, there.region
    steps: list[Step] = []
    documents: list[Document] = []
    database = database_standing(there) if wish.database else None
    at_once = database is not None and database.source is not None and api is not None
    for which in ("api", "database") if api and api.begun and not at_once else ("database", "api"):
        after = frozenset({steps[-1].id} if steps else ())
        if which == "database" and database:
            steps += database_password(names, region, database, after, whole=not at_once)
        if which == "api" and api:
            variables = version() if at_once else {}
            client = _client(there, answers)
            more, document = api_password(names, region, api, client, after, variables)
            steps, documents = [*steps, *more], [document]
    if at_once:
        steps.append(database_over(names, region, frozenset({steps[-1].id})))
    return Plan(answers.name, region, tuple(steps), tuple(documents), names.host)


def _client(there: Ground, answers: Answers) -> Client | None:
    from wizard.local.formae.client import describe

    if not answers.client_config:
        return None
    known = describe(answers.name)
    return replace(known, version=known.version or there.service.tag)


def _begun(findings: Mapping[str, PlannedChange]) -> Mapping[str, PlannedChange]:
    """As it will be in the run: labels that its first step puts on are not there yet."""
    turns = {each for each in findings if each.endswith(TURNS)}
    kept = {each for each in turns if findings[each].action is Action.KEEP}
    return {**findings, **{each: PlannedChange(findings[each].step, Action.RUN) for each in kept}}


def _changing(row: PlannedChange) -> PlannedChange:
    """As a person wants to hear it: nothing is made anew, and what differs is a secret."""
    if row.action is not Action.CREATE:
        return replace(row, differences=())
    return replace(row, action=Action.UPDATE, differences=(), effect=row.why)


def run(flow: Flow, rotation: Rotation, plan: Plan, sink: Sink, stop: threading.Event) -> Outcome:
    """Bring `plan` about: the rotation's own, or the one that takes it back.

    Events, log, journal and `stop` are as in `Flow.run`.
    """
    head = commanded("rotate", plan, rotation.answers, rotation.account, rotation.again)
    flow.keychain, world = "", flow.world(rotation.answers)
    with under_way(flow, plan, head, world, stop) as run:
        outcome = run.ended(apply(run.plan, world, run.beside(sink), stop, run.journal))
    if outcome.ok and rotation.api:
        flow.keychain = copied(world, rotation.answers, rotation.account)
    return outcome


def put_back(flow: Flow, rotation: Rotation, outcome: Outcome) -> Plan | None:
    """The plan that puts the secrets back where the host took the deployment back; else None."""
    api = rotation.api
    if api is None or api.promoted or all(step != "service" for step, _ in outcome.errors):
        return None
    try:
        there = ground(flow.world(rotation.answers), rotation.plan.name, rotation.plan.region)
    except (AwsError, WizardError):
        return None
    if not there.service.running:
        return None  # AWS is still at it, or the old version does not run either
    if there.service.env.get(FINGERPRINT, "") != api.fingerprint:
        return None
    steps, document = api_put_back(there.names, there.region, api)
    return replace(rotation.plan, steps=tuple(steps), documents=(document,))


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
        found = parsed_json(answer["SecretString"])
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
