"""Another password from the plain lines' list of what is deployed: shown, agreed to, done."""

import json
from typing import TYPE_CHECKING

from tests.plain.person import CTRL_C, person
from tests.support.account import changes, secret, service
from tests.support.command import Command
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WHAT = "What do you want to do with formae?"


def test_both_are_rotated_once_it_was_shown_and_agreed_to(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    old = json.loads(secret("formae-api-creds"))["password"]
    made = len(changes(standin))
    with person("--plain") as someone:
        someone.answers("Continue?", "d")
        someone.answers("Which one?", "1")
        someone.answers(WHAT, "p")
        someone.answers("Which password do you want to rotate?", "b")
        shown = someone.answers("Go ahead? Type yes, or Enter for no:")
        assert "New API password" in shown
        assert "New database password" in shown
        someone.sees("Nothing was changed.")
        assert changes(standin)[made:] == []
        someone.answers(WHAT, "p")
        someone.answers("Which password do you want to rotate?", "a")
        someone.answers("Go ahead? Type yes, or Enter for no:", "yes")
        told = someone.answers(WHAT, "<")
        assert (
            "The agent now accepts only the password in the current version of the secret" in told
        )
        someone.sees("Which one?")
        someone.types(CTRL_C, enter=False)
        assert someone.ends() == 130
        new = json.loads(secret("formae-api-creds"))["password"]
        assert old not in someone.shown
        assert new not in someone.shown
    url = f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert ask(url, "formae", new).status == 200
    assert ask(url, "formae", old).status == 401
