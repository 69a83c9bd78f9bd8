"""A run that was left unfinished, offered by the faces: go on, look at what exists, forget it."""

from typing import TYPE_CHECKING

import pytest

from screens.answers.summary import SummaryScreen
from screens.deployments.removal import GoneScreen, RemovalScreen
from screens.dialogs import Dialog
from screens.review.screen import ReviewScreen
from screens.run.result import ResultScreen
from tests.destroy.test_destroy import TRACELESS
from tests.journal.runs import killed_at
from tests.plain.person import person
from tests.screens.journey import journey
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.standin import REGION, NewAccount
from tests.support.tiers import unsampled_tier
from wizard.answers.file import saved
from wizard.answers.model import Source
from wizard.journal import End, Head, kept, unfinished

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ANSWERS = saved({"region": "eu-west-1", "name": "first"})


def left_behind(account: str = "123456789012", answers: str = ANSWERS, verb: str = "apply") -> None:
    """A journal of a run that was stopped."""
    head = Head(
        verb=verb,
        name="first",
        region="eu-west-1",
        account=account,
        answers=answers,
        again="formae-wizard destroy --yes --name first" if verb == "destroy" else "",
    )
    with kept(head, {}) as journal:
        journal.end(End.STOPPED)


async def test_go_on_in_full_screen_asks_nothing_again(
    new_account: NewAccount, command: object
) -> None:
    standin = new_account()
    killed_at(standin, "rds", "CreateDBCluster")
    async with journey() as person:
        dialog = await person.at(Dialog)
        assert "A run was interrupted at “" in person.said
        assert "first in eu-west-1, account 123456789012" in " ".join(person.said.split())
        assert dialog.focused is not None
        assert dialog.focused.id == "go-on"
        await person.press("g")
        await person.at(ResultScreen)
    assert service()["ServiceName"] == "first-agent"
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"
    assert changes(standin).count("rds:CreateDBCluster") == 1
    assert unfinished() == []


@unsampled_tier
async def test_look_at_what_exists_changes_nothing(standin: "StandIn") -> None:
    left_behind()
    async with journey() as person:
        await person.at(Dialog)
        await person.press("l")
        screen = await person.at(ReviewScreen)
        await person.until(lambda: not screen.checking, "the check")
        assert person.session.text("name") == "first"
        assert changes(standin) == []


@pytest.mark.parametrize(("key", "left"), [("f", 0), ("n", 1), ("escape", 1)])
async def test_forgotten_or_left_for_later(standin: "StandIn", key: str, left: int) -> None:
    left_behind()
    async with journey() as person:
        await person.at(Dialog)
        await person.press(key)
        await person.at(SummaryScreen)
        assert person.session.text("name") == "formae"
    assert len(unfinished()) == left


async def test_another_account_is_not_begun_in(standin: "StandIn") -> None:
    left_behind(account="999999999999")
    async with journey() as person:
        await person.at(Dialog)
        await person.press("g")
        await person.signed_in()
        await person.at(SummaryScreen)
        await person.until(lambda: person.app._notifications, "the reason")
        (told,) = person.app._notifications
        assert "used account 999999999999" in told.message


async def test_a_removal_and_lost_answers_are_told_with_what_can_be_done(
    standin: "StandIn",
) -> None:
    left_behind(verb="destroy", answers="")
    async with journey() as person:
        await person.at(Dialog)
        assert "formae-wizard destroy --yes --name first" in " ".join(person.said.split())
        assert "Resume (g)" not in person.shown
        await person.press("f")
    left_behind(answers="")
    async with journey() as person:
        await person.at(Dialog)
        assert "Its answers no longer exist" in " ".join(person.said.split())


async def test_another_deployment_is_not_bothered_with_it(standin: "StandIn") -> None:
    left_behind()
    async with journey({Source.FLAG: {"name": "other"}}) as person:
        await person.signed_in()
        assert isinstance(person.app.screen, SummaryScreen)


@unsampled_tier
def test_plain_lines_go_on(new_account: NewAccount, command: object) -> None:
    standin = new_account()
    killed_at(standin, "rds", "CreateDBCluster")
    with person("--plain") as someone:
        told = someone.answers("What do you want to do with it?", "g")
        assert "A run was interrupted at “" in told
        assert "The outcome of" in told
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert service()["ServiceName"] == "first-agent"
    assert changes(standin).count("rds:CreateDBCluster") == 1


def test_plain_lines_look_and_forget(standin: "StandIn") -> None:
    left_behind()
    with person("--plain") as someone:
        someone.answers("What do you want to do with it?", "l")
        review = someone.answers("Start?", "<")
        assert "Name: first" in review
        assert "This is what will be created" in someone.sees("Continue?")
    with person("--plain") as someone:
        someone.answers("What do you want to do with it?", "f")
        someone.sees("Continue?")
    assert unfinished() == []
    assert changes(standin) == []


@pytest.fixture
def half_removed(standin: "StandIn", command: Command) -> "StandIn":
    """A removal without a trace that came to a stop at the roles."""
    command.deployed()
    standin.fail("iam", "DeleteRole", "AccessDenied", "not today", status=403)
    end = command("destroy", "--yes", "--region", REGION, *TRACELESS)
    assert end.code == 1
    return standin


@unsampled_tier
async def test_a_removal_goes_on_in_full_screen(half_removed: "StandIn") -> None:
    made = len(changes(half_removed))
    async with journey() as person:
        await person.at(Dialog)
        assert "A removal failed at “" in person.said
        await person.press("g")
        screen = await person.at(RemovalScreen)
        await person.until(lambda: screen._leaving, "what is left")
        assert screen._choices.purge_secrets, "as it was agreed to"
        assert changes(half_removed)[made:] == []
        screen.query_one("#name").focus()
        await person.write("formae")
        await person.press("enter", "enter")
        await person.at(GoneScreen)
        assert "“formae” is removed" in person.said
    assert "iam:DeleteRole" in changes(half_removed)[made:]
    assert unfinished() == []


@unsampled_tier
def test_a_removal_goes_on_in_plain_lines(half_removed: "StandIn") -> None:
    with person("--plain") as someone:
        assert "first shows what is left" in someone.answers("What do you want to do with it?", "g")
        told = someone.answers("Type the deployment's name (formae) to remove it:", "formae")
        assert "What do you want to do with its database?" not in told
        someone.sees("“formae” is removed")
        someone.sees("Continue?")
    assert unfinished() == []
