"""With a formae CLI on the machine: its version decides the agent's, and it is asked at the end."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.account import service
from tests.support.command import Command

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PROGRAM = """#!/bin/sh
echo "$@" >> "$HOME/asked"
case "$*" in
  --version) printf 'formae version: {version}\\ngo version: go1.25\\n' ;;
  "profile use "*) printf '%s\\n' "$3" > "$HOME/.config/formae/active" ;;
  "{status}"*) {answer} ;;
  *) echo "Error: unknown command" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def install(home: Path, monkeypatch: pytest.MonkeyPatch) -> "Install":
    return Install(home, monkeypatch)


class Install:
    """Puts a program that speaks as formae does on the PATH."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._home = home
        folder = home / "bin"
        folder.mkdir()
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def __call__(self, version: str, *, status: str = "status agent", fails: str = "") -> None:
        answer = f'echo \'{{"Version": "{version}", "AgentId": "a"}}\''
        if fails:
            answer = f"echo 'Error: {fails}' >&2; exit 1"
        program = self._home / "bin" / "formae"
        program.write_text(PROGRAM.format(version=version, status=status, answer=answer))
        program.chmod(0o755)

    @property
    def asked(self) -> str:
        """What it was called with."""
        return (self._home / "asked").read_text()


def test_its_version_is_the_agents_and_it_is_asked(
    standin: "StandIn", command: Command, install: Install
) -> None:
    install("0.87.3")
    end = command.apply()
    assert end.code == 0, end.err
    image = service()["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]
    assert image.endswith(":0.87.3")
    assert "formae reaches the agent" in end.err
    assert "it runs formae 0.87.3" in end.err
    assert "status agent" in install.asked


def test_another_version_is_not_asked(
    standin: "StandIn", command: Command, install: Install
) -> None:
    install("0.87.3")
    end = command.apply(image_version="0.88.1")
    assert end.code == 0, end.err
    assert "formae reaches the agent" not in end.err


def test_a_newer_cli_gets_the_newer_form(
    standin: "StandIn", command: Command, install: Install, home: Path
) -> None:
    install("0.89.0", status="agent status")
    end = command.apply()
    assert end.code == 0, end.err
    text = (home / ".config" / "formae" / "formae.conf.pkl").read_text()
    assert "connection = new Classic" in text
    assert "agent status" in install.asked


def test_a_profile_store_gets_a_profile_that_is_then_in_use(
    standin: "StandIn", command: Command, install: Install, home: Path
) -> None:
    install("0.88.1")
    folder = home / ".config" / "formae"
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "work.pkl").write_text('amends "formae:/Config.pkl"\n')
    (folder / "active").write_text("work\n")
    end = command.apply()
    assert end.code == 0, end.err
    assert (folder / "active").read_text() == "formae\n"
    assert "previously work" in end.err
    assert not (folder / "formae.conf.pkl").exists()
    assert (folder / "profiles" / "formae.pkl").stat().st_mode & 0o777 == 0o600


def test_a_profile_is_not_switched_when_told_not_to(
    standin: "StandIn", command: Command, install: Install, home: Path
) -> None:
    install("0.88.1")
    folder = home / ".config" / "formae"
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "work.pkl").write_text('amends "formae:/Config.pkl"\n')
    (folder / "active").write_text("work\n")
    end = command.apply(activate_profile="no")
    assert end.code == 0, end.err
    assert (folder / "active").read_text() == "work\n"
    assert "formae profile use formae" in end.err
    assert "--profile formae" in install.asked


def test_what_it_says_is_told_when_it_fails(
    standin: "StandIn", command: Command, install: Install
) -> None:
    install("0.88.1", fails="agent is not running; please start the agent")
    end = command.apply()
    assert end.code == 1
    assert "agent is not running" in end.err
    assert "Traceback" not in end.err
