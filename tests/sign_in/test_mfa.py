"""Roles that want the code of an MFA device: asked once, kept where the `aws` command looks."""

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.runs import Run
from tests.plain.person import CTRL_C, person
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, Held
from tests.support.terminal import terminal
from tests.support.tiers import unsampled_tier
from wizard.aws.session import Aws
from wizard.base.errors import SignedOut
from wizard.base.events import Called, Event
from wizard.local.mfa import Wanted, afresh, asked_by

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/ada"
CONFIG = f"""\
[profile base]
aws_access_key_id = AKIABASE000000000000
aws_secret_access_key = standin

[profile corp]
role_arn = arn:aws:iam::{ACCOUNT}:role/deploy
source_profile = base
mfa_serial = {DEVICE}
region = {REGION}
"""
WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code."
CODE = "314159"


@pytest.fixture(autouse=True)
def corp(standin: "StandIn", home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A profile with MFA is the one that is meant."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(CONFIG)
    monkeypatch.setenv("AWS_PROFILE", "corp")
    yield
    afresh()


class Asked:
    """Somebody who types these codes, one after the other."""

    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)
        self.wanted: list[Wanted] = []

    def __call__(self, wanted: Wanted) -> str:
        self.wanted.append(wanted)
        return self.codes[len(self.wanted) - 1]


def taken(standin: "StandIn") -> list[str]:
    """The codes that AWS was given."""
    calls = (call for call in standin.calls if call.operation == "AssumeRole")
    return [call.params["TokenCode"] for call in calls]


def who(region: str = REGION) -> str:
    return str(Aws("corp", region).call("sts", "GetCallerIdentity", {})["Arn"])


def cached(home: Path) -> list[Path]:
    return sorted((home / ".aws" / "cli" / "cache").iterdir())


def test_it_is_asked_once_for_all(standin: "StandIn", home: Path) -> None:
    asked = Asked(CODE)
    found: list[str] = []
    with asked_by(asked):
        regions = (REGION, "us-east-1", REGION, "eu-central-1")
        threads = [
            threading.Thread(target=lambda region=region: found.append(who(region)))
            for region in regions
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(found) == 4
    assert all(":assumed-role/deploy/" in each for each in found)
    assert asked.wanted == [Wanted(DEVICE, "corp")]
    assert taken(standin) == [CODE]
    (kept,) = cached(home)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert CODE not in kept.read_text()


AWS = (sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--profile", "corp")


def test_the_aws_command_takes_our_session(standin: "StandIn") -> None:
    with asked_by(Asked(CODE)):
        who()
    end = subprocess.run(AWS, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert end.returncode == 0, end.stderr
    assert ":assumed-role/deploy/" in end.stdout
    assert taken(standin) == [CODE]


def test_we_take_the_session_of_the_aws_command(standin: "StandIn", command: Command) -> None:
    with terminal(AWS[1:], program=AWS[:1]) as shown:
        shown.until("Enter MFA code")
        shown.press(*CODE, "enter")
        assert shown.wait() == 0
    end = command("plan")
    assert end.code == 4, end.err
    assert taken(standin) == [CODE]


def test_where_nobody_can_be_asked_the_way_out_is_told(command: Command) -> None:
    for verb in (("plan",), ("apply", "--yes"), ("doctor",), ("status",), ("destroy", "--yes")):
        end = command(*verb)
        assert end.code == 3, verb
        told = " ".join((end.out + end.err).split())
        assert "needs an MFA code, and the wizard cannot ask for it here" in told
        assert "`aws sts get-caller-identity --profile corp`" in told
        assert "Internal error in formae-wizard" not in told
    end = command("doctor", "--json")
    assert "FW-SIGN-010" in end.out


def test_a_wrong_code_is_asked_for_again(standin: "StandIn") -> None:
    standin.fail("sts", "AssumeRole", "AccessDenied", WRONG)
    asked = Asked("12 34", "111111", CODE)
    with asked_by(asked):
        assert ":assumed-role/deploy/" in who()
    assert [each.again for each in asked.wanted] == [
        "",
        "A code has 6 digits.",
        "AWS did not take that code.",
    ]


def test_three_wrong_codes_are_enough(standin: "StandIn") -> None:
    for _ in range(3):
        standin.fail("sts", "AssumeRole", "AccessDenied", WRONG)
    asked = Asked(*["111111"] * 4)
    with asked_by(asked), pytest.raises(SignedOut) as caught:
        who()
    assert len(asked.wanted) == 3
    assert WRONG in caught.value.why


def test_who_refuses_is_not_asked_until_they_want_it() -> None:
    asked = Asked("", CODE)
    with asked_by(asked):
        for _ in range(2):
            with pytest.raises(SignedOut, match="did not enter an MFA code"):
                who()
        assert len(asked.wanted) == 1
        afresh()
        assert who()


def test_a_folder_that_cannot_be_written(standin: "StandIn", home: Path) -> None:
    (home / ".aws" / "cli").write_text("a file is in the way")
    with asked_by(Asked(CODE)):
        assert who() == who("us-east-1")
    assert taken(standin) == [CODE]


@pytest.mark.parametrize("broken", ["", "[]", '{"Credentials": {}}', '{"Credentials": 7}'])
def test_a_session_that_is_broken_is_none(home: Path, broken: str) -> None:
    with asked_by(Asked(CODE, CODE)):
        who()
        cached(home)[0].write_text(broken)
        assert who()


def test_in_the_middle_of_a_run_it_is_asked_again(standin: "StandIn") -> None:
    asked = Asked(CODE, "271828")

    def heard(event: Event) -> None:
        read = isinstance(event, Called) and event.text == "rds DescribeDBInstances"
        if read and len(asked.wanted) == 1:
            standin.behaviour.spent = {standin.calls[-1].access_key}

    run = Run(heard, profile="corp")
    with asked_by(asked):
        outcome = run()
    assert outcome.ok, outcome.errors
    assert taken(standin) == [CODE, "271828"]


def test_in_plain_lines(standin: "StandIn") -> None:
    with person("--plain") as someone:
        told = someone.sees("Code (not shown; Enter alone: not now):")
        assert f"Code from the MFA device {DEVICE} is needed" in told
        someone.types("12")
        someone.sees("A code has 6 digits.")
        someone.sees("not now):")
        someone.types(CODE)
        told = someone.answers("Continue?", CTRL_C)
        assert "assumed-role/deploy" in told
        assert CODE not in someone.shown
    assert taken(standin) == [CODE]


def test_not_now_in_plain_lines(standin: "StandIn") -> None:
    with person("--plain") as someone:
        someone.answers("not now):", "")
        told = someone.answers("Continue?", "n")
        assert "You did not enter an MFA code" in told


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "headless"])
def test_a_prompt_can_be_left(plain: bool) -> None:
    words = ("--plain",) if plain else ("plan",)
    for end in ("ctrl-c", "term"):
        with person(*words) as someone:
            someone.sees("not shown")
            someone.types("31", enter=False)
            if end == "term":
                someone.is_terminated()
            else:
                someone.types(CTRL_C, enter=False)
            assert someone.ends() == (143 if end == "term" else 130)


def test_without_a_face_on_a_terminal(standin: "StandIn") -> None:
    with person("plan") as someone:
        someone.answers("(not shown):", CODE)
        assert someone.ends() == 4
        assert CODE not in someone.shown
        assert someone.shown.count("Code from the MFA device") == 1
    assert taken(standin) == [CODE]


def test_in_full_screen(standin: "StandIn") -> None:
    with terminal([]) as shown:
        shown.until("Code of your MFA device")
        shown.until(DEVICE)
        shown.press(*"31", "escape")
        shown.until("not signed in")
        shown.press("ctrl+l")
        shown.until("six digits")
        shown.press(*CODE)
        shown.until("••••••")
        shown.press("enter")
        shown.until(lambda: ACCOUNT in shown.shown and "MFA" not in shown.shown)
        assert CODE not in shown.written
        shown.press("ctrl+c")
        shown.until("Quit the wizard?")
        shown.press("l")
        assert shown.wait() == 0
    assert taken(standin) == [CODE]


def test_the_dialog_can_be_left_with_ctrl_c() -> None:
    with terminal([]) as shown:
        shown.until("Code of your MFA device")
        shown.press(*"31", "ctrl+c")
        shown.until("not signed in")
        shown.press("ctrl+c")
        shown.until("Quit the wizard?")
        shown.press("l")
        assert shown.wait() == 0


def spend(standin: "StandIn") -> None:
    """The session of the role has ended, whatever its file says."""
    standin.behaviour.spent = {
        call.access_key for call in standin.calls if call.access_key.startswith("ASIA")
    }


@unsampled_tier
def test_in_the_middle_in_full_screen(held: Held) -> None:
    with terminal([], {"AWS_REGION": REGION}) as shown:
        shown.until("six digits")
        shown.press(*CODE)
        shown.until("••••••")
        shown.press("enter")
        shown.until(lambda: "MFA" not in shown.shown)
        shown.press("ctrl+s")
        shown.until("AWS profile     ")
        shown.press("ctrl+s")
        shown.until("This creates the agent in")
        shown.press("s")
        shown.until("creating")
        spend(held.account)
        held.passes(10)
        shown.until("six digits")
        shown.press("escape")
        shown.until("the sign-in has ended: i signs in")
        shown.press("i")
        shown.until("six digits")
        shown.press(*"271828")
        shown.until("••••••")
        shown.press("enter")
        held.release()
        shown.until("The agent is up")
    assert taken(held.account) == [CODE, "271828"]


def test_in_the_middle_in_plain_lines(held: Held) -> None:
    with person("--plain") as someone:
        someone.answers("not now):", CODE)
        someone.answers("Continue?")
        someone.answers("Start?")
        someone.answers("Type yes, or Enter for no:", "yes")
        someone.sees("Aurora instance: AWS is creating it")
        spend(held.account)
        held.passes(10)
        someone.answers("not now):", "")
        someone.sees("Ctrl-C asks for it again.")
        someone.types(CTRL_C, enter=False)
        someone.sees("n: give the code of the MFA device")
        someone.types("n")
        someone.answers("not now):", "271828")
        held.release()
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert taken(held.account) == [CODE, "271828"]
