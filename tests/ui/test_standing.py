"""What the first page and the way out say of what is there: never more, never less."""

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from screens.answers.summary import SummaryScreen
from screens.dialogs import Dialog
from tests.plain.person import CTRL_C, person
from tests.screens.journey import journey
from tests.support import forked
from tests.support.command import Command
from tests.support.standin import REGION, Held
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ELSEWHERE = "eu-central-1"
TAKEN = f"The name formae is taken by a deployment in {REGION}"


@unsampled_tier
async def test_a_name_that_another_regions_deployment_has(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(cpu="2", memory="4")
    draft = {Source.ENVIRONMENT: {"region": ELSEWHERE}}
    async with journey(draft, size=(200, 40)) as someone:
        await someone.signed_in()
        await someone.until(lambda: TAKEN in someone.shown, "the name's row")
        assert "✗ Name" in someone.shown
        assert "is deployed here" not in someone.shown
        assert "as deployed" not in someone.shown
        assert "1 vCPU, 2 GB" in someone.shown
        await someone.press("ctrl+s")
        await someone.at(SummaryScreen)
        someone.session.type("name", "other")
        someone.app.show_session()
        await someone.until(lambda: someone.session.ready, "another name will do")
        assert "Also deployed" not in someone.said
        await someone.press("q")
        await someone.at(Dialog)
        assert "Nothing has been created." in someone.said
    with person("--plain", "--start-over", AWS_REGION=ELSEWHERE) as plainly:
        page = plainly.answers("Continue?", "")
        assert f"To fix: {TAKEN}" in page
        assert "is deployed here" not in page
        plainly.sees("Fix first:")
    refused = command("apply", "--yes", "--json", "--region", ELSEWHERE)
    assert refused.code == 3
    assert "FW-RUN-007" in refused.out
    explained = command("explain", "FW-RUN-007").out
    assert "another region" in explained


async def test_who_leaves_a_deployment_that_runs(standin: "StandIn", command: Command) -> None:
    command.deployed()
    async with journey() as someone:
        await someone.signed_in()
        await someone.until(lambda: "“formae” is deployed here" in someone.said)
        await someone.press("q")
        await someone.at(Dialog)
        assert "You changed nothing in this session." in someone.said
        assert "“formae” stays as it is (about $" in someone.said
    with person("--plain") as plainly:
        plainly.sees("Continue?")
        plainly.types(CTRL_C, enter=False)
        plainly.sees("“formae” stays as it is (about $")
        plainly.sees("Your answers are saved.")
        plainly.ends()


async def test_a_run_that_was_killed_is_told_after_not_now(held: Held, home: Path) -> None:
    words = ("apply", "--yes", "--region", REGION)
    with forked.Process(*words, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr
        for line in run.stderr:
            if "Aurora instance" in line and "waiting on AWS" in line:
                break
        os.kill(run.pid, signal.SIGKILL)
        run.stderr.read()
    async with journey() as someone:
        await someone.until(lambda: isinstance(someone.app.screen, Dialog), "the offer")
        await someone.press("n")
        await someone.signed_in()
        await someone.until(lambda: "“formae” is partly created." in someone.said, "its state")
        assert "A run was interrupted at “" in someone.said
        assert "Start resumes from there." in someone.said
        assert "is deployed here" not in someone.said
        await someone.press("q")
        await someone.at(Dialog)
        assert "You changed nothing in this session." in someone.said
        assert "“formae” stays unfinished, and what exists of it costs money" in someone.said
        assert "To resume: formae-wizard apply --resume" in someone.said
    with person("--plain") as plainly:
        plainly.answers("What do you want to do with it?")
        page = plainly.sees("Continue?")
        assert "“formae” is partly created. A run was interrupted at “" in page
        plainly.types(CTRL_C, enter=False)
        plainly.sees("To resume: formae-wizard apply --resume")
        plainly.ends()
    held.release()
