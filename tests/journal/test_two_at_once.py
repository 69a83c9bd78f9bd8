"""A second run against the same deployment: from this machine, and from another one."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from screens.dialogs import Dialog
from screens.review.screen import ReviewScreen
from screens.run.result import ResultScreen
from tests.journal.runs import SIZE, killed_at
from tests.plain.person import person
from tests.screens.journey import journey
from tests.support import forked
from tests.support.account import changes, changing, service
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, Held, client
from tests.support.tiers import unsampled, unsampled_tier
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.cli import main
from wizard.journal import lock
from wizard.journal.lock import FREE, KEY, RENEWED, STALE, Claim, parsed, written
from wizard.standin.faults import Fault

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/formae"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def claim(**others: object) -> Claim:
    there = {
        "run": "0badcafe",
        "mark": "0123456789abcdef",
        "user": "ada",
        "host": "elsewhere",
        "pid": 4711,
        "verb": "apply",
        "since": NOW,
        "seen": datetime.now(UTC),
    }
    return Claim(**{**there, **others})  # type: ignore[arg-type]


def tags() -> dict[str, str]:
    """Those of the repository; none where there is none."""
    ecr = client("ecr")
    try:
        found = ecr.list_tags_for_resource(resourceArn=ARN)["tags"]
    except ecr.exceptions.RepositoryNotFoundException:
        return {}
    return {each["Key"]: each["Value"] for each in found}


def claimed_by(other: Claim) -> None:
    """Put a claim into the account, as another machine would."""
    ecr = client("ecr")
    if not tags():
        ecr.create_repository(
            repositoryName="formae",
            tags=[{"Key": TAG_KEY, "Value": TAG_VALUE}, {"Key": "Name", "Value": "formae"}],
        )
    ecr.tag_resource(resourceArn=ARN, tags=[{"Key": KEY, "Value": written(other)}])


@contextlib.contextmanager
def running(**environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that sets the deployment up, once it is at it."""
    process = forked.Process(
        *("apply", "--yes", "--region", REGION),
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        for line in process.stderr:
            if "waiting on AWS" in line:
                break
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_claim_is_read_as_it_was_written_whatever_names_are_in_it() -> None:
    for user in ("ada", "", "A b=c\n\x1b[2J", "ü" * 500, "x" * 500):
        there = claim(user=user, host=user, seen=NOW)
        text = written(there)
        assert len(text) <= 256
        found = parsed(text)
        assert found
        assert (found.pid, found.since, found.seen) == (4711, NOW, NOW)
        assert re.fullmatch(r"[A-Za-z0-9_]{1,60}", found.user)
    for text in (
        "",
        FREE,
        "run=1",
        "\x1b[2J",
        "run=1 mark= user= host= pid=x verb= since= seen=",
        "=" * 999,
    ):
        assert parsed(text) is None


@unsampled_tier
def test_a_second_run_on_this_machine_says_who_and_changes_nothing(
    held: Held, command: Command
) -> None:
    with running() as first:
        for words in (
            ["apply"],
            ["apply", "--take-over"],
            ["destroy", "--database-data", "delete"],
        ):
            end = command(*words, "--yes", "--region", REGION)
            assert end.code == 3, end.err
            assert "Another run on this machine is active on formae in eu-west-1" in end.err
            assert f"process {first.pid}, since " in end.err
            assert f"kill {first.pid}" in end.err
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 143
    assert tags()[KEY] == FREE, "a run that ends in order gives its claim back"


@unsampled_tier
def test_another_state_folder_sees_the_claim_in_the_account(
    held: Held, command: Command, tmp_path: Path
) -> None:
    with running(XDG_STATE_HOME=str(tmp_path / "laptop")) as first:
        end_of_wait = time.monotonic() + 60
        while KEY not in tags():
            assert time.monotonic() < end_of_wait
        end = command.apply()
        assert end.code == 3, end.err
        assert f"process {first.pid}, setting it up since " in end.err
        assert "--take-over" in end.err


@unsampled_tier
def test_a_process_that_is_gone_is_no_hindrance_on_its_own_host(
    standin: "StandIn", command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.setenv("XDG_STATE_HOME", str(tmp_path / "laptop"))
        killed_at(standin, "apprunner", "CreateService", name="formae")
    found = parsed(tags()[KEY])
    assert found
    end = command.apply()
    assert end.code == 0, end.err
    assert changes(standin).count("apprunner:CreateService") == 1
    assert tags()[KEY] == FREE


@pytest.mark.parametrize(
    "silent", [STALE + timedelta(minutes=25), pytest.param(timedelta(0), marks=unsampled)]
)
def test_a_claim_from_elsewhere_is_explained(
    silent: timedelta, standin: "StandIn", command: Command
) -> None:
    claimed_by(claim(seen=datetime.now(UTC) - silent))
    before = len(changes(standin))
    end = command.apply()
    assert end.code == 3
    assert "ada@elsewhere, process 4711, setting it up since 2026-11-24 10:00 UTC" in end.err
    told = "no sign of it for 40 minutes" if silent else "The last sign of it was just now."
    assert told in end.err
    assert len(changes(standin)) == before
    end = command("apply", "--yes", "--take-over", "--region", REGION)
    assert end.code == 0, end.err
    assert tags()[KEY] == FREE


def test_a_claim_that_was_dead_on_this_machine_is_no_hindrance(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    (mark,) = Path.home().rglob("mark")
    claimed_by(claim(mark=mark.read_text(), pid=os.getpid()))
    assert command.apply(cpu="2048", memory="4096").code == 0
    assert tags()[KEY] == FREE


@unsampled_tier
def test_without_a_state_folder_and_without_the_permission_it_goes_on(
    standin: "StandIn", command: Command, home: Path
) -> None:
    (home / ".local").write_text("a file in the way")
    command.deployed()
    standin.fail("ecr", "TagResource", "AccessDeniedException", "no", times=9)
    end = command.apply(cpu="2048", memory="4096")
    assert end.code == 0, end.err
    assert "apprunner:UpdateService" in changes(standin)


def test_who_changes_nothing_is_nobodys_hindrance_and_has_none(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    claimed_by(claim())
    end = command.apply()
    assert end.code == 0, end.err
    assert "ada@elsewhere" in end.err, "it is told all the same"
    found = parsed(tags()[KEY])
    assert found
    assert found.host == "elsewhere"
    end = command.apply(cpu="2048", memory="4096")
    assert end.code == 3, end.err
    assert "apprunner:UpdateService" not in changes(standin)


def test_who_was_taken_over_meanwhile_stops_and_says_so(
    held: Held, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "AGAIN", 0.1)
    monkeypatch.setattr(lock, "RENEWED", 0.1)
    over = threading.Event()

    def takes_over() -> None:
        while not over.wait(0.05):
            if "host=elsewhere" not in tags().get(KEY, "host=elsewhere"):
                claimed_by(claim(since=datetime.now(UTC)))

    other = threading.Thread(target=takes_over)
    other.start()
    code = main(["apply", "--yes", "--region", REGION])
    over.set()
    other.join()
    assert code == 1
    assert "ada@elsewhere, process 4711" in capsys.readouterr().err
    found = parsed(tags()[KEY])
    assert found
    assert found.host == "elsewhere", "what is another's is not given back"


def test_a_claim_is_renewed_more_often_than_it_grows_stale() -> None:
    assert STALE.total_seconds() > RENEWED * 3


async def test_in_full_screen_it_is_asked(standin: "StandIn", command: object) -> None:
    claimed_by(claim())
    async with journey() as someone:
        await someone.signed_in()
        await someone.review()
        await someone.press("ctrl+s")
        await someone.at(Dialog)
        await someone.press("s")
        await someone.until(lambda: "Another run is active" in someone.shown, "the question")
        assert "ada@elsewhere" in someone.said
        await someone.press("t")
        await someone.at(ResultScreen)
    assert service()["Status"] == "RUNNING"


@unsampled_tier
async def test_in_full_screen_it_can_be_left_to_the_other(standin: "StandIn") -> None:
    claimed_by(claim())
    before = len(changes(standin))
    async with journey() as someone:
        await someone.signed_in()
        await someone.until(
            lambda: "Another run is active: ada@elsewhere" in someone.said, "who is at it"
        )
        await someone.review()
        await someone.press("ctrl+s")
        await someone.at(Dialog)
        await someone.press("s")
        await someone.until(lambda: "Another run is active" in someone.shown, "the question")
        await someone.press("escape")
        await someone.at(ReviewScreen)
        assert "ada@elsewhere" in someone.said
    assert len(changes(standin)) == before


@unsampled_tier
def test_in_plain_lines_it_is_asked(standin: "StandIn") -> None:
    claimed_by(claim())
    with person("--plain") as someone:
        someone.answers("Continue?")
        someone.answers("Start?")
        someone.answers("Type yes, or Enter for no:", "yes")
        told = someone.answers("replace it with this one?", "yes")
        assert "ada@elsewhere, process 4711" in told
        someone.sees("The agent is up.")
        assert someone.ends() == 0


def test_the_lines_of_json_say_it_as_well(standin: "StandIn", command: Command) -> None:
    claimed_by(claim())
    end = command("apply", "--yes", "--json", "--region", REGION)
    assert end.code == 3
    assert end.lines[-1]["code"] == 3
    assert any("ada@elsewhere" in json.dumps(each) for each in end.lines)


def both_at(
    standin: "StandIn", operation: str, tmp_path: Path
) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """Two runs of which neither makes that call of ECR before the other does.

    How they ended, code and words, and by whom what was changed.
    """
    together = threading.Barrier(2, timeout=20)

    def waits() -> None:
        together.wait()

    standin.disturb(Fault(service="ecr", operation=operation, times=2, meanwhile=waits))
    before, ends = len(standin.calls), dict[str, tuple[int, str]]()

    def run(who: str) -> None:
        words = ("apply", "--yes", "--region", REGION, *SIZE)
        here = {**os.environ, "XDG_STATE_HOME": str(tmp_path / who), "AWS_ACCESS_KEY_ID": who}
        done = forked.run(*words, env=here, text=True)
        ends[who] = (done.returncode, done.stderr)

    runs = [threading.Thread(target=run, args=(who,)) for who in ("ada", "bob")]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    return ends, [each.access_key for each in standin.calls[before:] if changing(each)]


@pytest.mark.parametrize("first", [True, pytest.param(False, marks=unsampled)])
def test_of_two_in_one_moment_one_changes_anything(
    first: bool, standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    if not first:
        command.deployed()
    ends, changed = both_at(standin, "CreateRepository" if first else "TagResource", tmp_path)
    winners = [who for who, (code, _) in ends.items() if code == 0]
    assert len(winners) == 1, ends
    (loser,) = {"ada", "bob"} - set(winners)
    assert "Another run is active on formae" in ends[loser][1]
    assert set(changed) - {loser} == set(winners)
    assert changed.count(loser) == (1 if first else 0), "it tried to make the repository, at most"
    assert tags()[KEY] == FREE
