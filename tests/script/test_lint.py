"""What bash and shellcheck say of the scripts, at their strictest."""

import subprocess
from pathlib import Path

import pytest

from tests.script.texts import NAMES, files, text
from tests.support.parts import need

PRELUDE = Path(__file__).parents[2] / "assets" / "script" / "prelude.sh"


def said(*words: str, given: str = "") -> str:
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def lint(whole: str) -> str:
    """Every check there is; the one exclusion, SC2310, stands in the script with its reason."""
    program = need("shellcheck", package="shellcheck")
    return said(program, "--norc", "-o", "all", "-s", "bash", "-f", "gcc", "-", given=whole)


@pytest.mark.parametrize("name", NAMES)
def test_scripts_are_clean(name: str) -> None:
    assert said("bash", "-n", given=text(name)) == ""
    assert lint(text(name)) == ""


def test_a_script_with_its_documents_beside_it_is_clean() -> None:
    assert lint(files("defaults")["deploy.sh"]) == ""


def test_the_prelude_is_bash_by_itself() -> None:
    assert said("bash", "-n", str(PRELUDE)) == ""
    assert lint(PRELUDE.read_text("utf-8")) == ""


def test_the_only_exclusions_are_those_with_a_reason() -> None:
    lines = PRELUDE.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if "shellcheck disable" in line:
            reason = "#" in line.partition("disable=")[2] or lines[number - 1].startswith("#")
            assert reason, f"line {number + 1} says no reason"
