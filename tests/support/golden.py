"""Golden files below tests/golden: what the program writes, kept to be reviewed as diffs.

`GOLDEN=write python -m pytest tests/golden` writes them anew; a plain run compares.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "golden"
WRITE = os.environ.get("GOLDEN") == "write"
ANEW = "GOLDEN=write python -m pytest tests/golden"


def golden(name: str, text: str) -> None:
    """The file of that name below the folder holds this text; written where that is wanted."""
    file = FOLDER / name
    if WRITE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    if not file.exists():
        pytest.fail(f"{name} is missing. Write it anew with: {ANEW}")
    if text != file.read_text("utf-8"):  # a plain comparison would take pytest minutes to explain
        pytest.fail(f"{name} is not what is written now.\n{_difference(file, text)}\n{ANEW}")


def nothing_stale(folder: str, names: Iterable[str]) -> None:
    """The folder holds these files and no other."""
    known = set(names)
    for file in (FOLDER / folder).iterdir():
        if file.name not in known and WRITE:
            file.unlink()
    there = {file.name for file in (FOLDER / folder).iterdir()}
    assert there == known, f"Write it anew with: {ANEW}"


def _difference(file: Path, text: str) -> str:
    import difflib

    told = difflib.unified_diff(
        file.read_text("utf-8").splitlines(), text.splitlines(), "kept", "now", lineterm=""
    )
    return "\n".join(list(told)[:60])
