"""Whose home folder it is: nothing is made in another person's."""

import os
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.standin import REGION
from wizard.local.files import demand_own_home

NOBODY = 65534
VERBS = [
    ["apply", "--yes"],
    ["plan"],
    ["doctor"],
    ["status"],
    ["destroy", "--yes"],
    ["export"],
    ["answers"],
    ["support"],
    ["rotate", "--yes"],
]


@pytest.fixture
def another(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """HOME is somebody's who does not run this, as under `sudo -E`."""
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    return home


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_nothing_is_made_in_the_home_of_another(
    another: Path, command: Command, words: list[str]
) -> None:
    before = list(another.rglob("*"))
    end = command(*words, "--region", REGION)
    assert end.code == 3, end.err
    assert f"The home folder {another} belongs to " in end.err
    assert "sudo -H" in end.err
    assert list(another.rglob("*")) == before


def test_json_lines_end_with_it_too(another: Path, command: Command) -> None:
    end = command("plan", "--json", "--region", REGION)
    assert [line["type"] for line in end.lines] == ["problem", "result"]
    assert end.lines[-1]["code"] == end.code == 3


def test_what_needs_no_home_is_answered(another: Path, command: Command) -> None:
    assert command("explain", "FW-FILE-004").code == 0
    assert command("completion", "bash").code == 0


def test_a_folder_of_roots_is_nobodys_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    demand_own_home()
