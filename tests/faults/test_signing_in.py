"""The sign-in ends in the middle, and the person signs in again from within the wizard."""

from typing import TYPE_CHECKING

from tests.plain.person import CTRL_C, person
from tests.support.portal import KEYS
from tests.support.standin import ACCOUNT, REGION, Held
from tests.support.terminal import started, terminal
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def test_in_plain_lines(held: Held, signed_in: None) -> None:
    slow = held.account
    with person("--plain") as someone:
        assert "work" in someone.answers("Continue?")
        checks = someone.answers("Start?")
        assert "the sign-in lasts another 4 h" in checks
        someone.answers("Type yes, or Enter for no:", "yes")
        someone.sees("Aurora instance: AWS is creating it")
        slow.behaviour.spent = {KEYS["first"]}
        held.passes(10)
        told = someone.sees("Ctrl-C offers to sign in from here.")
        assert "aws sso login --profile work" in told
        someone.types(CTRL_C, enter=False)
        someone.sees("i: sign in now, with `aws sso login --profile work`.")
        someone.types("i")
        assert "SIGNING IN, on a terminal: True" in someone.sees("Reading the credentials again")
        held.release()
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert slow.calls[-1].access_key == KEYS["second"]


@unsampled_tier
def test_in_full_screen(held: Held, signed_in: None) -> None:
    slow = held.account
    with terminal([], {"AWS_REGION": REGION}) as shown:
        started(shown)
        shown.until("creating")
        slow.behaviour.spent = {KEYS["first"]}
        held.passes(10)
        shown.until("the sign-in has ended: i signs in")
        shown.press("i")
        held.release()
        shown.until("The agent is up")
        assert "SIGNING IN, on a terminal: True" in shown.written
    assert slow.calls[-1].access_key == KEYS["second"]


def test_before_a_run_in_plain_lines(standin: "StandIn", signed_in: None) -> None:
    standin.behaviour.spent = {KEYS["first"]}
    with person("--plain") as someone:
        told = someone.answers("Continue?", "i")
        assert "i signs in from here." in told
        assert "i: sign in now, with `aws sso login --profile work`." in told
        again = someone.answers("Continue?")
        assert "SIGNING IN, on a terminal: True" in again
        assert f"You are signed in to AWS account {ACCOUNT}" in again


def test_before_a_run_in_full_screen(standin: "StandIn", signed_in: None) -> None:
    standin.behaviour.spent = {KEYS["first"]}
    with terminal([], {"AWS_REGION": REGION}) as shown:
        shown.until("not signed in")
        shown.press("i")
        shown.until(ACCOUNT)
        assert "SIGNING IN, on a terminal: True" in shown.written
