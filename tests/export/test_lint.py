"""What bash and shellcheck say of the scripts, and how long they are."""

import re
import subprocess

import pytest

from tests.export.texts import NAMES, files, text
from tests.support.parts import need
from tests.support.tiers import tail
from wizard.plan.model import Section

APART = ("hostile", "ecs-gateway")
"""Scripts that hardly have a line in common; the others are made of the same ones."""
HELPERS = 80
"""Lines of helpers that a script for the default answers has at most."""
LONGEST = {"defaults": 350, "ecs": 460, "ecs-gateway": 510}
"""Lines of a host's script for the default answers; those on ECS make twice as many things."""


def said(*words: str, given: str = "") -> str:
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def lint(whole: str) -> str:
    program = need("shellcheck", package="shellcheck")
    return said(program, "--norc", "-s", "bash", "-f", "gcc", "-", given=whole)


@pytest.mark.parametrize("name", [*APART, *tail([(name,) for name in NAMES if name not in APART])])
def test_scripts_are_clean(name: str) -> None:
    assert said("bash", "-n", given=text(name)) == ""
    assert lint(text(name)) == ""
    assert lint(files(name)["deploy.sh"]) == ""


def test_the_only_exclusion_has_a_reason() -> None:
    (line,) = [line for line in text("defaults").splitlines() if "shellcheck disable" in line]
    assert re.fullmatch(r"# shellcheck disable=SC\d+ # .+", line)


@pytest.mark.parametrize("name", LONGEST)
def test_the_default_script_is_read_in_ten_minutes(name: str) -> None:
    lines = text(name).splitlines()
    assert len(lines) <= LONGEST[name]
    titles = [line.strip("#- ") for line in lines if line.startswith("# ----")]
    own = {"Push the image to ECR" if name == "defaults" else "Set up the network"}
    others = {"Push the image to ECR", "Set up the network", "Leave the other host"} - own
    assert titles == ["Helpers", *(each.value for each in Section if each.value not in others)]
    first, second, *_ = (n for n, line in enumerate(lines) if line.startswith("# ----"))
    assert second - first <= HELPERS


@pytest.mark.parametrize("name", NAMES)
def test_every_change_is_a_whole_command_with_one_flag_a_line(name: str) -> None:
    lines = text(name).splitlines()
    made = [n for n, line in enumerate(lines) if re.match(r"\s+(NOT_YET=\S+ )?make aws ", line)]
    assert len(made) > 8
    for start in made:
        assert len(re.findall(r" --\w", lines[start].partition("make ")[2])) == 1, lines[start]
        number = start
        while lines[number].endswith("\\"):
            number += 1
            assert lines[number].lstrip().startswith(("--", "'", "Key=", '"')), lines[number]


@pytest.mark.parametrize("name", NAMES)
def test_only_helpers_that_are_used_are_there(name: str) -> None:
    whole = text(name)
    for helper in re.findall(r"^(\w+)\(\)", whole, re.MULTILINE):
        assert len(re.findall(rf"\b{helper}\b", whole)) > 1, helper
