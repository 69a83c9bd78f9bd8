"""Standard output that is full, closed or of another encoding, for every verb."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import forked
from tests.support.account import service
from tests.support.standin import REGION
from tests.support.tiers import tail, unsampled, unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

FULL = Path("/dev/full")
R = ["--region", REGION]
TELLING = [
    ["--version"],
    ["--help"],
    ["explain"],
    ["explain", "--json"],
    ["completion", "bash"],
    ["answers"],
    ["answers", "--schema"],
    ["export", *R],
]
"""What prints without an account."""
LOOKING = [
    ["plan", *R],
    ["plan", "--json", *R],
    ["status", *R],
    ["status", "--json", *R],
    ["doctor", *R],
    ["destroy", "--yes", *R],
    ["destroy", "--yes", "--json", *R],
    ["support", "--offline", *R],
]


LINES = [each for each in LOOKING if "--json" in each]
PLAIN = [each for each in LOOKING if each not in LINES]
FIRST = {"status", "destroy"}


def run(
    words: list[str], shell: str = "", **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """The command, nobody at its terminal; as a line of sh begins it, where one is given."""
    if not shell and not environment:
        return forked.run(*words)
    return subprocess.run(
        ["sh", "-c", shell or '"$@"', "sh", *forked.WIZARD, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=300,
    )


def full(words: list[str], usual: int) -> None:
    """It says so, and does not end as if all were well."""
    with FULL.open("wb") as device:
        end = forked.run(*words, stdout=device)
    err = end.stderr.decode()
    assert end.returncode == (1 if usual in {0, 4} else usual), err
    assert "output could not be written: No space left on device." in err
    assert "Internal error in formae-wizard" not in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def nobody_reads(words: list[str], usual: int) -> None:
    """It ends as it would have, without a word about it."""
    reading, writing = os.pipe()
    os.close(reading)
    end = forked.run(*words, stdout=writing)
    os.close(writing)
    err = end.stderr.decode()
    assert end.returncode == usual, err
    assert "Internal error in formae-wizard" not in err
    assert "Traceback" not in err
    assert "ken pipe" not in err
    assert "could not be written" not in err


@pytest.mark.parametrize("words", TELLING, ids=" ".join)
def test_without_an_account(words: list[str]) -> None:
    usual = run(words).returncode
    full(words, usual)
    nobody_reads(words, usual)


@pytest.mark.parametrize(
    "words",
    [
        *(
            pytest.param(each, id=" ".join(each), marks=[] if each[0] in FIRST else unsampled)
            for each in PLAIN
        ),
        *tail([(each,) for each in LINES], [" ".join(each) for each in LINES]),
    ],
)
def test_with_an_account(standin: "StandIn", words: list[str]) -> None:
    usual = run(words).returncode
    full(words, usual)
    nobody_reads(words, usual)


@pytest.mark.parametrize(
    "more", [pytest.param([], id="lines"), pytest.param(["--json"], id="json", marks=unsampled)]
)
def test_what_was_done_is_done(standin: "StandIn", more: list[str]) -> None:
    end = run(["apply", "--yes", *R, *more], '"$@" >/dev/full')
    err = end.stderr.decode()
    assert end.returncode == 1, err
    assert "Done, but standard output could not be written: No space left on device." in err
    assert service()["Status"] == "RUNNING"


def test_a_run_ends_although_nobody_hears_its_narration(standin: "StandIn") -> None:
    end = run(["apply", "--yes", *R], '"$@" 2>/dev/full')
    assert end.returncode == 0
    assert b"The formae agent answers" in end.stdout
    assert service()["Status"] == "RUNNING"


ENCODINGS = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
]
OTHERS = [pytest.param(each, marks=unsampled) for each in ENCODINGS[:-1]]


@pytest.mark.parametrize("encoding", [ENCODINGS[-1], *OTHERS], ids=str)
def test_data_is_utf_8_whatever_the_locale(encoding: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_bytes(run(["answers", "--tags", "team=Büro"]).stdout)
    end = run(["answers", "--answers", str(file)], **encoding)
    assert end.returncode == 0, end.stderr
    assert "Büro" in end.stdout.decode("utf-8")
    file.write_bytes(end.stdout)
    assert run(["answers", "--check", str(file)], **encoding).returncode == 0
    script = run(["export", *R, "--answers", str(file)], **encoding)
    assert "Büro" in script.stdout.decode("utf-8")
    assert run(["explain", "--json"], **encoding).stdout == run(["explain", "--json"]).stdout


@unsampled_tier
@pytest.mark.parametrize("encoding", ENCODINGS, ids=str)
def test_signs_of_the_narration_become_words(standin: "StandIn", encoding: dict[str, str]) -> None:
    end = run(["doctor", *R], **encoding)
    told = end.stdout + end.stderr
    assert b"\\u" not in told
    assert b"\\x" not in told
    assert end.stdout.startswith(b"ok "), end.stdout
    wrong = run(["plan", "--region", "nowhere"], **encoding)
    assert wrong.stderr.startswith(b"x "), wrong.stderr


@pytest.mark.parametrize("encoding", [{}, ENCODINGS[3]], ids=["UTF-8", "C"])
def test_a_path_that_is_told_is_there(encoding: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "Büro ✓"
    folder.mkdir()
    end = run(["answers", "--output", str(folder / "a.toml")], HOME=str(folder), **encoding)
    assert end.returncode == 0, end.stderr
    told = end.stderr.decode().removeprefix("Written: ").strip()
    assert Path(told) == folder / "a.toml"
    assert Path(told).is_file()


@unsampled_tier
def test_a_run_in_a_home_whose_letters_the_locale_lacks(standin: "StandIn", tmp_path: Path) -> None:
    home = tmp_path / "Zoë"
    home.mkdir()
    end = run(["apply", "--yes", *R], HOME=str(home), **ENCODINGS[3])
    told = (end.stdout + end.stderr).decode()
    assert end.returncode == 0, told
    (log,) = (line.partition("Log: ")[2] for line in told.splitlines() if "Log: " in line)
    assert Path(log).is_file()
    assert Path(log).is_relative_to(home)
