"""Saved plans: done as reviewed, or said what moved; and files that cannot be used, in words."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus import CORPUS
from tests.support.account import changes
from tests.support.command import Command
from tests.support.lines import of_type
from tests.support.made import answers, plan
from tests.support.parts import need
from tests.support.standin import REGION
from wizard.base.errors import ExitCode, WizardError
from wizard.engine import plan_file
from wizard.engine.diff import LATER, Action, Difference, PlannedChange
from wizard.engine.flow import Prepared
from wizard.engine.plan_file import SavedChange, SavedPlan, kept, moves
from wizard.engine.plan_report import foresee, foresee_offline
from wizard.engine.preflight import Preflight
from wizard.engine.refresh import unseen
from wizard.plan.model import Call

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PASSWORD = "canary of a password 4711"
FORESEEN = foresee_offline(plan(CORPUS["defaults"]), answers(CORPUS["defaults"]))


def made() -> SavedPlan:
    return kept(FORESEEN, answers(CORPUS["defaults"]), {}, own_password=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "plan.json"
    plan_file.write(place, made())
    return place


def refused(place: Path) -> str:
    with pytest.raises(WizardError) as told:
        plan_file.load(place)
    assert told.value.code is ExitCode.USAGE
    return told.value.why


def altered(place: Path, **members: Any) -> str:
    """Why the file is refused once these members are others, with a seal that is right."""
    found = json.loads(place.read_text("utf-8"))
    del found["seal"]
    found |= members
    place.write_text(json.dumps({**found, "seal": plan_file._seal(found)}), "utf-8")
    return refused(place)


def test_what_is_saved_is_read_again(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    read = plan_file.load(file)
    assert read == replace(made(), made=read.made)
    assert moves(read, FORESEEN) == []


def test_a_plan_saved_before_is_read_and_written_back_byte_for_byte(tmp_path: Path) -> None:
    before = Path(__file__).with_name("saved_by_0_1_0.json")
    read, again = plan_file.load(before), tmp_path / "again.json"
    assert {each["change"] for each in read.rows} == {*Action} - {Action.REFUSE}
    plan_file.write(again, read)
    assert again.read_bytes() == before.read_bytes()


def test_what_is_planned_is_saved_as_it_was_before() -> None:
    """The changes of the file above, as the wizard finds them today."""
    before = plan_file.load(Path(__file__).with_name("saved_by_0_1_0.json"))
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    detach = Call(service="iam", operation="DetachRolePolicy", params={"PolicyArn": arn})
    found = {
        "instance": (Action.REPLACE, ()),
        "repository": (Action.KEEP, ()),
        "cluster": (
            Action.UPDATE,
            (Difference(what="the capacity", path="MaxCapacity", have="2", want="4"),),
        ),
        "instance-role": (
            Action.UPDATE,
            (Difference(what="a policy too many", have=arn, want="taken away", update=detach),),
        ),
    }
    plan = FORESEEN.plan
    seen = {key: PlannedChange(plan.step(key), *each) for key, each in found.items()}
    checked = Preflight((), {**unseen(plan), **seen})
    now = foresee(Prepared(answers(CORPUS["defaults"]), plan, checked, "", before.account))
    told = [{**each, "title": ""} for each in plan_file.saved_changes(now)]
    assert told == [{**each, "title": ""} for each in before.rows]
    rewritten = {"agent.conf.pkl"}
    assert {each.title for each in moves(before, now)} == rewritten, "a title is no move"
    documents = dict(plan_file.fingerprints(now))
    assert documents.pop("agent.conf.pkl") != before.documents["agent.conf.pkl"]  # laid out anew
    assert documents.items() <= before.documents.items()


def test_a_changed_file_is_refused(file: Path) -> None:
    text = file.read_text("utf-8")
    file.write_text(text.replace('"cpu": "1024"', '"cpu": "4096"'), "utf-8")
    assert refused(file) == "It was changed or truncated after it was saved."
    file.write_text(text[: len(text) // 2], "utf-8")
    assert "not written by `formae-wizard plan --out`" in refused(file)
    for other in ("", "[]", "null", '{"what": 1}', "\x00", "[" * 100_000):
        file.write_text(other, "utf-8")
        assert "not written by `formae-wizard plan --out`" in refused(file)
    file.unlink()
    assert refused(file) == "System error: No such file or directory."


def test_a_newer_or_foreign_file_is_refused(file: Path) -> None:
    assert "version 2 (formae-wizard 9.1)" in altered(file, version=2, wizard="9.1")
    found = dict(made().answers)
    cpu = found.pop("cpu")
    plan_file.write(file, made())
    assert altered(file, answers={**found, "cpus": cpu}) == (
        "It has no answer for cpu. This formae-wizard does not know cpus."
    )
    plan_file.write(file, made())
    assert (
        altered(file, rows=[{"step": "x"}]) == "Something in it is missing or has the wrong type."
    )


def test_another_file_is_not_overwritten_and_no_secret_is_saved(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(WizardError, match="is not a saved plan"):
        plan_file.write(other, made())
    assert other.read_text() == "mine"
    secret = replace(made(), edits={"agent.conf.pkl": "key = 'AKIAIOSFODNN7EXAMPLE'"})
    with pytest.raises(WizardError, match="seems to contain a secret"):
        plan_file.write(tmp_path / "plan.json", secret)
    assert not (tmp_path / "plan.json").exists()


def told(then: SavedChange, now: SavedChange) -> list[tuple[str, str, str]]:
    """What has moved, where all but one row stayed as it was."""
    index = next(i for i, row in enumerate(FORESEEN.rows) if row.step.id == now["step"])
    there = list(made().rows)
    there[index] = then
    row = replace(FORESEEN.rows[index], action=now["change"], differences=())
    current = replace(FORESEEN, rows=(*FORESEEN.rows[:index], row, *FORESEEN.rows[index + 1 :]))
    found = moves(replace(made(), rows=tuple(there)), current)
    return [(each.title, each.then, each.now) for each in found]


def row(action: Action, *differs: list[str]) -> SavedChange:
    return SavedChange(step="cluster", title="Aurora cluster", change=action, differs=list(differs))


def test_what_is_done_already_has_not_moved_and_all_else_has() -> None:
    for action in (Action.CREATE, Action.UPDATE, Action.KEEP):
        assert told(row(action), row(Action.KEEP)) == []
    assert told(row(Action.KEEP), row(Action.CREATE)) == [
        ("Aurora cluster", "unchanged", "to be created")
    ]
    assert told(row(Action.CREATE), row(Action.REFUSE)) == [
        ("Aurora cluster", "to be created", "blocked")
    ]
    assert told(row(Action.UPDATE, ["capacity", "Max", "2", LATER, ""]), row(Action.UPDATE)) == []


def test_what_moved_is_said_in_words_for_every_action() -> None:
    capacity = ["capacity", "Max", "2", "4", ""]
    words = {
        Action.CREATE: "to be created",
        Action.UPDATE: "to be changed (Max: 2 → 4)",
        Action.REPLACE: "to be replaced",
        Action.DELETE: "to be deleted",
        Action.RUN: "to check",
        Action.REFUSE: "blocked",
    }
    for action, then in words.items():
        before = row(action, capacity)
        now = Action.CREATE if action is not Action.CREATE else Action.REFUSE
        (moved,) = told(before, row(now))
        assert moved == ("Aurora cluster", then, words[now])


def test_a_document_that_would_be_another_has_moved() -> None:
    then = replace(made(), documents={**made().documents, "create-service.json": "x", "gone": "y"})
    found = [(each.title, each.then, each.now) for each in moves(then, FORESEEN)]
    assert found == [
        ("create-service.json", "as reviewed", "different text"),
        ("gone", "as reviewed", "not in the plan"),
    ]


def test_round_trip_and_drift(standin: "StandIn", command: Command, tmp_path: Path) -> None:
    aws = need("aws", package="awscli (pip)")
    file = str(tmp_path / "plan.json")
    end = command("plan", "--region", REGION, "--max-capacity", "3", "--out", file)
    assert end.code == 4, end.err
    assert f"Apply exactly this plan: formae-wizard apply --plan {file}" in end.err
    assert changes(standin) == []
    end = command("apply", "--plan", file, "--yes")
    assert end.code == 0, end.err
    done = changes(standin)
    again = command("apply", "--plan", file, "--yes")
    assert again.code == 0, "all of it is done already"
    assert changes(standin) == done

    assert command("plan", "--region", REGION, "--max-capacity", "3", "--out", file).code == 0
    resize = f"aws rds modify-db-cluster --db-cluster-identifier formae-db --region {REGION}"
    capacity = ["--serverless-v2-scaling-configuration", "MinCapacity=0.5,MaxCapacity=9"]
    subprocess.run(
        [aws, *resize.split()[1:], *capacity],
        env=os.environ,
        check=True,
        capture_output=True,
    )
    done = changes(standin)
    end = command("apply", "--plan", file, "--yes", "--json")
    assert end.code == 5
    (problem,) = of_type("problem", end.lines)
    assert problem["what"] == "Aurora cluster has changed."
    assert problem["why"] == "In the plan: unchanged; now: to be changed (MaxCapacity: 9 → 3)."
    assert end.lines[-1]["data"]["moved"] == ["Aurora cluster"]
    assert "Nothing was changed" in end.err
    assert changes(standin) == done


def test_what_contradicts_the_plan_is_refused(
    standin: "StandIn", command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.json"
    assert command("plan", "--region", REGION, "--out", str(file)).code == 4
    apply = ("apply", "--plan", str(file), "--yes")
    end = command(*apply, "--region", "us-east-1", "--cpu", "2", "--memory", "2 GB")
    assert end.code == 2
    assert "--region is “eu-west-1” in the plan, not “us-east-1”." in end.err
    assert "--cpu is “1024” in the plan, not “2”." in end.err
    assert "--memory" not in end.err, "the same value in other words"
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", PASSWORD)
    end = command(*apply)
    assert end.code == 2
    assert "created without your own API password" in end.err
    own = tmp_path / "own.json"
    assert command("plan", "--region", REGION, "--out", str(own)).code == 4
    assert PASSWORD not in own.read_text("utf-8")
    monkeypatch.delenv("FORMAE_WIZARD_API_PASSWORD")
    end = command("apply", "--plan", str(own), "--yes")
    assert end.code == 2
    assert "--api-password-file FILE" in end.err
    other = replace(plan_file.load(file), account="210987654321")
    plan_file.write(file, other)
    end = command(*apply, "--json")
    assert end.code == 2
    assert "for account 210987654321" in end.lines[0]["what"]
    end = command("plan", "--offline", "--region", REGION, "--out", str(tmp_path / "x"))
    assert end.code == 2
    assert "An offline plan cannot be saved." in end.err
    assert changes(standin) == []


def test_a_policy_file_that_was_changed_has_moved(
    standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    policy, file = tmp_path / "own.json", str(tmp_path / "plan.json")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    policy.write_text(text)
    words = ("--scope", "file", "--policy-file", str(policy))
    assert command("plan", "--region", REGION, *words, "--out", file).code == 4
    policy.write_text(text.replace("s3:*", "iam:*"))
    end = command("apply", "--plan", file, "--yes")
    assert end.code == 5
    assert "✗ formae-agent-1.json has changed." in end.err
    assert changes(standin) == []
