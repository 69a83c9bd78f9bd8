"""In full screen: what only the person can agree to is asked, and nothing is done without a yes."""

from typing import TYPE_CHECKING

from screens.answers.summary import SummaryScreen
from screens.dialogs import Dialog
from screens.review.screen import ReviewScreen
from tests.screens.journey import Journey, journey
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.standin import client, passes
from tests.support.tiers import second_tier
from wizard.ui.common.drift import ASKED

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

BROKEN = 'agent { hand = "unfinished'


async def asked(someone: Journey, key: str, answer: str) -> None:
    """The dialog about it, answered by that key."""
    words = ASKED[key].partition("?")[0]
    app = someone.app
    await someone.until(lambda: isinstance(app.screen, Dialog) and words in someone.said, key)
    dialog = app.screen
    await someone.press(answer)
    await someone.until(lambda: app.screen is not dialog, "its end")


@second_tier
async def test_nothing_sleeping_or_unreadable_is_touched_without_a_yes(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    client("apprunner").pause_service(ServiceArn=service()["ServiceArn"])
    client("secretsmanager").put_secret_value(SecretId="formae-config", SecretString=BROKEN)
    before = len(changes(standin))
    async with journey() as someone:
        while service()["Status"] != "PAUSED":
            passes()
        someone.app.home()
        await someone.at(SummaryScreen)
        await someone.until(lambda: someone.session.deployment, "what is deployed")
        await someone.press("ctrl+r")
        await asked(someone, "wake", "n")
        await asked(someone, "put_back", "escape")
        review = await someone.at(ReviewScreen)
        assert "Cannot start: The agent's config was edited by hand" in review._blocked()
        for key in ASKED:
            assert someone.session.collected.values[key] is False
            someone.session.type(key, None)
        await someone.press("r")
        await asked(someone, "wake", "y")
        await asked(someone, "put_back", "y")
        await someone.until(lambda: review._prepared and not review._blocked(), "a free way")
        answers = someone.session.answers
        assert answers.wake
        assert answers.put_back
    assert changes(standin)[before:] == []
