"""A run as a person watches it: details, the log, stopping, leaving, and what is told then."""

import threading
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from screens.dialogs import Dialog
from screens.run.log_view import LogView
from screens.run.progress import ProgressScreen
from screens.run.progress_draw import StepTree
from screens.run.result import ResultScreen
from tests.screens.journey import Journey, journey
from tests.support.standin import Held
from tests.support.tiers import unsampled_tier
from wizard.base.events import Sink
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WIDE = (120, 40)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A run does not end before this is set, so that no test comes too late to see it."""
    opened, run = threading.Event(), Flow.run

    def held(self: Flow, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        outcome = run(self, prepared, sink, stop)
        opened.wait(60)
        return outcome

    monkeypatch.setattr(Flow, "run", held)
    return opened


async def started(person: Journey) -> ProgressScreen:
    await person.signed_in()
    await person.review()
    await person.press("ctrl+s", "s")
    return await person.at(ProgressScreen)


@unsampled_tier
async def test_a_failure_shows_awss_words_while_the_rest_goes_on(
    standin: "StandIn", gate: threading.Event
) -> None:
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    async with journey(size=WIDE) as person:
        screen = await started(person)
        tree = screen.query_one(StepTree)
        await person.until(lambda: "1 failed" in person.said, "the failure")
        await person.until(lambda: tree.step in {"access-role", "instance-role"})
        detail = screen.query_one("#detail", Static)
        await person.until(lambda: "no iam:CreateRole for you" in str(detail.visual))
        assert "aws iam create-role" in str(detail.visual)
        await person.press("c")
        assert person.app.clipboard.startswith("aws iam create-role")
        gate.set()
        await person.at(ResultScreen)
        assert "no iam:CreateRole for you" in person.said
        await person.press("1")
        assert person.app.clipboard == "formae-wizard apply --yes --region eu-west-1"
        assert "Cost while idle: about $" in person.said
        await person.press("c")
        assert "FW-IAM-001 · AWS: AccessDenied of iam CreateRole, request " in person.app.clipboard
        await person.press("x")
        await person.until(lambda: "What existed before stays" in person.said)
        await person.press("s")
        await person.press("r")
        await person.until(lambda: person.app.ended and person.app.ended.outcome.ok)


@unsampled_tier
async def test_the_log_is_searched_and_follows(standin: "StandIn", gate: threading.Event) -> None:
    async with journey() as person:
        screen = await started(person)
        view = screen.query_one(LogView)
        await person.until(lambda: "formae CLI config  done" in view.lines.text())
        assert view.following
        await person.press("slash")
        await person.write("aurora cl")
        await person.press("enter")
        assert view.current is not None
        assert not view.following
        first = view.current
        await person.press("N")
        assert view.current in view.lines.found
        assert view.current != first
        assert "for “aurora cl”" in person.shown
        rows = view.lines.rows
        await person.press("v")
        assert view.lines.rows > rows
        await person.press("c")
        assert "rds CreateDBCluster" in person.app.clipboard
        await person.press("f")
        assert view.following
        await person.press("escape", "escape", "enter")
        assert "Do it by hand" in person.said
        await person.press("w")
        for size in ((60, 15), (200, 60), (80, 24)):
            await person.pilot.resize_terminal(*size)
            await person.pilot.pause(0.05)
        gate.set()
        await person.at(ResultScreen)


@unsampled_tier
async def test_leaving_it_to_aws_ends_the_wizard_and_says_how_to_go_on(
    held: Held,
) -> None:
    async with journey() as person:
        screen = await started(person)
        await person.until(lambda: "Aurora instance  waiting on AWS" in _log(screen))
        await person.press("ctrl+c")
        await person.at(Dialog)
        assert "AWS finishes Aurora instance on its own" in person.said.replace("\n", " ")
        await person.press("l")
        await person.until(lambda: not person.app.is_running)
    ended = person.app.return_value
    assert ended is not None
    assert ended.outcome.interrupted


def _log(screen: ProgressScreen) -> str:
    return screen.query_one(LogView).lines.text()


@unsampled_tier
async def test_stopping_tells_what_aws_goes_on_with(
    held: Held,
) -> None:
    async with journey() as person:
        screen = await started(person)
        await person.until(lambda: "Aurora instance  waiting on AWS" in _log(screen))
        await person.press("q", "s")
        await person.at(ResultScreen)
        assert "AWS finishes on its own" in person.said
        assert "Aurora instance (" in person.said
        await person.press("2")
        assert person.app.clipboard.startswith("aws rds describe-db-instances")


@unsampled_tier
async def test_the_end_tells_proofs_costs_and_commands(
    standin: "StandIn", gate: threading.Event
) -> None:
    async with journey() as person:
        await started(person)
        gate.set()
        await person.at(ResultScreen)
        for words in ("HTTP 401, without a password", "a month idle", ".log"):
            assert words in person.said
        await person.press("u")
        assert person.app.clipboard.startswith("https://")
        for key, command in (("1", "formae status agent"), ("2", "formae apply"), ("3", "formae-")):
            await person.press(key)
            assert person.app.clipboard.startswith(command)
