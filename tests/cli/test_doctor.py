"""`formae-wizard doctor`: the checks as lines or JSON, exit codes, and nothing changed."""

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, NewAccount
from tests.support.tiers import unsampled_tier
from tests.test_start_up import loaded_after

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CHECKS = 10


@pytest.fixture(autouse=True)
def no_formae(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the CLI, whatever this one has."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def document(text: str) -> dict[str, dict[str, Any]]:
    """The checks by id, from the one JSON document."""
    read = json.loads(text)
    assert set(read) == {"version", "checks"}
    assert read["version"] == 1
    for check in read["checks"]:
        assert set(check) == {"id", "name", "state", "found", "troubles"}
        for trouble in check["troubles"]:
            assert {"what", "why", "fix"} <= set(trouble) <= {"what", "why", "fix", "entry", "aws"}
    return {check["id"]: check for check in read["checks"]}


def test_a_ready_account_in_lines(standin: "StandIn", command: Command) -> None:
    end = command("doctor", "--region", REGION)
    assert end.code == 0
    assert end.err == ""
    lines = end.out.splitlines()
    assert lines[0].startswith(f"✓ Sign-in: account {ACCOUNT} as arn:")
    assert lines[-1] == "Nothing is blocking; see the 1 warning above. Nothing was changed."
    assert sum(line[0] in "✓!✗-" for line in lines) == CHECKS
    assert "! formae CLI: The formae CLI is not installed" in lines
    assert "  What to do: Install formae" in end.out
    assert changes(standin) == []


def test_what_blocks_ends_in_three(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    standin.delete_default_vpc(REGION)
    words = "--through-docker", "yes", "--database", "new"
    end = command("doctor", "--region", REGION, *words)
    assert end.code == 3
    assert "✗ Image: No Docker engine answers\n" in end.out
    assert "✗ Default VPC with two zones: There is no default VPC in this region\n" in end.out
    assert "  Why: Aurora places" in end.out
    assert "2 problems must be fixed first. Nothing was changed." in end.out
    assert end.err == ""
    assert changes(standin) == []


def test_warnings_end_in_zero(standin: "StandIn", command: Command) -> None:
    standin.world.limits["Services"] = 0
    standin.behaviour.skew = 90
    end = command("doctor", "--region", REGION)
    assert end.code == 0
    assert "! Quotas: The quota does not allow" in end.out
    assert "! Clock: " in end.out


def test_signed_out(standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    end = command("doctor", "--region", REGION)
    assert end.code == 3
    assert "✗ Sign-in: You are not signed in to AWS on this machine\n" in end.out
    assert "aws configure sso" in end.out
    assert end.out.count("not checked: not signed in") == 5
    assert "✓ Image: " in end.out
    assert standin.calls == []


def test_a_profile_that_does_not_exist(standin: "StandIn", command: Command) -> None:
    end = command("doctor", "--region", REGION, "--profile", "nope")
    assert end.code == 3
    assert "There is no AWS profile named “nope”" in end.out


def test_an_answer_that_is_wrong(standin: "StandIn", command: Command) -> None:
    end = command("doctor", "--region", REGION, "--memory", "1 GB", "--json")
    assert end.code == 2
    assert end.out == ""
    assert "--memory" in end.err


def test_the_document(standin: "StandIn", command: Command) -> None:
    end = command("doctor", "--json", "--region", REGION)
    assert end.code == 0
    checks = document(end.out)
    assert next(iter(checks)) == "identity"
    assert len(checks) == CHECKS
    assert checks["permissions"]["state"] == "fine"
    assert checks["formae"]["state"] == "warning"
    assert checks["formae"]["troubles"][0]["fix"]
    assert end.err == ""


def test_the_document_of_a_closed_account(new_account: NewAccount, command: Command) -> None:
    new_account(closed=True)
    end = command("doctor", "--json", "--region", REGION)
    assert end.code == 3
    checks = document(end.out)
    assert checks["app-runner"]["state"] == "problem"
    assert checks["identity"]["state"] == "fine"


@unsampled_tier
def test_in_the_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "doctor", "--demo", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    states = {check["state"] for check in document(done.stdout).values()}
    assert states == {"fine", "unknown"}


def test_its_help_is_light_and_names_the_exit_codes(command: Command) -> None:
    code = (
        "from wizard.cli import main\n"
        "try: main(['doctor', '--help'])\nexcept SystemExit as end: assert end.code == 0\n"
    )
    assert loaded_after(code) == set()
    end = command("doctor", "--help")
    assert "  3    not ready" in end.out
    assert "--json" in end.out
    assert "--image-version" in end.out
