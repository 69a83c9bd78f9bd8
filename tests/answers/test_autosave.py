"""Answers are kept while they are given, found the next time, and recorded when all went well."""

import os
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command import Command
from tests.support.made import answers
from tests.support.standin import ACCOUNT, REGION
from wizard.answers import autosave
from wizard.answers.autosave import Autosave, last, record
from wizard.answers.file import load, saved
from wizard.answers.file.loading import loads
from wizard.answers.model import Source
from wizard.answers.questions import Detected
from wizard.answers.resolving import Texts, collect, from_environment, with_file
from wizard.base.secret import Secret
from wizard.engine.flow import Flow
from wizard.ui.common.session import Session

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

NEVER = 3600.0
"""Seconds: only `flush` writes."""


@pytest.fixture
def folder(home: Path) -> Path:
    return home / ".local/state/formae-wizard/answers"


@pytest.fixture
def keeper() -> Iterator[Autosave]:
    made = Autosave(NEVER)
    yield made
    made.flush()


def typed(**texts: str) -> dict[Source, dict[str, str]]:
    return {Source.TYPED: texts}


def test_what_is_typed_is_kept_for_its_owner_only(folder: Path) -> None:
    session = Session(Flow({"api": Secret("a secret password")}), {Source.FLAG: {"region": REGION}})
    session.autosave = Autosave(NEVER)
    session.type("cpu", "2 vCPU")
    session.type("tags", 'team=a"b')
    session.type_password(Secret("another secret password"))
    session.autosave.flush()
    path = folder / "formae.toml"
    assert session.autosave.path == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    loaded = load(str(path))
    assert loaded.complaints == ()
    assert loaded.texts == {"region": REGION, "cpu": "2 vCPU", "tags": 'team=a"b'}
    assert "secret password" not in path.read_text()


def test_it_is_written_by_itself_after_a_moment(folder: Path) -> None:
    keeper = Autosave(0.01)
    keeper.keep(typed(cpu="2"))
    timer = keeper._timer
    assert isinstance(timer, threading.Timer)
    assert timer.daemon, "it keeps nobody from leaving"
    timer.join(60)
    assert load(str(folder / "formae.toml")).texts == {"cpu": "2 vCPU"}


def test_many_answers_are_written_once(keeper: Autosave, folder: Path) -> None:
    for number in range(200):
        keeper.keep(typed(database_name=f"name{number}"))
    assert not folder.exists()
    keeper.flush()
    assert load(str(folder / "formae.toml")).texts == {"database_name": "name199"}
    assert [path.name for path in folder.iterdir()] == ["formae.toml"], "no copies beside it"


def test_the_file_follows_the_name_and_leaves_no_trace(keeper: Autosave, folder: Path) -> None:
    for name in ("prod", "prod-", "Nonsense!", "../../etc/x", "prod-b"):
        keeper.keep(typed(name=name))
        keeper.flush()
    assert [path.name for path in folder.iterdir()] == ["prod-b.toml"]
    other = Autosave(NEVER)
    other.keep(typed(name="prod-b", cpu="4"))
    other.flush()
    other.keep(typed(name="prod-c", cpu="4"))
    other.flush()
    assert {path.name for path in folder.iterdir()} == {"prod-b.toml", "prod-c.toml"}, (
        "what an earlier sitting left is never removed"
    )


def test_answers_that_are_wrong_are_kept_as_they_are(keeper: Autosave, folder: Path) -> None:
    keeper.keep(typed(cpu="many", region="eu-we", tags="no tag"))
    keeper.flush()
    found = last()
    assert found is not None
    assert dict(found.answers) == {"cpu": "many", "region": "eu-we", "tags": "no tag"}


def test_where_nothing_can_be_written_it_is_said_and_nothing_fails(
    home: Path, keeper: Autosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".local").write_text("not a folder")
    for _ in range(3):
        keeper.keep(typed(cpu="2"))
        keeper.flush()
    assert keeper.problem.startswith("Your answers are not saved. System error: ")
    assert autosave.problems().count(keeper.problem) == 1
    assert last() is None
    assert record(answers({"region": REGION})) is None
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("wizard.local.files._of_the_system", _nobody)
    keeper.keep(typed(cpu="2"))
    assert "the home folder is unknown" in keeper.problem
    assert last() is None


def _nobody() -> str:
    raise RuntimeError("the home folder is unknown")


def test_the_last_ones_are_found_with_their_date(folder: Path) -> None:
    assert last() is None
    folder.mkdir(parents=True)
    for age, name in enumerate(("new", "old")):
        path = folder / f"{name}.toml"
        path.write_text(saved({"name": name, "cpu": "2"}))
        os.utime(path, (1_800_000_000 - age * 1000,) * 2)
    for name, text in (("broken", "version = "), ("newer", "version = 9\n"), ("empty", saved({}))):
        (folder / f"{name}.toml").write_text(text)
        os.utime(folder / f"{name}.toml", (1_900_000_000,) * 2)
    os.mkfifo(folder / "pipe.toml")
    found = last()
    assert found is not None
    assert (found.name, found.path) == ("new", folder / "new.toml")
    assert re.fullmatch(r"your answers of 2027-01-1\d", found.words)
    draft = with_file({Source.FLAG: {"cpu": "4"}}, found.answers)
    given = collect(draft, Detected()).given
    assert (given["name"].value, given["name"].words) == ("new", found.words)
    assert given["cpu"].source is Source.FLAG


def test_they_win_over_what_aws_tools_are_told_only() -> None:
    environment = from_environment({"AWS_REGION": "us-east-1", "FORMAE_WIZARD_NAME": "mine"})
    file = Texts({"region": REGION, "name": "kept"}, {})
    draft = with_file({Source.ENVIRONMENT: environment}, file)
    values = collect(draft, Detected()).values
    assert (values["region"], values["name"]) == (REGION, "mine")


def test_a_success_is_recorded_and_no_longer_unfinished(keeper: Autosave, folder: Path) -> None:
    texts = {"region": REGION, "name": "prod", "cpu": "2"}
    keeper.keep(typed(**texts))
    keeper.flush()
    path = record(answers(texts))
    assert path == folder / "done" / f"prod.{REGION}.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert answers(load(str(path)).texts) == answers(texts)
    assert last() is None
    keeper.keep(typed(**texts, memory="8"))
    keeper.flush()
    record(answers(texts))
    found = last()
    assert found is not None, "other answers are still unfinished"


def test_a_run_without_screens_leaves_its_record_and_reads_none(
    standin: "StandIn", command: Command, folder: Path, home: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / "other.toml").write_text(saved({"name": "other", "region": "us-east-1"}))
    end = command.apply(tags="team=a")
    assert end.code == 0, end.err
    path = folder / "done" / f"formae.{REGION}.toml"
    assert f"Answers: {path}\n" in end.out
    again = command("apply", "--yes", "--answers", str(path))
    assert again.code == 0, again.err
    assert "nothing, everything was up to date" in again.out
    assert (folder / "other.toml").exists()
    assert loads(path.read_text(), "x").texts == {
        "region": REGION,
        "account": ACCOUNT,
        "tags": "team=a",
    }
