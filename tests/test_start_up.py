"""What is loaded when: the help without Textual or boto3, and only what its verb needs."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

HEAVY = ("textual", "boto3", "botocore", "docker", "questionary", "moto", "keyring")
WORKED_WITH = (
    *("wizard.engine", "wizard.plan", "wizard.documents", "wizard.costs", "wizard.export"),
    *("wizard.ui", "wizard.journal", "wizard.catalogue", "wizard.base.events"),
    *("asyncio", "configparser", "hashlib"),
)
"""What a verb loads when it is run: the help waits for none of it."""


def loaded_after(code: str, names: Sequence[str] = HEAVY) -> set[str]:
    """Which of the named modules are loaded after this code ran in a fresh interpreter."""
    script = f"{code}\nimport sys\nprint(*[n for n in {names!r} if n in sys.modules])"
    end = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(end.stdout.splitlines()[-1].split())


def test_the_command_itself_is_light() -> None:
    assert loaded_after("import wizard.cli") == set()


@pytest.mark.parametrize("words", [["--help"], ["apply", "--help"], ["--version"]])
def test_help_is_light(words: list[str]) -> None:
    code = (
        "from wizard.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit as end: assert end.code == 0\n"
    )
    assert loaded_after(code, (*HEAVY, *WORKED_WITH)) == set()


def test_planning_offline_needs_no_aws() -> None:
    code = (
        "import wizard.plan.build, wizard.plan.placeholders, wizard.engine.flow, "
        "wizard.cli.commands.apply"
    )
    assert loaded_after(code) == set()


def test_every_question_has_a_flag_in_the_help() -> None:
    from wizard.answers.questions import QUESTIONS

    end = subprocess.run(
        [sys.executable, "-m", "wizard", "apply", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for question in QUESTIONS:
        assert question.flag in end.stdout
