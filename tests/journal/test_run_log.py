"""The log of a run: private, one line for each event, no secret, and never in the way."""

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS
from tests.support.command import Command
from tests.support.made import plan
from wizard.base.errors import WizardError
from wizard.base.events import Called, LayerMoved, News, StepMoved, StepState
from wizard.base.secret import known
from wizard.engine.apply import Outcome, StepResult
from wizard.journal.run_log import KEPT, RunLog, kept
from wizard.local.files import state_folder

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = 'canary-"Pa55word"-7f3e'


def lines(home: Path) -> list[str]:
    (path,) = (home / ".local" / "state" / "formae-wizard" / "logs").glob("*.log")
    return path.read_text("utf-8").splitlines()


def test_every_event_is_a_line_of_its_own(home: Path) -> None:
    heard: list[object] = []
    with kept(plan(CORPUS["defaults"])) as log:
        sink = log.beside(heard.append)
        sink(StepMoved(step="instance", state=StepState.WAITING_ON_AWS, at=5, status="creating"))
        sink(News(step="instance", text="DB\x1b[2J\ninstance\x85 created", at=65))
        sink(Called(step="instance", text="rds DescribeDBInstances", at=66))
        for done in range(100):
            sink(LayerMoved(step="image", layer="a", phase="pushing", done=done, total=99, at=67))
        failed = StepResult(StepState.FAILED, error=WizardError("It broke.", "So.", "Mend."))
        log.end(Outcome({"instance": failed}, interrupted=False, seconds=61.4))
    told = [line.partition(" ")[2] for line in lines(home)]
    assert told[1:] == [
        "00:00 instance: waiting on AWS: creating",
        "01:00 instance: | DB / instance created",
        "01:01 instance: > rds DescribeDBInstances",
        "01:02 image: layer a: pushing (99 bytes)",
        "instance: It broke. / So. / Mend.",
        "failed after 61 s",
    ]
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", line) for line in lines(home))
    assert len(heard) == 103


def test_only_the_owner_may_read_it(home: Path) -> None:
    with kept(plan(CORPUS["defaults"])) as log:
        assert log.path is not None
        assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700
        assert log.path.name.endswith("-formae.log")


def test_a_secret_that_somebody_says_is_not_written(home: Path) -> None:
    known(CANARY)
    with kept(plan(CORPUS["defaults"])) as log:
        log.write(News(step="service", text=f"password is {CANARY}!", at=0))
        log.write(News(step="service", text='{"p": "canary-\\"Pa55word\\"-7f3e"}', at=0))
    text = "\n".join(lines(home))
    assert "Pa55word" not in text
    assert text.count("••••••••") == 2


def test_old_logs_go_and_what_is_not_ours_stays(home: Path) -> None:
    place = state_folder({}) / "logs"
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("mine")
    (place / "notes.log").write_text("mine")
    for day in range(10, 40):
        (place / f"20200101T0000{day}Z-formae.log").write_text("old")
    with kept(plan(CORPUS["defaults"])) as log:
        assert log.path is not None
        assert log.path.exists()
    assert len(list(place.glob("*Z-*.log"))) == KEPT
    assert (place / "mine.txt").exists()
    assert (place / "notes.log").exists()
    assert not (place / "20200101T000010Z-formae.log").exists()


def test_two_runs_in_one_second_have_two_logs(home: Path) -> None:
    made = plan(CORPUS["defaults"])
    paths = {RunLog(made).path for _ in range(4)}
    assert None not in paths
    assert len(paths) == 4


def test_where_it_cannot_be_written_the_run_goes_on(home: Path) -> None:
    (home / ".local").write_text("a file in the way")
    with kept(plan(CORPUS["defaults"])) as log:
        log.write(News(step="service", text="x", at=0))
        assert log.path is None
        assert log.problem.startswith("No log file is written: ")
        log.end(Outcome({}, interrupted=False, seconds=0))


def test_a_disk_that_fills_up_ends_the_log_only(home: Path) -> None:
    with kept(plan(CORPUS["defaults"])) as log, Path("/dev/full").open("w", 1) as full:
        log._file = full
        log.write(News(step="service", text="x", at=0))
        assert log.path is None
        assert "No space left" in log.problem


@pytest.mark.parametrize("state", ["relative/folder", ""])
def test_only_an_absolute_folder_counts(state: str, home: Path) -> None:
    assert state_folder({"XDG_STATE_HOME": state}) == home / ".local/state/formae-wizard"
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/formae-wizard")


def test_a_run_tells_where_its_log_is(
    standin: "StandIn", command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    end = command.apply()
    assert end.code == 0, end.err
    (path,) = (state_folder({}) / "logs").glob("*.log")
    assert f"Log: {path}" in end.out
    text = path.read_text("utf-8")
    assert "Pa55word" not in text
    assert "service: | " in text, "App Runner's own lines"
    assert "image: layer " in text
    assert "ended well after" in text.splitlines()[-1]


def test_a_run_without_a_log_says_so_once(
    standin: "StandIn", command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".local").write_text("a file in the way")
    standin.fail("rds", "CreateDBCluster", "Nope", "no", times=9)
    end = command.apply()
    assert end.code == 1
    assert (end.err + end.out).count("No log file is written") == 1
