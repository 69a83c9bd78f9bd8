"""Folders are layers, and small; every package has a docstring."""

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [*ROOT.glob("wizard/**/*.py"), *ROOT.glob("screens/**/*.py")]
ROOMS = (ROOT / "wizard", ROOT / "screens", ROOT / "tests")
NAMED = re.compile(r"(?:wizard|screens|tests)(?:\.[A-Za-z_]\w*)+")
QUOTED = re.compile(rf"""(["'])({NAMED.pattern})\1""")
LOADER = ROOT / "wizard/base/offer.py"
"""Loads a host's modules by the name of its folder: a host is added without a change elsewhere."""
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


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.name))
def test_every_module_that_is_named_in_a_text_is_there(room: Path) -> None:
    named = {
        (path.relative_to(ROOT), found[1])
        for path in sorted(room.glob("**/*.py"))
        for found in QUOTED.findall(path.read_text("utf-8"))
    }
    lost = [each for each in sorted(named) if not _there(each[1])]
    assert not lost
    assert named


@pytest.mark.parametrize("name", ["screens/DESIGN.md", "wizard/ARCHITECTURE.md"])
def test_every_file_that_is_named_in_a_long_text_is_there(name: str) -> None:
    file = ROOT / name
    named = re.findall(r"`((?:\w+/)*\w+\.(?:py|toml))`", file.read_text("utf-8"))
    assert named
    assert not [each for each in named if not _beside(file, each)]


def _beside(file: Path, name: str) -> bool:
    """Whether the name leads somewhere from the text's folder or the project's, or is one's own."""
    if "/" in name:
        return any((folder / name).exists() for folder in (file.parent, ROOT))
    return any(file.parent.rglob(name)) or (ROOT / name).exists()


def test_modules_are_imported_by_their_whole_names() -> None:
    made = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path != LOADER
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("import_module")
        and any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in node.args)
    ]
    assert not made, "a name put together is not found by who moves the module"


def test_every_docstring_of_a_field_stands_under_its_field() -> None:
    """A text after a text documents the wrong field, and hides that another one has none."""
    lost = [
        f"{path.relative_to(ROOT)}:{second.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef)
        for first, second in pairwise(node.body)
        if _is_text(first) and _is_text(second)
    ]
    assert not lost


def _there(name: str) -> bool:
    """Whether it is a module, something in one, or a file among the assets."""
    if (ROOT / "assets" / name).exists():
        return True
    parts = name.split(".")
    for size in range(len(parts), 0, -1):
        module = ".".join(parts[:size])
        try:
            spec = find_spec(module)
        except ModuleNotFoundError:
            continue
        if spec is None:
            continue
        found = importlib.import_module(module)
        for attribute in parts[size:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
