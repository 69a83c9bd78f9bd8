"""Restoring in three faces: without anybody, in plain lines, on the full screen."""

import asyncio
import json
import re
import shlex
import threading
from typing import TYPE_CHECKING

from screens.answers.pages import DatabaseScreen
from tests.cli.test_process import run
from tests.express.test_express import applied, removed
from tests.plain.person import person
from tests.plain.test_journeys import GO_ON, START, SURE
from tests.restore.test_restore import answers, kept
from tests.screens.journey import journey
from tests.support.standin import REGION
from tests.support.tiers import unsampled_tier
from wizard.answers.questions import Group
from wizard.engine.apply import Outcome
from wizard.engine.destroy.job import destroy_job
from wizard.engine.destroy.teardown import leaving
from wizard.engine.flow import Flow
from wizard.engine.job import Job
from wizard.plan.inputs import Choices, Data
from wizard.standin.call import AwsError
from wizard.standin.faults import Fault
from wizard.ui.common.queries import RESTORING, SNAPSHOTS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

HERE = ("--region", REGION)


@unsampled_tier
def test_without_anybody(standin: "StandIn") -> None:
    own = ("--host", "ecs", "--database", "express", "--database-name", "stacks")
    assert run("apply", "--yes", *HERE, *own, "--tags", "team=a b").returncode == 0
    done = run("destroy", "--yes", *HERE, "--purge-secrets")
    assert done.returncode == 0, done.stderr
    command = re.search(r"`formae-wizard (apply .*--snapshot (\S+))`", done.stdout + done.stderr)
    assert command
    assert command[2] == kept()
    plan = run("plan", *HERE, "--snapshot", kept())
    assert f"restored from the snapshot {kept()}" in " ".join(plan.stdout.split())
    again = run(*shlex.split(command[1]), "--yes", "--json")
    assert again.returncode == 0, again.stderr
    assert "Changed: nothing" in run("apply", "--yes", *HERE, *own).stdout
    (found,) = json.loads(run("status", "--json", *HERE).stdout)["deployments"]
    assert (found["well"], found["drift"]) == (True, [])
    again = run("apply", "--yes", *HERE)
    assert "Changed: nothing" in again.stdout + again.stderr
    refused = run("apply", "--yes", *HERE, "--snapshot", "another")
    assert refused.returncode == 3
    assert "was not restored from another" in " ".join(refused.stderr.split())


@unsampled_tier
def test_a_removal_that_was_cut_off_still_names_all_that_was_chosen(standin: "StandIn") -> None:
    """Also what was recorded on things that had gone by then."""
    own = {"host": "ecs", "database_name": "stacks", "memory": "4096", "tags": "team=a b"}
    given = answers(**own)
    assert applied(given) == {}
    flow, choices = Flow(), Choices(data=Data.FINAL_SNAPSHOT, purge_secrets=True)
    refused = AwsError("AccessDeniedException", "no")
    standin.disturb(Fault(service="rds", operation="DeleteDBCluster", outcome=refused, times=1))

    def remove() -> tuple[Job, Outcome]:
        job = destroy_job(flow, leaving(flow, given, choices), given, agreed=True)
        return job, job.work(lambda _: None, threading.Event())

    assert not remove()[1].ok
    job, outcome = remove()
    assert outcome.ok, outcome.errors
    told = str(job.summary(outcome, None).data["restore"])
    for words in ("--host ecs", "--database-name stacks", "--memory 4096", "--tags 'team=a b'"):
        assert words in told, told


def left() -> None:
    """A deployment that is gone, but for its snapshot, and its secrets for some days."""
    assert applied(answers()) == {}
    removed(answers(), Data.FINAL_SNAPSHOT, purge=False)


@unsampled_tier
def test_in_plain_lines(standin: "StandIn") -> None:
    left()
    with person("--plain") as someone:
        number = someone.sees(" From snapshot: none").split()[-1].rstrip(".")
        someone.answers(GO_ON, number)
        asked = "Restore from a snapshot [an empty database]:"
        listed = someone.answers(asked, "nothing-there")
        assert f"1. {kept()}, of “formae”, PostgreSQL 16" in listed
        assert "does not exist" in someone.answers(GO_ON, number)
        someone.answers("Restore from a snapshot [nothing-there]:", "1")
        someone.answers(GO_ON)
        someone.answers(START)
        someone.answers(SURE, "yes")
        assert "Database password: done" in someone.sees("The agent is up.")
        assert someone.ends() == 0


@unsampled_tier
async def test_on_the_full_screen(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        await person.until(lambda: person.session.seen(SNAPSHOTS) == [], "that there is none yet")
        await asyncio.to_thread(left)
        person.app.home()
        await person.signed_in()
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.until(lambda: person.session.seen(SNAPSHOTS), "the snapshots")
        assert "1 snapshot of agents' databases" in person.said
        await person.focus("snapshot")
        await person.paste("nothing-there")
        await person.until(lambda: person.session.seen(RESTORING), "the look at the snapshot")
        assert "does not exist" in person.problem("snapshot")
        await person.press("home", "ctrl+k", "down", "enter")
        assert person.session.collected.values["snapshot"] == kept()
        await person.until(lambda: person.session.seen(RESTORING), "the look at the snapshot")
        assert person.problem("snapshot") == ""
