"""The audit says what it knows: silence of the database is not soundness."""

import subprocess

import pytest

from tests import audit
from tests.lock import USERS

SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
SILENT = {"name": "six", "skip_reason": "not found"}
WEAK = {
    "name": "six",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}],
}


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ([SOUND], 0, "1 of 1 packages audited"),
        ([SOUND, WEAK], 1, "WEAK six 1.0: PYSEC-1, mended in 1.1"),
        ([SOUND, SILENT], 2, "NOT AUDITED x: the database could not be asked about six"),
        ([SILENT, WEAK], 1, "WEAK"),
        ([], 2, "NOT AUDITED"),
        ("no network", 2, "NOT AUDITED x: no network"),
    ],
)
def test_silence_is_not_soundness(
    found: list[dict[str, object]], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.judged("x", found) == code
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "strict", "code"),
    [
        ([SOUND], True, 0),
        ([WEAK], False, 1),
        ([SILENT], False, 0),
        ([SILENT], True, 1),
    ],
)
def test_only_a_strict_audit_fails_for_silence(
    found: list[dict[str, object]], strict: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "asked", lambda _path: found)
    monkeypatch.setattr("sys.argv", ["audit", *(["--strict"] if strict else [])])
    assert audit.main() == code


def test_a_program_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert audit.asked(USERS) == "pip-audit is not installed"


def test_nonsense_of_the_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    end = subprocess.CompletedProcess([], 1, "", "a\nno network")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: end)
    assert audit.asked(USERS) == "no network"
