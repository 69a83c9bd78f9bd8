"""In full screen: found, changed, drifted, put back, upgraded, removed."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Button, OptionList

from screens.answers.summary import Page, SummaryScreen
from screens.deployments.removal import GoneScreen, RemovalScreen
from screens.review.documents import Documents
from screens.review.plan_view import PlanView
from screens.run.result import ResultScreen
from tests.journeys.life import (
    NEW,
    OLD,
    OWN,
    account,
    lose_everything_local,
    most_capacity,
    own_config,
    password,
    rotated,
    somebody_resizes,
    somebody_slows_the_checks,
    version,
)
from tests.screens.journey import Journey, journey
from tests.screens.test_deployments import listed, rotating
from tests.support.account import service
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION
from tests.support.tiers import unsampled_tier
from wizard.engine.diff import Action
from wizard.ui.common.plan_text import View

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

INTERVAL = "service.HealthCheckConfiguration.Interval"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/formae"


async def brought_about(person: Journey, *steps: str) -> None:
    """Through a review in which only these steps differ, to the end, and back to the first page."""
    screen = await person.review()
    assert screen._prepared is not None, person.said
    found = screen._prepared.preflight.findings
    differ = {step for step, each in found.items() if each.action is Action.UPDATE}
    assert differ == set(steps), differ
    await person.press("2")
    await person.until(lambda: " unchanged: v shows" in person.shown)
    listed_ones = [each.id for each in screen.query_one(PlanView).query_one(OptionList).options]
    assert set(steps) <= set(listed_ones)
    assert "repository" not in listed_ones
    assert " → " in person.said
    await person.press("ctrl+s", "s")
    result = await person.at(ResultScreen)
    assert result._ended.outcome.ok, person.said
    person.app.home()
    await person.at(SummaryScreen)
    await person.until(lambda: person.session.deployment, "what is deployed")


async def leaves_the_checks(person: Journey) -> None:
    """Of what somebody changed and no answer says, one is left as it is, after a change of mind."""
    screen = await person.review()
    assert "a month idle; after this about $" in person.said
    await person.press("2")
    options = screen.query_one(PlanView).query_one(OptionList)
    options.highlighted = options.get_option_index(INTERVAL)
    await person.until(lambda: "It is put back (10)." in person.said)
    for left in (True, False, True):
        await person.press("b")
        await person.until(lambda: not screen.checking)
        assert ("It stays (accepted)." in person.said) is left
    await person.press("3")
    person.app.home()


async def shows_what_changes(person: Journey) -> None:
    """The documents tab: one differs and opens with its diff, the others are as deployed."""
    await person.press("3")
    documents = person.app.screen.query_one(Documents)
    options = documents.query_one(OptionList)
    for at, page in enumerate(documents._pages):
        options.highlighted = at
        await person.press("left")
        assert documents.page is page
        if page.name == "create-service.json":
            assert documents.view is View.DEPLOYED
            assert f'-      "ImageIdentifier": "{IMAGE}:{OLD}"' in person.said
            assert f'+      "ImageIdentifier": "{IMAGE}:{NEW}"' in person.said
            await person.press("v")
            assert '"ServiceName": "formae-agent"' in person.said
        else:
            assert page.against.words == "as deployed", page.name
            assert "as deployed" in person.said


@unsampled_tier
async def test_a_whole_life(standin: "StandIn", command: Command, home: Path) -> None:
    config, before = own_config(home), account()
    command.deployed(image_version=OLD, tags="team=a")
    lose_everything_local(home)
    async with journey() as person:
        await listed(person)
        await person.press("enter")
        await person.at(SummaryScreen)
        await person.until(lambda: person.session.deployment, "its answers")
        assert person.session.collected.values["image_version"] == OLD
        assert person.session.collected.values["tags"] == (("team", "a"),)
        person.session.type("max_capacity", "4")
        person.app.show_session()
        await brought_about(person, "cluster", "config-secret")
        assert most_capacity() == 4

        somebody_resizes(9)
        somebody_slows_the_checks(15)
        person.session.type("max_capacity", None)
        person.app.home()
        await person.until(lambda: person.session.deployment and person.session.deployment.drift)
        page = person.app.screen.query_one(Page)
        keys = [row.key for row in person.app.screen._rows]  # type: ignore[attr-defined]
        page.focus()
        page.highlighted = keys.index("min_capacity")
        await person.until(lambda: "chosen 4, now 9. It stays as it is now." in person.said)
        await person.press("a")
        assert "It stays as it is now, because you accepted it." in person.said
        await person.press("b")
        assert "chosen 4, now 9. It is put back." in person.said
        assert "Deployed now: 0.5" not in person.said
        await leaves_the_checks(person)
        await brought_about(person, "cluster")
        assert most_capacity() == 4

        person.session.type("image_version", NEW)
        person.app.show_session()
        await person.review()
        await shows_what_changes(person)
        person.app.home()
        await brought_about(person, "service", "config-secret")
        assert version() == NEW
        assert service()["HealthCheckConfiguration"]["Interval"] == 15

        old = password()
        await rotating(person, "a")
        await person.until(lambda: "✓ Rotated" in person.shown, "its end")
        rotated(old, config)
        await person.press("f")
        await listed(person)
        await person.press("x")
        removal = await person.at(RemovalScreen)
        await person.until(lambda: removal._leaving, "what is removed")
        removal.query_one("#data Choices").focus()
        await person.press("down", "down", "space")
        await person.until(lambda: removal._leaving and "WITHOUT a final" in person.said)
        removal.query_one("#name").focus()
        await person.write("formae")
        assert not removal.query_one("#remove", Button).disabled
        await person.press("enter", "enter")
        gone = await person.at(GoneScreen)
        assert gone._ended.outcome.ok, person.said
    assert account() == before
    assert config.read_text("utf-8") == OWN
