"""Deployments, their status and their removal, written down: so that a screen looks the same."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from screens.app import WizardApp
from tests.screens.play import ACCOUNT, ARN, REGION, URL, Play
from wizard.answers.model import Answers
from wizard.base.events import StepState
from wizard.engine.apply import Outcome, Residue
from wizard.engine.apply.context import Known
from wizard.engine.apply.step import StepResult
from wizard.engine.destroy import DeleteAction, Leaving, Seen
from wizard.engine.destroy.destroy_text import after
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.plan import Remains
from wizard.engine.destroy.report import Managed
from wizard.engine.drift import Drift
from wizard.engine.flow import Identity
from wizard.engine.job import End, Summary
from wizard.engine.status.data import (
    Agent,
    Database,
    DeploymentState,
    Figure,
    Instance,
    LogLine,
    Machine,
    Reply,
    Report,
)
from wizard.hosts.host import Operation, ServiceView
from wizard.plan.inputs import Choices, Extent, PlanInputs, Snapshot
from wizard.plan.model import WriteClientConfig
from wizard.plan.removal import removal
from wizard.ui.common.who import place_of

MADE = "2026-03-02T09:14:00+00:00"
SNAPSHOT = Snapshot("formae-db-final-20261124-101500", 3)
IDENTITY = Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", "acme-dev")


def place(app: WizardApp) -> Answers:
    """The deployment that is meant."""
    return place_of(app.session, "formae", REGION)


def written(app: WizardApp, pending: frozenset[str] = frozenset()) -> None:
    """What AWS would say of the deployments; `pending` sides never come in."""

    def reports(_place: Answers, *, name: str = "", **wanted: Any) -> Report:
        flow = app.session.flow
        assert isinstance(flow, Play)
        flow.asked += 1
        found = report(name, pending)
        if pending:
            wanted["told"](found)
            threading.Event().wait(5)
        return found

    vars(app).update(reports=reports, leaving=leaving)


def report(name: str, pending: frozenset[str] = frozenset()) -> Report:
    """One that is well, and beside it one that is not."""
    states = (state("blue", healthy=False), replace(state("formae"), pending=pending))
    if pending:
        bare = DeploymentState(name="formae", region=REGION, ours=True, parts=(), pending=pending)
        states = (states[0], replace(bare, operations=states[1].operations))
    return Report(
        machine=Machine(cli="0.88.1", newest="0.88.1"),
        regions=(REGION,),
        name=name,
        identity=IDENTITY,
        deployments=tuple(each for each in states if name in {"", each.name}),
    )


def state(name: str, *, healthy: bool = True) -> DeploymentState:
    """One of them."""
    age = timedelta(days=267) if healthy else timedelta(hours=5)
    made = (datetime.now(UTC) - age).isoformat()
    service = ServiceView(
        arn=ARN,
        status="RUNNING",
        running=True,
        url=f"https://{URL}",
        image=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}:0.88.1",
        cpu="1024",
        memory="2048",
        created=made,
        updated=MADE,
    )
    health = Reply(200) if healthy else Reply(503)
    return DeploymentState(
        name=name,
        region=REGION,
        ours=True,
        parts=(),
        service=service,
        operations=(
            Operation(type="UPDATE_SERVICE", status="SUCCEEDED", started=MADE, ended=MADE),
            Operation(type="CREATE_SERVICE", status="SUCCEEDED", started=MADE, ended=MADE),
        ),
        agent=Agent(health=health, strangers=Reply(401), owner=Reply(200), version="0.88.1"),
        protected=True,
        version="0.88.1",
        database=Database(
            cluster=f"{name}-db",
            own=True,
            status="available",
            engine_version="16.8",
            least=0.5,
            most=2.0,
            instances=(Instance(f"{name}-db-instance", "available", "db.serverless"),),
            capacity=Figure(0.5, MADE),
            volume=Figure(48_200_000.0, MADE),
        ),
        logs=(LogLine(MADE, "agent started"), LogLine(MADE, "reconciled 12 resources, 0 changes")),
        drift=(Drift("", "", "2048", "4096", "Agent size: Memory"),),
    )


def leaving(answers: Answers, choices: Choices) -> Leaving:
    """Everything of it is there, and goes."""
    named = replace(choices, snapshot=SNAPSHOT.name)
    plan = removal(answers, PlanInputs(account=ACCOUNT), Extent(), named)
    seen = {}
    for step in plan.steps:
        action = DeleteAction.GOES if step.delete and not step.part_of else DeleteAction.NOTHING
        if isinstance(step.make, WriteClientConfig):
            action = DeleteAction.CONFIG
        seen[step.id] = Seen(step, action, step.title)
    remains = Remains(seen, Known(None))  # type: ignore[arg-type]
    return Leaving(plan, ACCOUNT, named, Extent(), remains, Managed(12, 3, 1))


def removed(app: WizardApp, *, well: bool) -> End:
    """The end: all is gone, or it was stopped while the database went."""
    flow, answers = app.session.flow, place(app)
    left = leaving(answers, Choices())
    going = left.remains.of(DeleteAction.GOES)
    results = {each.step.id: StepResult(StepState.DONE) for each in going}
    if not well:
        results["cluster"] = StepResult(StepState.SKIPPED, left=Residue.GOING, status="deleting")
    for step in left.plan.steps:
        results.setdefault(step.id, StepResult(StepState.KEPT))
    outcome = Outcome(results, not well, 512.0)
    lines = tuple(after(left, outcome, (SNAPSHOT,) * well))
    return End(destroy_job(flow, left, answers, agreed=False), outcome, Summary(lines))
