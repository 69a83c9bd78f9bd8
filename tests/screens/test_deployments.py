"""What is deployed is found, looked at and removed in full screen, on the stand-in."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button, Input

from screens.answers.summary import SummaryScreen
from screens.deployments.listed import DeploymentsScreen
from screens.deployments.removal import GoneScreen, RemovalScreen
from screens.deployments.status import StatusScreen
from screens.run.progress import ProgressScreen
from tests.destroy.test_obstacles import replicated
from tests.screens.journey import Journey, journey
from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import REGION, Held, client
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.aws.live import ask
from wizard.base.events import StepState
from wizard.engine.job import Verb
from wizard.ui.common.ending import rotated_text
from wizard.ui.common.queries import DEPLOYMENTS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


async def listed(person: Journey) -> DeploymentsScreen:
    """From the first page to the list, looked through to its end."""
    await person.at(SummaryScreen)
    await person.signed_in()
    await person.press("d")
    screen = await person.at(DeploymentsScreen)
    await person.until(lambda: not screen._looking, "the list")
    return screen


@unsampled_tier
async def test_found_by_another_name_shown_and_taken_up(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(name="blue", cpu="2 vCPU", memory="4 GB", tags="team=a")
    made = len(changes(standin))
    async with journey() as person:
        screen = await listed(person)
        (found,) = screen._briefs
        assert (found.name, found.region, found.health) == ("blue", REGION, "answers")
        assert found.size == "2 vCPU, 4 GB"
        assert "1 deployment in" in person.shown
        await person.press("t")
        status = await person.at(StatusScreen)
        await person.until(lambda: not status._looking, "the whole status")
        for words in (
            "The agent answers and refuses requests without a password.",
            "no changes since setup",
            "RUNNING",
        ):
            assert words in person.said
        assert "not fetched (AWS charges $0.01). Press $." in person.said
        await person.press("dollar_sign")
        await person.until(lambda: "nothing since " in person.said, "month's cost")
        await person.press("r")
        await person.until(lambda: not status._looking, "the second look")
        assert "nothing since " in person.said
        assert [str(each) for each in standin.calls].count("ce:GetCostAndUsage") == 1
        await person.press("u")
        assert person.app.clipboard.startswith("https://")
        await person.press("p")
        await person.until(lambda: "New password for blue" in person.shown, "the dialog")
        await person.press("n")
        await person.at(StatusScreen)
        await person.press("e")
        await person.at(SummaryScreen)
        await person.until(lambda: person.session.deployment, "its answers")
        assert person.session.collected.values["name"] == "blue"
        assert person.session.collected.values["cpu"] == 2048
        assert person.session.collected.values["tags"] == (("team", "a"),)
        assert "“blue” is deployed here" in person.said
    assert changes(standin)[made:] == []


@unsampled_tier
async def test_an_empty_list_says_what_to_do(standin: "StandIn") -> None:
    async with journey() as person:
        screen = await listed(person)
        assert f"No deployments in {REGION}." in person.said
        assert "+: new one here · v: all regions." in person.said
        assert "Version" not in person.shown
        await person.press("v")
        await person.until(lambda: not screen._looking, "the look everywhere")
        assert "+: new one here · r: refresh." in person.said
        await person.press("plus")
        await person.until(lambda: "Deployment name" in person.shown, "the name of a new one")


async def test_removed_once_its_name_is_typed_and_nothing_before(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    made = len(changes(standin))
    async with journey() as person:
        await listed(person)
        await person.press("x")
        screen = await person.at(RemovalScreen)
        await person.until(lambda: screen._leaving, "what is removed")
        assert "Will be removed:" in person.said
        assert "✗" not in person.said, "nothing is wrong before anything is typed"
        assert screen.query_one("#name", Input).placeholder == "", "nothing looks filled in"
        assert "is kept: formae-db-final-" in person.said
        remove = screen.query_one("#remove", Button)
        remove.press()
        await person.pilot.pause()
        assert remove.disabled
        screen.query_one("#name").focus()
        await person.write("formaex")
        assert remove.disabled
        assert "You typed “formaex”, not “formae”." in person.said
        assert changes(standin)[made:] == []
        await person.press("backspace", "enter")
        assert not remove.disabled
        await person.press("enter")
        await person.at(GoneScreen)
        assert "“formae” is removed" in person.said
        assert "Still costs money: the snapshot formae-db-final-" in person.said
        await person.press("c")
        assert re.search("--name formae .* --snapshot formae-db-final-", person.app.clipboard)
        await person.press("ctrl+c")
        ended = person.app.return_value
    assert ended is not None
    assert ended.job.verb is Verb.DESTROY
    assert ended.code == 0
    assert any("is removed" in line for line in ended.lines)
    assert client("apprunner").list_services()["ServiceSummaryList"] == []
    assert client("rds").describe_db_clusters()["DBClusters"] == []
    assert not (home / ".config" / "formae" / "formae.conf.pkl").exists()


@unsampled_tier
async def test_a_database_that_is_kept_and_a_protected_one(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    client("rds").modify_db_cluster(DBClusterIdentifier="formae-db", DeletionProtection=True)
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        await listed(person)
        await person.press("x")
        screen = await person.at(RemovalScreen)
        await person.until(lambda: screen._leaving, "what is removed")
        screen.query_one("#name").focus()
        await person.write("formae")
        assert "The cluster has deletion protection" in person.said
        assert screen.query_one("#remove", Button).disabled
        screen.query_one("#data Choices").focus()
        await person.press("down", "space")
        await person.until(lambda: screen._leaving and "you keep the database" in person.said)
        assert not screen.query_one("#consent").display
        assert not screen.query_one("#remove", Button).disabled
        screen.query_one("#remove", Button).focus()
        await person.press("enter")
        await person.at(GoneScreen)
        assert "Still costs money: what stays" in person.said
        await person.press("escape")
        await person.at(SummaryScreen)
        await person.until(lambda: person.session.seen(DEPLOYMENTS), "the list asked anew")
    assert client("rds").describe_db_clusters()["DBClusters"]
    assert client("apprunner").list_services()["ServiceSummaryList"] == []


@unsampled_tier
async def test_what_aws_would_refuse_is_in_the_way(standin: "StandIn", command: Command) -> None:
    command.deployed()
    free = replicated(standin)
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        await listed(person)
        await person.press("x")
        screen = await person.at(RemovalScreen)
        await person.until(lambda: screen._leaving, "what goes")
        assert "formae-config is replicated to eu-central-1" in person.said
        assert "remove-regions-from-replication" in person.said
        screen.query_one("#name").focus()
        await person.write("formae")
        assert "Something blocks the removal" in person.said
        assert screen.query_one("#remove", Button).disabled
        free()
        await person.press("ctrl+l")
        await person.until(lambda: screen._leaving and "Blocking the removal" not in person.said)
        assert not screen.query_one("#remove", Button).disabled


@unsampled_tier
async def test_another_password_from_the_list(standin: "StandIn", command: Command) -> None:
    command.deployed()
    old = json.loads(secret("formae-api-creds"))["password"]
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        await listed(person)
        await person.press("p", "a")
        await person.until(lambda: "Rotate in" in person.shown, "what would be done")
        assert "~ New API password" in person.shown
        await person.press("g")
        await person.until(lambda: "✓ Rotated" in person.shown, "its end")
        assert any(isinstance(each, ProgressScreen) for each in person.app.screen_stack)
        assert "The agent now accepts only the password" in person.shown
        await person.press("f")
        await person.at(SummaryScreen)
    new = json.loads(secret("formae-api-creds"))["password"]
    url = f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert ask(url, "formae", new).status == 200
    assert ask(url, "formae", old).status == 401


async def rotating(person: Journey, which: str) -> ProgressScreen:
    """From the list to the run."""
    await listed(person)
    await person.press("p", which)
    await person.until(lambda: "Rotate in" in person.shown, "what would be done")
    await person.press("g")

    def begun() -> list[ProgressScreen]:  # its end may be over it already
        return [each for each in person.app.screen_stack if isinstance(each, ProgressScreen)]

    await person.until(begun, "the rotation")
    return begun()[0]


@unsampled_tier
async def test_a_rotation_that_app_runner_takes_back_says_so(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    old = secret("formae-api-creds")
    forbid = {"Effect": "Deny", "Action": "rds-data:*", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName="formae-apprunner-instance",
        PolicyName="forbid",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [forbid]}),
    )
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        await rotating(person, "a")
        await person.until(lambda: "✗ Not rotated" in person.shown, "its end")
        for words in (
            "App Runner rolled the deployment back; the secrets are restored, too.",
            "The agent now accepts only the password in the current version of the secret",
            "Repeat it: formae-wizard rotate --yes",
        ):
            assert words in " ".join(person.said.replace("│", " ").split())
        await person.press("f")
        await person.at(SummaryScreen)
        await person.press("ctrl+c")
        assert "The passwords stay as they are now." in person.said
        await person.press("l")
        ended = person.app.return_value
    assert ended is not None
    assert ended.job.verb is Verb.ROTATE
    assert ended.code == 1
    assert any("the secrets are restored, too" in line for line in rotated_text(ended))
    assert secret("formae-api-creds") == old


@unsampled_tier
async def test_a_rotation_left_to_aws_says_how_to_go_on(held: Held, command: Command) -> None:
    held.release()
    command.deployed()
    held.hold()  # the keys come before the waiting ends
    async with journey({Source.FLAG: {"region": REGION}}) as person:
        screen = await rotating(person, "a")
        await person.until(
            lambda: screen._progress.states["service"] is StepState.WAITING_ON_AWS, "a deployment"
        )
        await person.press("q")
        await person.until(lambda: "Leave it to AWS" in person.shown, "the question")
        await person.press("l")
        await person.until(lambda: person.app.return_value, "the shell")
        ended = person.app.return_value
    assert ended is not None
    assert ended.job.verb is Verb.ROTATE
    assert ended.code == 130
    told = " ".join(rotated_text(ended))
    assert "⊘ Stopped: the passwords of formae in eu-west-1" in told
    assert "password" in told
    assert "Resume: formae-wizard rotate --yes" in told
    assert "Nothing was created" not in told
