"""Tab, in the real bash, zsh and fish."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.parts import need

BIN = str(Path(sys.executable).parent)
PROFILE = "[profile tab-test]\nregion = eu-west-1\n"
WAIT = 60.0
"""Seconds until a shell that never answers fails the test."""

LINES = {
    "formae-wizard doc": "doctor",
    "formae-wizard apply --reg": "--region",
    "formae-wizard apply --region eu-central": "eu-central-1",
    "formae-wizard apply --scope serv": "services",
    "formae-wizard apply --services S3,SQ": "S3,SQS",
    "formae-wizard apply --profile tab": "tab-test",
    "formae-wizard completion fi": "fish",
    "formae-wizard explain FW-SIGN-00": "FW-SIGN-003",
}


@pytest.fixture(autouse=True)
def machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(PROFILE)
    root = Path(__file__).parent.parent
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(root))


def _said(*words: str) -> list[str]:
    end = subprocess.run(words, capture_output=True, text=True, check=True, timeout=WAIT)
    return [line.split("\t")[0].strip() for line in end.stdout.splitlines()]


@pytest.mark.parametrize(("line", "wanted"), LINES.items())
def test_bash(line: str, wanted: str) -> None:
    ask = (
        'eval "$(formae-wizard completion bash)"; COMP_LINE=$1; COMP_POINT=${#1}; COMP_TYPE=9; '
        "read -ra COMP_WORDS <<<\"$1\"; _python_argcomplete formae-wizard; printf '%s\\n' "
        '"${COMPREPLY[@]}"'
    )
    assert wanted in _said(need("bash", package="bash"), "--norc", "-c", ask, "bash", line)


@pytest.mark.parametrize(("line", "wanted"), LINES.items())
def test_fish(line: str, wanted: str) -> None:
    ask = "formae-wizard completion fish | source; complete -C $argv[1]"
    assert wanted in _said(need("fish", package="fish"), "-N", "-c", ask, line)


def test_zsh(home: Path) -> None:
    """One line typed into a real interactive zsh: it must be completed on the screen."""
    zsh = need("zsh", package="zsh")
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - this is the shell
        os.execv(zsh, [zsh, "-f", "-i"])
    try:
        _type(terminal, 'PS1="> "; autoload -Uz compinit && compinit -u -D; echo re"ady"\n')
        _until(terminal, "ready\r")
        _type(terminal, 'eval "$(formae-wizard completion zsh)"; echo load"ed"\n')
        _until(terminal, "loaded\r")
        _type(terminal, "formae-wizard apply --profile tab\t")
        _until(terminal, "tab-test")
    finally:
        os.close(terminal)  # the shell gets a hang-up
        os.waitpid(pid, 0)


def _type(terminal: int, text: str) -> None:
    os.write(terminal, text.encode())


def _until(terminal: int, wanted: str) -> None:
    seen, deadline = "", time.monotonic() + WAIT
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            seen += os.read(terminal, 4096).decode(errors="replace")
        assert time.monotonic() < deadline, f"never saw {wanted!r} in {seen!r}"


def test_an_unknown_shell_is_refused() -> None:
    end = subprocess.run(
        [sys.executable, "-m", "wizard", "completion", "tcsh"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert end.returncode == 2
    assert "choose from" in end.stderr
