"""A flow whose account, checks and run are written down, so that a screen always looks the same.

Only for how screens look and which keys work; what the program does is tested on the stand-in.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.support.made import plan
from wizard.answers.model import Answers
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS
from wizard.answers.questions.lists import Cluster, Policy, StoredSecret, Subnet
from wizard.base.account_plan import AccountPlan
from wizard.base.errors import WizardError
from wizard.base.events import Called, Event, LayerMoved, News, Sink, StepMoved, StepState
from wizard.catalogue import closed
from wizard.costs import snapshot
from wizard.engine.account.deployments import Found as Listed
from wizard.engine.account.ownership import NameConflict
from wizard.engine.account.read_answers import Deployed
from wizard.engine.apply import Outcome
from wizard.engine.apply.step import StepResult
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.drift import Drift, DriftDecision
from wizard.engine.flow import Flow, Identity, Prepared
from wizard.engine.preflight import Check, Preflight
from wizard.engine.preflight import CheckState as Found
from wizard.engine.preflight import run as preflight_run
from wizard.engine.preflight.run import Told
from wizard.plan.model import Plan
from wizard.plan.world import World
from wizard.ui.common import queries
from wizard.ui.common.queries import Asked, Query

ACCOUNT = "123456789012"
REGION = "eu-west-1"
URL = "x7k2m9.eu-west-1.awsapprunner.com"
ARN = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/formae-agent/4f0c"
NO_EDITS: Mapping[str, str] = {}
CLUSTERS = [
    Cluster(
        f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:{name}",
        name,
        "aurora-postgresql",
        version,
        "available",
        data_api,
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!cluster-{name}-a1B2c3" * data_api,
        unfit,
    )
    for name, version, data_api, unfit in (
        ("orders", "17.5", True, ""),
        ("reporting", "16.8", False, ""),
        ("legacy", "11.9", False, "PostgreSQL 11 has no Data API; 13 or newer is needed."),
    )
]
SECRETS = [
    StoredSecret(each.secret_arn, f"rds!cluster-{each.name}", "managed by RDS")
    for each in CLUSTERS
    if each.secret_arn
]
SUBNETS = [
    Subnet(f"subnet-0{at}d2f81b3c4e5a6f7", name, vpc, f"{REGION}{zone}", free, public, shut, unfit)
    for at, (name, vpc, zone, free, public, shut, unfit) in enumerate(
        (
            ("", "vpc-0a1b2c3d (default)", "a", 4091, True, False, ""),
            ("", "vpc-0a1b2c3d (default)", "b", 4090, True, False, ""),
            ("apps-a", "vpc-0f9e8d7c (team)", "a", 251, False, False, ""),
            ("apps-b", "vpc-0f9e8d7c (team)", "b", 246, False, False, ""),
            ("data-a", "vpc-0f9e8d7c (team)", "a", 123, False, True, ""),
            ("full", "vpc-0f9e8d7c (team)", "c", 3, False, False, "it has fewer than 8 free"),
        )
    )
]
POLICIES = [Policy(f"arn:aws:iam::{ACCOUNT}:policy/team-limits", "team-limits", "used by 3 roles")]
FOUND = {
    "identity": f"arn:aws:iam::{ACCOUNT}:user/ada",
    "permissions": "all 31 actions the run needs are allowed",
    "image": "linux/amd64, 279.5 MB; directly from ghcr.io, without Docker",
    "formae": "formae 0.88.1",
    "clock": "exact to the second",
}
EXPIRED = WizardError(
    "AWS does not accept the sign-in of the profile dev.",
    "The SSO session has expired.",
    "Run `aws sso login --profile dev`, then try again.",
)
CLOSED = closed()
FAILED = WizardError(
    "App Runner could not start the agent.",
    "CREATE_FAILED: the health check at /api/v1/health did not answer.",
    "Read the application's log in CloudWatch, then try again.",
)


@dataclass
class Play(Flow):
    """The flow of a play. What no part is written for is refused, as by an account without it."""

    refused: WizardError | None = None
    """What AWS says instead of who is signed in."""
    silent: bool = False
    """AWS never says who is signed in."""
    trouble: WizardError | None = None
    """What stands in the way of the run."""
    ends: str = ""
    """How the run ends: "well", "badly", or not at all."""
    there: Mapping[str, str] | None = None
    """What is deployed already, as answers."""
    changed: tuple[Drift, ...] = ()
    """What somebody changed of it since."""
    account_plan: AccountPlan | None = None
    closed: frozenset[str] = frozenset()
    """How the account pays, and the hosts that are closed to it."""
    asked: int = 0
    """How often the review was checked."""

    def sign_in(self, profile: str, region: str) -> Identity:
        if self.silent:
            time.sleep(60)
        if self.refused:
            raise self.refused
        return Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", "acme-dev")

    def answer(self, asked: Asked) -> object:
        """What AWS says to what the screens ask of it."""
        query, (_, region, *more) = asked
        answers: dict[Query[Any], object] = {
            queries.PRICES: snapshot(region, *(more if query is queries.PRICES else ())),
            queries.ADDRESS: "198.51.100.7",
            queries.CLOSED: self.closed,
            queries.ACCOUNT_PLAN: self.account_plan,
            queries.NO_NETWORK: "",
            queries.DEPLOYMENTS: Listed(()),
            queries.TAKEN: NameConflict(),
            queries.POLICIES: POLICIES,
            queries.CLUSTERS: CLUSTERS,
            queries.TENANTS: [],
            queries.SECRETS: SECRETS,
            queries.ACCESS: True,
            queries.REACH: True,
            queries.SUBNETS: SUBNETS,
            queries.PLACED: True,
            queries.SNAPSHOTS: [],
            queries.RESTORING: True,
        }
        return self._deployed(more[0], region) if query is queries.DEPLOYED else answers[query]

    def _deployed(self, name: str, region: str) -> Deployed:
        if self.there is None:
            return Deployed(name, region, False, {}, (), ())
        return Deployed(name, region, True, {"name": name, **self.there}, self.changed, ())

    def prepare(
        self,
        answers: Answers,
        told: Told | None = None,
        edits: Mapping[str, str] = NO_EDITS,
        decision: DriftDecision | None = None,
    ) -> Prepared:
        self.asked += 1
        given = {each.key: written(answers.values[each.key]) for each in QUESTIONS}
        made = plan({key: text for key, text in given.items() if text}, ACCOUNT)
        checks = tuple(
            self._check(look.id, look.name) for look in preflight_run.looks(answers.host)
        )
        if told:
            for check in checks:
                told(replace(check, state=Found.RUNNING, found="", troubles=()))
            for check in checks:
                told(check)
        findings = {step.id: PlannedChange(step, Action.CREATE) for step in made.steps}
        return Prepared(answers, made, Preflight(checks, findings), "")

    def _check(self, name: str, title: str) -> Check:
        if self.trouble and name == "app-runner":
            return Check(name, title, Found.PROBLEM, self.trouble.what, (self.trouble,))
        return Check(name, title, Found.FINE, FOUND.get(name, "as it should be"))

    def run(self, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        for event in half_way(prepared.plan):
            sink(event)
        stop.wait(0.4 if self.ends else 20)
        return outcome(prepared.plan, "badly" if self.ends != "well" else "well")

    def at(self, profile: str, region: str) -> World:
        raise WizardError("No part is written for this.")


def half_way(plan: Plan) -> Iterator[Event]:
    """The middle of a run: some done, some moving, one slower than usual, the image on its way."""
    for at, step in enumerate(plan.steps[:4]):
        yield StepMoved(step=step.id, state=StepState.LOOKING, at=float(at))
        yield StepMoved(step=step.id, state=StepState.WORKING, at=at + 0.5)
        yield Called(step=step.id, text=f"DescribeSomething {step.id}", at=at + 0.6)
        yield StepMoved(step=step.id, state=StepState.DONE, at=at + 2.0)
    yield StepMoved(step="instance", state=StepState.WAITING_ON_AWS, at=6.0, status="creating")
    yield StepMoved(step="repository", state=StepState.KEPT, at=6.5)
    yield StepMoved(step="image", state=StepState.WORKING, at=8.0, note="fetching")
    for role in ("access-role", "access-role-policy"):
        yield StepMoved(step=role, state=StepState.WORKING, at=9.0)
        yield StepMoved(step=role, state=StepState.DONE, at=11.0)
    for number, phase in enumerate(("ready", "fetching", "fetching", "waiting")):
        done = (60, 41, 7, 0)[number] * 1_000_000
        yield LayerMoved(
            step="image", layer=f"{number}f3a9c{number}", phase=phase, done=done, total=60_000_000,
            at=20.0 + number,
        )  # fmt: skip
    yield News(step="instance", text="DB instance created", at=200.0)
    yield StepMoved(step="api-secret", state=StepState.RETRYING, at=211.0, note="throttled, in 8 s")
    yield News(step="instance", text="Backing up DB instance", at=212.0)


def outcome(plan: Plan, ends: str) -> Outcome:
    """How the run ended."""
    results = {}
    for step in plan.steps:
        outputs = {"url": URL, "arn": ARN} if step.id == "service" else {}
        results[step.id] = StepResult(StepState.DONE, outputs, seconds=3.0)
    if ends == "badly":
        results["service"] = StepResult(StepState.FAILED, error=FAILED, seconds=240.0)
        for step_id in ("health", "refuses", "accepts", "client-config"):
            results[step_id] = StepResult(StepState.SKIPPED)
    return Outcome(results, False, 431.0)
