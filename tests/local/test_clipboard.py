"""The clipboard: who holds it on which machine; only what was taken is said to be there."""

import os
from pathlib import Path

import pytest

from screens.copying import holders, put

LINUX, MAC = "linux", "darwin"


@pytest.mark.parametrize(
    ("environment", "platform", "programs"),
    [
        ({}, LINUX, []),
        ({}, MAC, ["pbcopy"]),
        ({"SSH_CONNECTION": "there"}, MAC, []),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, LINUX, ["wl-copy", "xclip", "xsel"]),
        ({"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, LINUX, ["xclip", "xsel"]),
        ({"TMUX": "/tmp/tmux"}, LINUX, ["tmux", "tmux"]),
        ({"TMUX": "/tmp/tmux"}, MAC, ["pbcopy", "tmux", "tmux"]),
    ],
)
def test_who_holds_it(environment: dict[str, str], platform: str, programs: list[str]) -> None:
    assert [each.command[0] for each in holders(environment, platform)] == programs


def program(folder: Path, name: str, end: int = 0) -> Path:
    """A program that keeps what it is given; what it keeps it in."""
    kept = folder / f"{name}.txt"
    path = folder / name
    path.write_text(
        f'#!/bin/sh\nwhile IFS= read -r line; do echo "$line"; done >{kept}\nexit {end}\n'
    )
    path.chmod(0o700)
    return kept


def test_the_first_that_takes_it_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    environment = {"DISPLAY": ":0", "TMUX": "/tmp/tmux"}
    assert put("text\n", environment) == ""
    program(tmp_path, "xclip", end=1)
    buffer = program(tmp_path, "tmux")
    assert put("“text”\n", environment) == "tmux's buffer"
    assert buffer.read_text("utf-8") == "“text”\n"
    kept = program(tmp_path, "xsel")
    assert put("more\n", environment) == "the clipboard"
    assert kept.read_text("utf-8") == "more\n"


def test_nothing_is_asked_where_nothing_can_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.environ["SSH_CONNECTION"]
    assert put("text") == ""
