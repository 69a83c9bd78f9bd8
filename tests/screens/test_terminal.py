"""The real program in a pseudo-terminal: the editor gets the terminal, and gives it back."""

import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.standin import REGION
from tests.support.terminal import Terminal, terminal
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

EDITOR = """\
#!{python}
import json, os, pathlib, sys, termios
*options, name = sys.argv[1:]
file, lesson = pathlib.Path(name), json.loads(pathlib.Path({lesson!r}).read_text())
told = {{"options": options, "name": file.name, "mode": file.stat().st_mode & 0o777}}
told["terminal"] = os.isatty(0) and os.isatty(1)
told["cooked"] = bool(termios.tcgetattr(0)[3] & termios.ICANON)
print("EDITING", file.name, flush=True)
told["typed"] = input() if lesson["asks"] else ""
pathlib.Path({seen!r}).write_text(json.dumps(told))
if lesson["writes"]:
    policy = json.loads(file.read_text())
    policy["Statement"][0].update(lesson["writes"])
    file.write_text(json.dumps(policy, indent=2))
sys.exit(lesson["ends"])
"""
KEYS = {"Sid": "MineNow"}
POLICY = "Base policy"


class Editor:
    """A small script that is somebody's editor; what it does, and what it saw."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self._lesson, self._seen = folder / "lesson.json", folder / "seen.json"
        code = EDITOR.format(python=sys.executable, lesson=str(self._lesson), seen=str(self._seen))
        self.path.write_text(code)
        self.path.chmod(0o700)

    def will(self, *, ask: bool = True, write: dict[str, str] | None = None, end: int = 0) -> None:
        """What it does when it is called next."""
        self._lesson.write_text(json.dumps({"asks": ask, "writes": write, "ends": end}))

    @property
    def seen(self) -> dict[str, object]:
        """How it was called the last time."""
        found: dict[str, object] = json.loads(self._seen.read_text())
        return found


@pytest.fixture(autouse=True)
def settings(standin: "StandIn", monkeypatch: pytest.MonkeyPatch) -> None:
    """What the child process is to find."""
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("FORMAE_WIZARD_CLI", "off")
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)


def to_the_policy(shown: Terminal) -> None:
    """To the review, its documents, and there to the agent's own policy."""
    shown.until("Guide me")
    shown.press("ctrl+s")
    shown.until("3 Documents")
    shown.press("3")
    shown.until(POLICY)
    lines = shown.shown.splitlines()
    first, wanted = (_at(lines, title) for title in ("The agent's config", POLICY))
    shown.press(*["down"] * (wanted - first))
    shown.until("formae-data-api-policy.json")


def _at(lines: list[str], title: str) -> int:
    return next(at for at, line in enumerate(lines) if title in line)


def close(shown: Terminal, words: str) -> None:
    """Close the dialog that says so."""
    shown.press("escape")
    shown.until(lambda: words not in shown.shown)


def leave(shown: Terminal) -> None:
    """Out of the program, as a person goes."""
    shown.press("ctrl+c")
    shown.until("Quit the wizard?")
    shown.press("l")
    assert shown.wait() == 0
    assert not shown.full_screen


def test_the_editor_has_the_terminal_and_the_wizard_takes_what_it_wrote(tmp_path: Path) -> None:
    editor = Editor(tmp_path, "my editor")
    with terminal([], {"EDITOR": f"'{editor.path}' --calm"}) as shown:
        to_the_policy(shown)
        editor.will(write=KEYS)
        shown.press("e")
        shown.until("EDITING")
        assert not shown.full_screen
        shown.press("hello\r")
        shown.until(lambda: shown.full_screen and "✎" in shown.shown)
        shown.until("MineNow")
        assert editor.seen["typed"] == "hello"
        assert editor.seen["terminal"]
        assert editor.seen["cooked"]
        assert editor.seen["options"] == ["--calm"]
        assert editor.seen["mode"] == stat.S_IRUSR | stat.S_IWUSR
        editor.will(write={"Effect": "Perhaps"})
        shown.press("e")
        shown.until("EDITING")
        shown.press("\r")
        shown.until("This text is not valid")
        shown.press("t")
        shown.until(lambda: "cannot be used" not in shown.shown and "MineNow" in shown.shown)
        editor.will(write={"Sid": "Lost"}, end=3)
        shown.press("e")
        shown.until("EDITING")
        shown.press("\r")
        shown.until("It exited with 3.")
        close(shown, "It exited with 3.")
        shown.until("MineNow")
        leave(shown)


@unsampled_tier
def test_an_editor_with_windows_of_its_own_is_told_to_wait(tmp_path: Path) -> None:
    editor = Editor(tmp_path, "code")
    editor.will(ask=False, write=KEYS)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    with terminal([], {"EDITOR": "code -n", "PATH": path}) as shown:
        to_the_policy(shown)
        shown.press("e")
        shown.until("MineNow")
        assert editor.seen["options"] == ["-n", "--wait"]
        leave(shown)


@unsampled_tier
def test_without_an_editor_it_says_how_to_name_one(tmp_path: Path) -> None:
    with terminal([], {"PATH": str(tmp_path)}) as shown:
        to_the_policy(shown)
        shown.press("e")
        shown.until("No editor found.")
        shown.until("Set EDITOR, for example EDITOR=nano")
        close(shown, "No editor found.")
        leave(shown)


@unsampled_tier
def test_an_editor_that_is_no_command_is_told(tmp_path: Path) -> None:
    with terminal([], {"EDITOR": "it's"}) as shown:
        to_the_policy(shown)
        shown.press("e")
        shown.until("EDITOR is not a command: it's")
        close(shown, "EDITOR is not a command")
        leave(shown)
