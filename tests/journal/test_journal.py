"""The diary: private, on the disk before and after each change, readable however it was cut."""

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wizard.base.errors import AwsError, NoAnswer
from wizard.base.events import StepMoved, StepState
from wizard.base.secret import known
from wizard.journal import End, Head, Journal, forget, kept, unfinished
from wizard.journal.files import KEPT, folder
from wizard.journal.past import ago, headline, read, under_way, unheard

CANARY = 'canary-"Pa55word"-7f3e'
TITLES = {"cluster": "Aurora cluster", "image": "formae image", "config": "Agent config"}
HEAD = Head(
    verb="apply",
    name="formae",
    region="eu-west-1",
    account="123456789012",
    answers='region = "eu-west-1"\n',
)


def moved(step: str, state: StepState) -> StepMoved:
    return StepMoved(step=step, state=state, at=0)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines() if line]


def killed() -> Path:
    """The journal of a run that was killed while it waited for the cluster."""
    journal = Journal(HEAD, TITLES)
    sink = journal.beside(lambda _event: None)
    sink(moved("config", StepState.WORKING))
    with journal.about("config", "secretsmanager", "CreateSecret"):
        pass
    sink(moved("config", StepState.DONE))
    sink(moved("cluster", StepState.WORKING))
    with journal.about("cluster", "rds", "CreateDBCluster"):
        pass
    sink(moved("cluster", StepState.WAITING_ON_AWS))
    journal.about("image", "docker", "PushImage").__enter__()
    assert journal.path
    journal.close()  # what the system does to the handle of a process that is killed
    return journal.path


def test_the_intent_is_on_the_disk_before_the_change_and_the_result_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    safe: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: safe.append(os.fstat(handle).st_size))
    with kept(HEAD, TITLES) as journal:
        assert journal.path
        with journal.about("cluster", "rds", "CreateDBCluster"):
            assert safe[-1] == journal.path.stat().st_size
            last = lines(journal.path)[-1]
            assert (last["kind"], last["step"], last["title"], last["service"]) == (
                "intent",
                "cluster",
                "Aurora cluster",
                "rds",
            )
        assert safe[-1] == journal.path.stat().st_size
        assert lines(journal.path)[-1]["result"] == "ok"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            AwsError("rds", "X", "AccessDenied", "no", "req-1", 403),
            {"result": "refused", "code": "AccessDenied", "request": "req-1"},
        ),
        (AwsError("rds", "X", "InternalFailure", "", "req-2", 500), {"result": "unknown"}),
        (NoAnswer("AWS did not answer."), {"result": "unknown", "code": "NoAnswer"}),
    ],
)
def test_what_came_of_a_change(error: Exception, told: dict[str, str]) -> None:
    with kept(HEAD, TITLES) as journal:
        with pytest.raises(type(error)), journal.about("cluster", "rds", "X"):
            raise error
        assert journal.path
        assert lines(journal.path)[-1].items() >= told.items()


def test_only_the_owner_may_read_it_and_no_secret_is_in_it(home: Path) -> None:
    place = folder()
    place.mkdir(parents=True, mode=0o755)
    place.chmod(0o755)
    head = replace(HEAD, region="x\x1b[2J", edits=CANARY, answers=f"# {CANARY}\n")
    known(CANARY)
    with kept(head, {"cluster": CANARY}) as journal:
        with journal.about("cluster", "rds", "CreateDBCluster"):
            pass
        assert journal.path
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert {stat.S_IMODE(each.stat().st_mode) for each in place.iterdir()} == {0o600}
        text = journal.path.read_text("ascii")
        assert not [each for each in place.iterdir() if "Pa55word" in each.read_text()]
        assert "\\u001b" not in text
        assert lines(journal.path)[0].keys() >= {"pid", "host", "user", "at", "wizard", "account"}


def test_a_killed_run_tells_where_it_was_and_what_nobody_heard() -> None:
    killed()
    (run,) = unfinished()
    later = run.last + timedelta(minutes=12, seconds=5)
    assert headline(run, later) == "A run was interrupted at “Aurora cluster” 12 minutes ago."
    assert (
        unheard(run)
        == "The outcome of docker PushImage is unknown; the wizard checks in AWS what exists."
    )
    assert run.taken == {"config", "cluster"}
    assert run.pid == os.getpid()
    assert run.answers
    assert run.answers.read_text() == HEAD.answers


def test_cut_anywhere_it_is_read_as_far_as_it_goes() -> None:
    path = killed()
    data = path.read_bytes()
    first = data.index(b"\n")
    known = read(path)
    for length in range(0, len(data) + 1, 3):
        path.write_bytes(data[:length])
        run = read(path)
        assert (run is not None) == (length >= first), length
        if run:
            assert run.taken <= {"config", "cluster"}
            assert run.unfinished
    path.write_bytes(data + b'{"kind":"end","how":"ended w')
    assert read(path) == known
    (run,) = unfinished()
    forget(run)  # after a line that did not come to its end
    assert unfinished() == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00" * 10_000,
        b"[" * 100_000,
        b'{"kind":"run"}\n',
        b'{"kind":"run","version":2,"verb":"apply","name":"a","region":"b","at":"2026-01-01"}\n',
        b'{"kind":7}\n\xff\xfe\n{"kind":"run","version":1,"verb":[],"name":{},"region":1,"at":2}',
        b'{"kind":"run","version":1,"verb":"apply","name":"a","region":"b","at":"2026-01-01"}\n',
    ],
)
def test_what_is_no_journal_of_ours_is_passed_over(text: bytes) -> None:
    folder().mkdir(parents=True)
    (folder() / "20260101T000000Z-formae.jsonl").write_bytes(text)
    assert unfinished() == []


def test_foreign_members_are_taken_for_what_they_are_not() -> None:
    path = killed()
    more = [
        {"kind": "intent", "number": [], "step": 1, "service": None},
        {"kind": "result", "number": {"a": 1}, "result": 3},
        {"kind": "step", "step": "x", "title": "\x1b]0;owned\x07\x1b[31mred", "state": "failed"},
        {"kind": "end", "how": ["ended well"]},
    ]
    with path.open("a") as file:
        file.writelines(json.dumps(each) + "\n" for each in more)
    (run,) = unfinished()
    assert headline(run).startswith("A run was interrupted at “red” just now")


def test_a_run_under_way_is_not_offered_and_one_that_ended_well_neither() -> None:
    with kept(HEAD, TITLES) as journal:
        assert unfinished() == []
        there = under_way("123456789012", "eu-west-1", "formae")
        assert there
        assert there.pid == os.getpid()
        journal.end(End.WELL)
    assert unfinished() == []
    assert under_way("123456789012", "eu-west-1", "formae") is None


def test_a_later_run_of_the_same_deployment_counts() -> None:
    killed()
    with kept(HEAD, TITLES) as journal:
        journal.end(End.WELL)
    assert unfinished() == []
    with kept(HEAD, TITLES) as journal:
        journal.end(End.STOPPED)
    (run,) = unfinished()
    assert headline(run) == "A run was stopped at its start just now."


def test_old_journals_go_but_never_the_one_to_go_on_with(home: Path) -> None:
    first = killed()
    old = first.rename(first.with_name("20200101T000000Z-formae.jsonl"))
    first.with_suffix(".toml").rename(old.with_suffix(".toml"))
    (folder() / "mine.txt").write_text("mine")
    other = Head(verb="apply", name="other", region="eu-west-1", account="1", answers="a = 1\n")
    for _ in range(KEPT + 5):
        with kept(other, TITLES) as journal:
            journal.end(End.WELL)
    assert old in {run.path for run in unfinished()}
    assert len(list(folder().glob("*.jsonl"))) == KEPT + 1
    assert len(list(folder().glob("*.toml"))) == KEPT + 1
    assert (folder() / "mine.txt").exists()


def test_where_it_cannot_be_written_nothing_is_raised(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".local").write_text("a file in the way")
    with kept(HEAD, TITLES) as journal:
        assert journal.problem == "No journal of this run is kept: Not a directory."
        with journal.about("cluster", "rds", "CreateDBCluster"):
            journal.end(End.WELL)
    assert unfinished() == []
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", _nobody)
    with kept(HEAD, TITLES) as journal:
        assert journal.problem.startswith("No journal of this run is kept: ")
    assert unfinished() == []


def _nobody(_uid: int) -> None:
    raise KeyError


def test_a_disk_that_fills_up_ends_the_journal_only() -> None:
    with kept(HEAD, TITLES) as journal:
        handle = os.open("/dev/full", os.O_WRONLY)
        journal._handle = handle
        with journal.about("cluster", "rds", "CreateDBCluster"):
            pass
        assert journal.problem == "No journal of this run is kept: No space left on device."


def test_a_planted_link_is_not_written_through(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder().parent.mkdir(parents=True)
    folder().symlink_to(elsewhere)
    with kept(HEAD, TITLES) as journal:
        assert "is not your folder" in journal.problem
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7300, "2 hours ago"),
        (9e4, "1 day ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    now = datetime.now(UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words
