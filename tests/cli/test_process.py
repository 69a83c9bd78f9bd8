"""The command as CI runs it: a process of its own, nobody at the keyboard, every exit code."""

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import forked
from tests.support.account import changes
from tests.support.lines import Line, lines
from tests.support.standin import REGION, Held, NewAccount
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CLOSED = 'exec "$@" <&-'


def run(*words: str, shell: str = "") -> subprocess.CompletedProcess[str]:
    """The command with nothing on standard input; with `shell`, begun by that line of sh."""
    if not shell:
        return forked.run(*words, text=True)
    return subprocess.run(
        ["sh", "-c", shell, "sh", *forked.WIZARD, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def last(done: subprocess.CompletedProcess[str]) -> Line:
    """The last of the JSON lines, all of which are valid; it says the exit code."""
    found = lines(done.stdout)[-1]
    assert found["type"] == "result"
    assert found["code"] == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    return found


@pytest.mark.parametrize("shell", ["", CLOSED], ids=["null device", "closed"])
def test_unconfirmed_is_refused_and_nobody_is_asked(standin: "StandIn", shell: str) -> None:
    done = run("apply", "--region", REGION, shell=shell)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "add --yes" in done.stderr
    assert last(run("apply", "--region", REGION, "--json", shell=shell))["code"] == 2
    assert changes(standin) == []


@unsampled_tier
def test_plan_and_doctor_without_anybody(standin: "StandIn") -> None:
    assert last(run("plan", "--region", REGION, "--json", shell=CLOSED))["code"] == 4
    assert run("doctor", "--region", REGION, shell=CLOSED).returncode == 0
    gone = run("plan", "--region", REGION, "--json", shell='exec "$@" >&-')
    assert gone.returncode == 4
    assert gone.stdout == ""
    assert changes(standin) == []


def test_wrong_use_and_not_ready(new_account: NewAccount) -> None:
    new_account(closed=True)
    assert last(run("plan", "--region", "nowhere", "--json"))["code"] == 2
    assert run("plan", "--no-such-flag").returncode == 2
    assert last(run("apply", "--yes", "--region", REGION, "--json"))["code"] == 3


@pytest.mark.parametrize("flag", ["--answers", "--api-password-file", "--edits"])
@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_what_cannot_be_read_ends_the_lines_too(verb: str, flag: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    assert last(run(verb, "--region", REGION, "--json", flag, missing))["code"] == 2


def test_sigterm_stops_a_run_like_ctrl_c(held: Held) -> None:
    process = forked.Process(
        *("apply", "--yes", "--json", "--region", REGION),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if '"step":"instance"' in line and "waiting on AWS" in line:
            process.send_signal(signal.SIGTERM)
            break
    out, err = process.communicate(timeout=300)
    assert process.returncode == 143, err
    end = lines("".join(told) + out)[-1]
    assert (end["type"], end["code"]) == ("result", 143)
    assert "Aurora cluster" in end["data"]["exists"]
    assert end["data"]["resume"].startswith("formae-wizard apply")
    assert "What exists now" in err


def test_what_fails_ends_in_one(standin: "StandIn") -> None:
    standin.fail("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none left")
    end = last(run("apply", "--yes", "--json", "--region", REGION))
    assert end["code"] == 1
    assert end["data"]["exists"]
