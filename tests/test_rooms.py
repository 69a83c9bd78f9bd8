"""The shape of the house: one-way doors, small rooms, a docstring at every entrance."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = [*ROOT.glob("wizard/**/*.py"), *ROOT.glob("screens/**/*.py")]
LONGEST_FILE = 320
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


def test_files_and_functions_stay_small_and_say_what_they_are() -> None:
    found = [f"{path.relative_to(ROOT)}: {each}" for path in SOURCES for each in faults(path)]
    assert not found, "\n".join(found)


def faults(path: Path) -> Iterator[str]:
    """What is wrong with the shape of a module."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield "a module says what it is"
    if text.count("\n") > LONGEST_FILE:
        yield "split it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or 0) - node.lineno
            if size > LONGEST_FUNCTION:
                yield f"{node.name} has {size} lines"
