"""Whole journeys on the stand-in, from the first screen to the end of a run."""

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from screens.answers.group import GroupScreen
from screens.answers.pages import AccountScreen, DatabaseScreen, ProtectionScreen, SizingScreen
from screens.answers.summary import SummaryScreen
from screens.dialogs import Dialog, Help
from screens.review.screen import ReviewScreen
from screens.run.progress import ProgressScreen
from screens.run.result import ResultScreen
from tests.screens.journey import journey
from tests.support.account import changes, secret, service
from tests.support.standin import ACCOUNT, REGION, Held, NewAccount
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.answers.questions import Group, question
from wizard.base.events import Sink, StepState
from wizard.base.offer import open_hosts
from wizard.base.secret import Secret
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared
from wizard.standin.docker.registries import Registries
from wizard.standin.freetier import free_plan
from wizard.ui.common.progress import Layer
from wizard.ui.common.queries import CLOSED as HOSTS_CLOSED
from wizard.ui.common.queries import DEPLOYMENTS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


CLOSED = {Source.FLAG: {"host": "apprunner", "region": REGION}}
"""Who says App Runner where the account has none."""
Gate = threading.Event


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A run does not end before this is set, so that no test comes too late to see it."""
    opened, run = threading.Event(), Flow.run

    def held(self: Flow, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        outcome = run(self, prepared, sink, stop)
        opened.wait(60)
        return outcome

    monkeypatch.setattr(Flow, "run", held)
    return opened


async def test_with_defaults_from_the_first_screen_to_the_end(
    standin: "StandIn", home: Path
) -> None:
    async with journey() as person:
        await person.signed_in()
        await person.press("l")
        await person.at(AccountScreen)
        assert f"Signed in to account {ACCOUNT}" in person.said
        for group in list(Group)[1:]:
            await person.press("enter")
            screen = await person.at(GroupScreen)
            assert screen.group is group
            assert ACCOUNT in person.shown.splitlines()[0]
        await person.press("enter")
        review = await person.at(ReviewScreen)
        assert "Nothing has been created yet." in person.shown
        await person.until(lambda: not review.checking)
        assert changes(standin) == []
        await person.press("enter")
        await person.at(Dialog)
        assert ACCOUNT in person.shown
        assert "eu-west-1" in person.shown
        await person.press("enter")
        await person.at(ResultScreen)
        url = f"https://{service()['ServiceUrl']}"
        assert url in person.said
        for proof in (
            "The agent answers",
            "Requests without a password are refused",
            "Your password is accepted",
        ):
            assert f"✓ {proof}" in person.said
        assert "formae.conf.pkl written" in person.said
        assert "formae apply --mode reconcile your-forma.pkl" in person.said
        assert (home / ".config" / "formae" / "formae.conf.pkl").exists()
        await person.press("enter")
    assert person.app.return_value is not None
    assert person.app.return_value.outcome.ok


async def test_wait_for_the_sign_in_and_go_on(standin: "StandIn") -> None:
    async with journey() as person:
        await person.press("l", "ctrl+n")
        await person.until(lambda: not isinstance(person.app.screen, AccountScreen))
        assert person.session.account == ACCOUNT


@unsampled_tier
async def test_going_back_keeps_the_answers(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        await person.press("l", "ctrl+n")
        screen = await person.at(SizingScreen)
        screen.query_one("#field-size Choices").focus()
        await person.press("down")
        assert person.session.collected.values["cpu"] == 1024
        await person.press("space")
        assert person.session.collected.values["cpu"] == 2048
        assert person.session.collected.values["memory"] == 4096
        await person.press("escape")
        await person.at(AccountScreen)
        await person.press("ctrl+n", "ctrl+n", "escape")
        assert "● 2 vCPU, 4 GB" in person.shown
        assert person.session.draft[Source.TYPED] == {"cpu": "2 vCPU", "memory": "4 GB"}


async def test_the_list_of_topics_leads_everywhere(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        await person.press("l", "f2", "down", "down", "down", "down", "enter")
        await person.at(ProtectionScreen)
        assert "✓ Account and region" in person.shown
        await person.press("f1")
        await person.at(Help)
        assert "password" in person.said
        await person.press("escape")
        await person.at(ProtectionScreen)


async def test_a_policy_of_another_account_is_told_beside_its_field(standin: "StandIn") -> None:
    async with journey({Source.FLAG: {"scope": "policies"}}) as person:
        await person.signed_in()
        person.app.go(Group.SCOPE.value)
        await person.pilot.pause()
        await person.focus("policy_arns")
        await person.paste("arn:aws:iam::999999999999:policy/mine")
        assert "belongs to account 999999999999" in person.problem("policy_arns")
        await person.press("ctrl+n")
        screen = await person.at(GroupScreen)
        assert screen.group is Group.SCOPE
        assert "Fix first: Policy ARNs" in person.shown


async def test_a_password_is_checked_and_stays_out_of_the_answers(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        person.app.go(Group.PROTECTION.value)
        await person.pilot.pause()
        person.app.screen.query_one("#password").focus()
        await person.write("short")
        assert "at least 12" in person.problem("password")
        await person.press("ctrl+n")
        await person.at(ProtectionScreen)
        await person.paste("-but-longer-now")
        assert person.problem("password") == ""
        assert person.session.flow.passwords == {"api": Secret("short-but-longer-now")}
        assert "short-but" not in person.shown + repr(person.session)
        await person.press("ctrl+n", "escape")
        await person.at(ProtectionScreen)
        assert person.session.password == Secret("short-but-longer-now")
        await person.review()
        assert "short-but" not in person.said
        await person.press("ctrl+s", "s")
        await person.at(ResultScreen)
    assert json.loads(secret("formae-api-creds"))["password"] == "short-but-longer-now"


async def test_nobody_goes_on_without_being_signed_in(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with journey() as person:
        await person.until(lambda: person.session.signed_in is not None)
        assert "not signed in" in person.said
        await person.press("l")
        await person.at(AccountScreen)
        assert "What to do:" in person.said
        await person.press("ctrl+n")
        await person.pilot.pause(0.3)
        await person.until(lambda: person.session.signed_in is not None)
        await person.at(AccountScreen)
        assert "Sign in to continue" in person.said
        await person.press("f2", "up", "up", "enter")
        await person.at(ReviewScreen)
        assert "Some answers are missing." in person.said
        await person.press("ctrl+s")
        await person.at(ReviewScreen)
        assert person.app.ended is None
    assert changes(standin) == []


async def test_what_stands_in_the_way_blocks_the_start(new_account: NewAccount) -> None:
    standin = new_account(closed=True)
    async with journey(CLOSED) as person:
        await person.signed_in()
        await person.review()
        assert "This AWS account cannot use App Runner" in person.said
        assert "Cannot start" in person.shown
        await person.press("ctrl+s", "enter")
        assert person.app.ended is None
        assert not isinstance(person.app.screen, Dialog)
        await person.review()
        assert "h: run it on ECS" in person.said
        await person.press("h")
        screen = await person.at(ReviewScreen)
        await person.until(lambda: not screen.checking, "the check")
        assert person.session.answers.host == open_hosts()[0]
        assert "cannot use App Runner" not in person.said
        assert "Cannot start" not in person.said
    assert changes(standin) == []


async def test_the_host_of_a_closed_account_by_default(new_account: NewAccount) -> None:
    new_account(closed=True)
    async with journey() as person:
        await person.signed_in()
        await person.until(lambda: person.session.seen(HOSTS_CLOSED))
        host = person.session.collected.given["host"]
        assert host.value == open_hosts()[0]
        assert host.reason == "App Runner is closed to this account"


async def test_what_the_free_plan_refuses_cannot_be_chosen(standin: "StandIn") -> None:
    standin.world.account_plan = free_plan()
    async with journey({Source.FLAG: {"database": "new", "region": REGION}}) as person:
        await person.signed_in()
        await person.until(lambda: person.session.account_plan, "the plan")
        assert "Free plan, $87 left until" in person.shown
        assert "your credits ($87) last about" in person.said
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        assert "A new Aurora Serverless v2 cluster: not allowed" in person.shown
        assert person.session.problems(Group.DATABASE).keys() == {"database"}
        await person.pilot.click("#field-database Choices", offset=(3, 2))
        assert person.session.text("database") != "new", "the second, for the first is two lines"
        await person.press("up", "space")
        assert person.session.text("database") != "new", "what is refused is not taken"
        standin.world.account_plan = None  # somebody upgraded it
        person.app.look(soon=True)
        await person.until(lambda: not person.session.refused(question("database")), "the news")
    assert changes(standin) == []


async def test_a_failure_in_the_middle_and_try_again(standin: "StandIn") -> None:
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    async with journey() as person:
        await person.signed_in()
        await person.review()
        await person.press("ctrl+s", "s")
        await person.at(ResultScreen)
        assert "no iam:CreateRole for you" in person.said
        assert "Ask for it, or use a profile" in person.said
        assert "What exists now" in person.said
        assert "formae-wizard apply --yes --region eu-west-1" in person.said
        before = len(changes(standin))
        await person.press("r")
        await person.until(lambda: person.app.ended and person.app.ended.outcome.ok)
        await person.at(ResultScreen)
        assert "The agent is up" in person.shown
        assert "rds:CreateDBCluster" not in changes(standin)[before:]


async def test_stopping_asks_and_tells_what_is_there(held: Held) -> None:
    async with journey() as person:
        await person.signed_in()
        await person.review()
        await person.press("ctrl+s", "s")
        await person.at(ProgressScreen)
        await person.press("ctrl+c")
        await person.at(Dialog)
        assert "Stop after the running calls" in person.shown
        await person.press("escape")
        await person.at(ProgressScreen)
        await person.press("q", "s")
        await person.at(ResultScreen)
        assert "Stopped" in person.shown
        assert "What exists now" in person.said
        ended = person.app.ended
        assert ended is not None
        assert ended.outcome.interrupted
        assert StepState.SKIPPED in {each.state for each in ended.outcome.results.values()}


@pytest.fixture
def arriving(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until this is set, the layers of the image are on their way and never arrive."""
    arrives = threading.Event()
    monkeypatch.setattr(Registries, "_take_time", lambda *_: arrives.wait(60))
    return arrives


@unsampled_tier
async def test_quitting_while_the_image_is_copied(
    standin: "StandIn", arriving: threading.Event
) -> None:
    async with journey() as person:
        await person.signed_in()
        await person.review()
        await person.press("ctrl+s", "s")
        run = await person.at(ProgressScreen)
        await person.until(lambda: any(each.phase == "copying" for each in layers(run)))
        await person.press("ctrl+c")
        await person.at(Dialog)
        await person.press("s")
        await person.at(ResultScreen)  # though the layer is still on its way
        assert "Stopped" in person.shown
        assert "What exists now" in person.said
        ended = person.app.ended
        assert ended is not None
        assert ended.outcome.interrupted
        assert ended.outcome.results["image"].state is StepState.SKIPPED
        assert "apprunner:CreateService" not in changes(standin)
        arriving.set()
        await person.press("r")
        await person.until(lambda: person.app.ended and person.app.ended.outcome.ok)
        await person.at(ResultScreen)
        assert "The agent is up" in person.shown


def layers(run: ProgressScreen) -> list[Layer]:
    return list(run._progress.layers.values())


@unsampled_tier
async def test_a_run_ends_under_an_open_dialog(standin: "StandIn", gate: Gate) -> None:
    async with journey() as person:
        await person.signed_in()
        await person.review()
        await person.press("ctrl+s", "s")
        await person.at(ProgressScreen)
        await person.press("f1")
        await person.at(Help)
        gate.set()
        await person.at(ResultScreen)
        assert "The agent is up" in person.shown


@unsampled_tier
async def test_a_run_may_be_resized_at_any_time(standin: "StandIn", gate: Gate) -> None:
    async with journey(size=(120, 40)) as person:
        await person.signed_in()
        await person.review()
        await person.press("ctrl+s", "s")
        await person.at(ProgressScreen)
        for size in ((60, 15), (200, 60), (80, 24)):
            gate.set()
            await person.pilot.resize_terminal(*size)
            await person.pilot.pause(0.1)
        await person.at(ResultScreen)


async def test_leaving_asks_first(standin: "StandIn") -> None:
    async with journey() as person:
        await person.signed_in()
        await person.until(lambda: person.session.seen(DEPLOYMENTS), "what is there")
        await person.press("ctrl+c")
        await person.at(Dialog)
        assert "Nothing has been created." in person.shown
        await person.press("escape")
        await person.at(SummaryScreen)
        await person.press("ctrl+q", "l")
        await person.until(lambda: not person.app.is_running)
    assert person.app.return_value is None


async def test_a_database_screen_without_a_sign_in_takes_a_pasted_arn() -> None:
    async with journey({Source.FLAG: {"database": "existing"}}) as person:
        person.app.go(Group.DATABASE.value)
        await person.at(DatabaseScreen)
        await person.focus("cluster_arn")
        await person.paste("arn:aws:rds:eu-west-1:12:cluster:x")
        assert "not the ARN of an Aurora cluster" in person.problem("cluster_arn")
