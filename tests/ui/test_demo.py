"""The demo is a demo in every word: no command works elsewhere unsaid, nothing costs."""

import contextlib
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from screens.answers.summary import SummaryScreen
from screens.dialogs import Dialog
from screens.run.result import ResultScreen
from tests.plain.person import CTRL_C, person
from tests.screens.journey import Journey, journey
from tests.screens.test_run import gate as gate
from tests.support.command import Command
from tests.support.tiers import second_tier, unsampled_tier
from wizard.ui.common.demo import HERE, OUTSIDE

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CHANGING = re.compile(
    r"formae-wizard (apply|destroy|rotate)|formae apply|(?<![\w`])aws [a-z-]+ [a-z-]+"
)
UNTRUE = re.compile(
    r"AWS finishes|AWS is still working|Cost while idle|Still costs|AWS bills|\$[\d.,]+ a day"
    r"|stays in your account|Resume: |Remove what it created|formae-wizard support|Log: /"
)
BEYOND = "formae-wizard plan --region eu-west-1"


def unsaid(text: str) -> list[str]:
    """What the demo must not say: untrue there, or a command that does not say where it works."""
    lines = text.splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if CHANGING.search(line) and OUTSIDE not in before
    ]
    return [*UNTRUE.findall(" ".join(text.split())), *bare]


@pytest.fixture
def in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--demo` leads to the test's own stand-in."""
    monkeypatch.setattr("wizard.cli.demo.demo", lambda **_: contextlib.nullcontext())


@second_tier
def test_without_screens_to_the_end_changed_and_removed(
    standin: "StandIn", command: Command, in_the_demo: None, tmp_path: Path
) -> None:
    for as_json in ((), ("--json",)):
        nothing = command("rotate", "--demo", *as_json, "--api-password", "--region", "eu-west-1")
        assert "formae-wizard --demo status" in nothing.out + nothing.err
        assert "formae-wizard status" not in nothing.out + nothing.err
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    failed = command("apply", "--demo", "--json", "--region", "eu-west-1")
    assert failed.code == 1
    assert unsaid(failed.err) == []
    assert BEYOND in failed.err
    data = failed.lines[-1]["data"]
    assert (data["resume"], data["undo"], data["going"], data["costs_a_month"]) == ("", "", [], 0)
    done = command("apply", "--demo", "--region", "eu-west-1")
    assert done.code == 0
    assert unsaid(done.out) == []
    assert BEYOND in done.out
    for words in (("--api-password",), ("--database-password",)):
        rotated = command("rotate", "--demo", "--yes", *words, "--region", "eu-west-1")
        assert unsaid(rotated.out + rotated.err) == []
    planned = command("plan", "--demo", "--region", "eu-west-1", "--out", str(tmp_path / "p"))
    assert unsaid(planned.out + planned.err) == []
    script = command("export", "--demo", "--region", "eu-west-1").out.splitlines()
    assert script[:2] == ["#!/usr/bin/env bash", OUTSIDE]
    standin.fail("rds", "DeleteDBCluster", "AccessDenied", "no", status=403)
    removed = command("destroy", "--demo", "--yes", "--region", "eu-west-1")
    assert removed.code == 1
    assert unsaid(removed.out + removed.err) == []
    removed = command("destroy", "--demo", "--yes", "--region", "eu-west-1")
    assert removed.code == 0
    assert unsaid(removed.out + removed.err) == []


async def starts(person: Journey) -> None:
    await person.signed_in()
    assert "Would cost about $" in person.said
    await person.review()
    assert unsaid(person.said) == []
    await person.press("4")
    await person.until(lambda: OUTSIDE in person.said, "the script")
    await person.press("c")
    assert person.app.clipboard.splitlines()[1] == OUTSIDE
    await person.press("2", "x", "c")
    assert unsaid(person.app.clipboard) == []
    assert unsaid(person.said) == []
    await person.press("ctrl+s")
    assert unsaid(person.said) == []
    await person.press("s")


@unsampled_tier
async def test_in_full_screen_to_the_agent_that_answers(standin: "StandIn") -> None:
    async with journey(size=(120, 40), demo=True) as person:
        await starts(person)
        await person.at(ResultScreen)
        assert unsaid(person.said) == []
        assert "The demo cost nothing. In your own account: " in person.said
        assert "(until you leave the demo)" in " ".join(person.said.split())
        await person.press("f1")
        assert HERE in person.said
        assert "in your account" not in person.said
        await person.press("escape")
        await person.at(ResultScreen)
        await person.press("1")
        assert person.app.clipboard == BEYOND
        await person.press("3")
        assert person.app.clipboard == BEYOND
        await person.press("escape")
        await person.at(SummaryScreen)
        assert person.app.ended
        person.app.show_status(person.app.ended.job.answers)
        await person.until(lambda: "answers at" in person.said, "the status")
        assert "nothing: this is the demo" in person.said
        assert "a month idle" not in person.said
        assert unsaid(person.said) == []
        await person.press("ctrl+q")
        await person.at(Dialog)
        assert "your own AWS account was never touched" in person.said


@second_tier
async def test_in_full_screen_stopped(standin: "StandIn", gate: threading.Event) -> None:
    standin.fail("iam", "CreateRole", "AccessDenied", "no iam:CreateRole for you", status=403)
    async with journey(size=(120, 40), demo=True) as person:
        await starts(person)
        await person.until(lambda: "1 failed" in person.said, "the failure")
        await person.press("c")
        assert person.app.clipboard.startswith(OUTSIDE)
        assert unsaid(person.said) == []
        for _ in range(2):
            await person.press("ctrl+c")
            await person.at(Dialog)
            assert "End the demo" in person.shown
            assert unsaid(person.said) == []
            await person.press("s")
        gate.set()
        await person.at(ResultScreen)
        assert unsaid(person.said) == []
        await person.press("1")
        assert person.app.clipboard == BEYOND


@second_tier
def test_in_plain_lines_left_half_way(home: Path, tmp_path: Path) -> None:
    folders = tmp_path / "temporary"
    folders.mkdir()
    with person("--demo", "--plain", TMPDIR=str(folders)) as someone:
        someone.answers("Continue?")
        someone.answers("Start?")
        someone.answers("Type yes, or Enter for no:", "yes")
        someone.sees("Aurora cluster: ")
        someone.types(CTRL_C, enter=False)
        someone.answers("Stop?", "l")
        someone.sees("The demo's account and files are removed.")
        assert list(folders.iterdir()) == [], "it is said to be gone before it is"
        assert someone.ends() == 130
    assert unsaid(someone.shown) == []
    assert BEYOND in someone.words
