"""Choosing express in three faces: without anybody, in plain lines, on the full screen."""

import json
from typing import TYPE_CHECKING

from screens.answers.pages import DatabaseScreen
from tests.cli.test_process import run
from tests.journeys.life import account
from tests.plain.person import person
from tests.plain.test_journeys import starts
from tests.screens.journey import journey
from tests.support.standin import REGION
from tests.support.tiers import unsampled_tier
from wizard.answers.questions import Group
from wizard.ui.common.queries import NO_NETWORK

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

HERE = ("--region", REGION)


@unsampled_tier
def test_without_anybody(standin: "StandIn") -> None:
    before = account()
    done = run("apply", "--yes", *HERE, "--database", "express")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(run("status", "--json", *HERE).stdout)["deployments"]
    assert (found["well"], found["drift"]) == (True, [])
    assert found["database"]["internet_gateway"] is True
    assert "with IAM tokens only" in " ".join(run("status", *HERE).stdout.split())
    again = run("apply", "--yes", *HERE)
    assert again.returncode == 0, again.stderr
    assert "Changed: nothing" in again.stdout + again.stderr
    done = run("destroy", "--yes", *HERE, "--database-data", "delete")
    assert done.returncode == 0, done.stderr
    assert account() == before


def test_in_plain_lines_where_no_vpc_is(standin: "StandIn") -> None:
    standin.delete_default_vpc(REGION)
    with person("--plain") as someone:
        starts(someone)
        told = someone.sees("The agent is up.")
        assert "Agent database: done" in told
        assert someone.ends() == 0
    assert "the region has no default VPC" in someone.words


@unsampled_tier
async def test_on_the_full_screen(standin: "StandIn") -> None:
    standin.delete_default_vpc(REGION)
    async with journey() as person:
        await person.signed_in()
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.until(lambda: person.session.seen(NO_NETWORK), "the look for a VPC")
        assert person.session.collected.values["database"] == "express"
        assert "the region has no default VPC" in person.said
        assert "accepts IAM tokens only" in person.said
        await person.focus("database")
        await person.press("up", "space")
        assert person.session.collected.values["database"] == "new"
        assert "accepts IAM tokens only" not in person.said
