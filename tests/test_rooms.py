"""The shape of the house: one-way doors, small rooms, a docstring at every entrance."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [*ROOT.glob("wizard/**/*.py"), *ROOT.glob("screens/**/*.py")]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
"""Lines. A section's step is data and may be long; code should stay below forty."""


def test_the_doors_open_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    end = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert end.returncode == 0, end.stdout + end.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is"
    assert text.count("\n") <= LONGEST_FILE, "split it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or 0) - node.lineno
            assert size <= LONGEST_FUNCTION, f"{node.name} has {size} lines"
