"""A forked wizard is the process that the usual start makes: what it is given, and how it ends."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import forked
from tests.support.standin import REGION, Held
from tests.support.terminal import terminal

R = ("--region", REGION)
CASES = {
    "a page": ("--help",),
    "wrong use": ("plan", "--no-such-flag"),
    "a wrong answer": ("plan", "--region", "nowhere"),
    "data": ("status", "--json", *R),
    "a plan": ("plan", "--tags", "team=Büro", *R),
    "a file in this folder": ("answers", "--output", "made.toml"),
}


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize("words", CASES.values(), ids=CASES)
def test_it_says_and_makes_the_same(words: tuple[str, ...], tmp_path: Path) -> None:
    ends = []
    before = os.umask(0o027)
    for way in (True, False):
        folder = tmp_path / str(way)
        folder.mkdir()
        given: dict[str, Any] = {"env": {**os.environ, "COLUMNS": "70"}, "cwd": folder}
        usual = [*forked.WIZARD, *words]
        end = (
            forked.run(*words, **given)
            if way
            else subprocess.run(usual, stdin=subprocess.DEVNULL, capture_output=True, **given)
        )
        made = [(each.name, each.stat().st_mode, each.read_bytes()) for each in folder.iterdir()]
        ends.append((end.returncode, end.stdout, end.stderr, made))
    os.umask(before)
    assert ends[0] == ends[1]


def test_it_is_a_child_of_ours_with_its_own_terminal(held: Held) -> None:
    with terminal(["apply", "--yes", *R], {"NO_COLOR": "1"}, (70, 20)) as shown:
        shown.until("waiting on AWS")
        stat = Path(f"/proc/{shown.child.pid}/stat").read_text().rpartition(")")[2].split()
        parent, group, session, device = map(int, stat[1:5])
        assert parent == os.getpid()
        assert group == session == shown.child.pid
        assert device
        shown.press("\x03")  # which the terminal makes a signal
        assert shown.wait() == 128 + signal.SIGINT
        assert "Stopping after the running calls" in shown.written
