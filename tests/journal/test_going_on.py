"""A run that was killed, and the next one: told without a question, gone on with by `--resume`."""

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journal.runs import CANARY, WORDS, killed_at
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.lines import of_type
from tests.support.standin import REGION, NewAccount
from tests.support.tiers import unsampled_tier
from wizard.journal import unfinished
from wizard.journal.files import folder

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def test_killed_and_gone_on_with_from_the_journal(
    new_account: NewAccount, command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin = new_account()
    assert (
        killed_at(standin, "rds", "CreateDBCluster", password=CANARY).returncode == -signal.SIGKILL
    )
    (run,) = unfinished()
    assert "rds CreateDBCluster" in run.unsure
    assert "Aurora cluster" in run.at
    command_line = command("apply", "--region", REGION, "--name", "first")
    assert "! A run was interrupted at “" in command_line.err
    assert "The outcome of" in command_line.err
    assert "What to do: Resume with its answers: formae-wizard apply --resume" in command_line.err
    elsewhere = command("apply", "--region", REGION, "--name", "other")
    assert "interrupted" not in elsewhere.err
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    end = command("apply", "--resume", "--yes", "--json")
    assert end.code == 0, end.err
    assert "Resuming. A run was interrupted at “" in end.err
    assert of_type("start", end.lines)[0]["name"] == "first"
    assert service()["ServiceName"] == "first-agent"
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"
    assert changes(standin).count("rds:CreateDBCluster") == 1
    assert unfinished() == []
    for file in home.rglob("*"):
        if file.is_file() and "formae.conf" not in file.name:
            assert CANARY not in file.read_text("utf-8", "replace"), file
    assert len(list(folder().glob("*.jsonl"))) == 2


def test_a_password_of_ones_own_is_asked_for_again_where_it_was_not_stored(
    new_account: NewAccount, command: Command
) -> None:
    standin = new_account()
    killed_at(standin, "secretsmanager", "CreateSecret", applied=False, password=CANARY)
    end = command("apply", "--resume", "--yes")
    assert end.code == 2
    assert "Enter it again: --api-password-file FILE" in end.err


def test_a_closed_terminal_ends_a_run_in_order(new_account: NewAccount) -> None:
    standin = new_account()
    end = killed_at(standin, "rds", "CreateDBCluster", by=signal.SIGHUP)
    assert end.returncode == 129, end.stderr
    assert "Stopping after the running calls" in end.stderr
    assert "What exists now" in end.stderr
    (run,) = unfinished()
    assert run.end == "stopped"
    assert run.unsure == () or "rds CreateDBCluster" in run.unsure


def test_a_run_that_failed_can_be_gone_on_with_and_its_refusal_is_in_the_journal(
    standin: "StandIn", command: Command
) -> None:
    standin.fail("ecr", "CreateRepository", "Nope", "no")
    assert command(*WORDS).code == 1
    (run,) = unfinished()
    assert run.at == ("ECR repository",)
    refused = [json.loads(line) for line in run.path.read_text().splitlines()]
    assert [each["code"] for each in refused if each.get("result") == "refused"] == ["Nope"]
    assert all(each["request"] for each in refused if each.get("result") == "refused")
    end = command("apply", "--resume", "--yes")
    assert end.code == 0, end.err
    assert "A run failed at “ECR repository” just now." in end.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--resume"], "There is no interrupted run to resume."),
        (["--resume", "--plan", "x"], "--resume and --plan both select the answers to use."),
    ],
)
def test_nothing_to_go_on_with(
    words: list[str], told: str, standin: "StandIn", command: Command
) -> None:
    end = command("apply", "--yes", *words)
    assert end.code == 2
    assert told in end.err


@unsampled_tier
def test_a_removal_that_failed_names_the_command_that_goes_on(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    standin.fail("ecr", "DeleteRepository", "Nope", "no")
    words = ["destroy", "--yes", "--region", REGION, "--database-data", "delete"]
    assert command(*words).code == 1
    (run,) = unfinished()
    assert run.verb == "destroy"
    again = command("apply", "--region", REGION)
    assert "A removal failed at “ECR repository”" in again.err
    assert "formae-wizard destroy --yes --name formae" in again.err
    assert "--database-data delete" in again.err
    assert command(*words).code == 0
    assert unfinished() == []
