"""`formae-wizard support`: everything that helps, nothing that is anybody's business, no file."""

import getpass
import json
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION
from tests.support.terminal import terminal
from wizard.base.secret import known
from wizard.cli.gathering import Hiding

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "Canary-of-a-password-4711"


def test_after_a_run_that_failed(
    standin: "StandIn", command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    standin.fail("ecr", "CreateRepository", "AccessDeniedException", f"Not {ACCOUNT}.", times=9)
    failed = command.apply(max_capacity="3")
    assert "formae-wizard support" in failed.err
    file = home / "help.txt"
    end = command("support", "--region", REGION, "--max-capacity", "3", "--output", str(file))
    assert end.code == 0, end.err
    for words in (
        "Python 3",
        "botocore 1",
        "docker: ",
        "max_capacity = 3",
        "repository: ECR repository",
        "Sign-in: ",
        "FW-IAM-001",
        "AccessDeniedException",
        '"operation":"CreateRepository"',
        "<account 1>",
    ):
        assert words in end.out, words
    for secret in (ACCOUNT, CANARY, str(home)):
        assert secret not in end.out
    assert file.read_text("utf-8") == end.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = command("support", "--offline", "--region", REGION, "--output", str(file))
    assert (again.code, again.out) == (2, "")


def test_without_a_word_nothing_is_saved(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    end = command("support", "--offline", "--region", REGION)
    assert end.code == 0
    assert "There is none." in end.out
    assert "Doctor" not in end.out
    assert "Nothing was saved, and nothing was sent." in end.err
    assert set(tmp_path.rglob("*")) == before


def test_wrong_answers_do_not_keep_help_away(command: Command) -> None:
    end = command("support", "--offline", "--region", "mars-1", "--name", "Nope!")
    assert end.code == 0
    assert "--name" in end.out
    assert "Log of the last run" in end.out


def test_what_is_hidden() -> None:
    known(CANARY)
    hiding = Hiding()
    told = hiding.hide(
        f"arn:aws:sts::111122223333:assumed-role/Admin/ada@acme.example and 444455556666, "
        f"again 111122223333; AKIAIOSFODNN7EXAMPLE {CANARY} http://me:pw@proxy:3128 "
        f"https://abc123.eu-west-1.awsapprunner.com {getpass.getuser()}@{socket.gethostname()} "
        "0.5 ACU, 20261124T111213Z, request 1234567890123"
    )
    for gone in ("1111222", "444455", "ada", "AKIA", CANARY, "me:pw", "abc123", "acme"):
        assert gone not in told
    assert told.count("<account 1>") == 2
    assert "<account 2>" in told
    assert "20261124T111213Z, request 1234567890123" in told
    assert json.dumps(told)


@pytest.mark.parametrize(("key", "told"), [("y", "Saved as"), ("n", "Nothing was saved")])
def test_a_person_is_asked_once_it_is_shown(
    key: str, told: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with terminal(["support", "--offline", "--region", REGION]) as shown:
        shown.until("Save what you see above as")
        assert "Python 3" in shown.written
        shown.press(key)
        shown.until(told)
        assert shown.wait() == 0
    files = list(tmp_path.glob("formae-wizard-support-*.txt"))
    assert len(files) == (1 if key == "y" else 0)
    for each in files:
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert "Python 3" in each.read_text("utf-8")
