"""`plan` on the stand-in: what it says before, after, and when something differs; only reads."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.life import somebody_resizes, somebody_slows_the_checks
from tests.support.account import changes, service
from tests.support.command import Command, End
from tests.support.lines import of_type
from tests.support.standin import ACCOUNT, REGION, NewAccount, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

SENTENCE = "No changes: “formae” in eu-west-1 is up to date.\n"
TRUST = "access-role.AssumeRolePolicyDocument"
INTERVAL = "service.HealthCheckConfiguration.Interval"
DIFFERENCE = (
    "Cost: now about \\$[\\d.]+ a month idle; after this about \\$[\\d.]+ \\(\\+\\$10\\.22\\); "
    "busy \\$[\\d.]+ \\(\\+\\$[\\d.]+\\)\\."
)
PASSWORD = "canary of a password 4711"


def rows(end: End) -> dict[str, str]:
    """The sign of every step's first row."""
    found: dict[str, str] = {}
    for row in of_type("row", end.lines):
        found.setdefault(row["step"], row["sign"])
    return found


def differing(end: End) -> list[tuple[str, str, str, str]]:
    """Step, field, have and want of everything that differs."""
    return [
        (row["step"], each["path"] or each["what"], each["have"], each["want"])
        for row in of_type("row", end.lines)
        for each in row["differs"]
    ]


def planned(command: Command, *words: str) -> End:
    return command("plan", "--region", REGION, *words)


def test_nothing_is_there_yet(standin: "StandIn", command: Command) -> None:
    end = planned(command)
    assert end.code == 4, end.err
    assert end.out.startswith(f"Plan for “formae” in {REGION}, account {ACCOUNT}\n")
    assert "\nSet up the database\n  + Database credentials\n      A secret with" in end.out
    assert "\n16 to create.\nAbout $" in end.out
    assert "=" in rows(planned(command, "--json"))["account"]
    assert changes(standin) == []


def test_after_a_run_nothing_changes_and_then_what_differs(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    before = changes(standin)
    end = planned(command)
    assert (end.code, end.out) == (0, SENTENCE)
    as_json = planned(command, "--json")
    assert as_json.code == 0
    assert set(rows(as_json).values()) == {"=", "▸"}
    result = as_json.lines[-1]
    assert (result["type"], result["data"]["costs"]) == ("result", "Costs the same.")

    end = planned(command, "--json", "--cpu", "2", "--memory", "4", "--max-capacity", "8")
    assert end.code == 4
    assert differing(end) == [
        ("cluster", "MaxCapacity", "2", "8"),
        (
            "config-secret",
            "the record of your answers",
            "cpu=1024 memory=2048 min_capacity=0.5 max_capacity=2",
            "cpu=2048 memory=4096 min_capacity=0.5 max_capacity=8",
        ),
        ("service", "InstanceConfiguration.Cpu", "1024", "2048"),
        ("service", "InstanceConfiguration.Memory", "2048", "4096"),
    ]
    service = next(row for row in of_type("row", end.lines) if row["step"] == "service")
    assert "redeploys the service" in service["effect"]
    assert service["cost"].startswith("$10.22 more a month idle"), service
    costs = end.lines[-1]["data"]["costs"]
    assert re.fullmatch(DIFFERENCE, costs), costs

    end = planned(command, "--details", "--hide-itself", "no")
    assert end.code == 4
    assert "  ~ Agent config\n      the agent's config: its text changes\n" in end.out
    assert "$ aws secretsmanager put-secret-value" in end.out
    assert "the agent's config: its text changes" in end.out
    assert not re.search("[0-9a-f]{64} → ", end.out), "no hash says anything to a person"
    assert "  | -" in end.out
    assert "$2b$" not in end.out

    narrow = ("--scope", "policies", "--policy-arns", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    end = planned(command, *narrow)
    assert (
        "  − Instance role: PowerUserAccess\n      No more permissions than you chose." in end.out
    )
    assert "  + ReadOnlyAccess attachment\n" in end.out
    assert "1 to create, 2 to change, 1 to delete" in end.out, "both records follow"
    assert changes(standin) == before, "a plan only reads"


def test_what_a_new_password_entails_is_foreseen(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", PASSWORD)
    end = planned(command, "--json", "--details")
    assert end.code == 4
    signs = rows(end)
    expected = {"api-secret": "~", "config-secret": "~", "service": "~", "client-config": "+"}
    assert {step for step, sign in signs.items() if sign in "+~"} == expected.keys()
    assert PASSWORD not in end.out + end.err
    before = len(changes(standin))
    assert command.apply().code == 0
    assert changes(standin)[before:] == [
        "secretsmanager:PutSecretValue",
        "secretsmanager:PutSecretValue",
        "apprunner:UpdateService",
    ]
    assert planned(command).out == SENTENCE


def test_drift_by_another_hand(standin: "StandIn", command: Command) -> None:
    command.deployed()
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    other: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [{**trust, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(
        RoleName="formae-apprunner-access", PolicyDocument=json.dumps(other)
    )
    assert '  | -        "Service": "ec2.amazonaws.com"' in planned(command).out
    end = planned(command, "--json", "--details")
    assert end.code == 4
    (row,) = [row for row in of_type("row", end.lines) if row["sign"] == "~"]
    assert row["step"] == "access-role"
    diff = row["differs"][0]["diff"]
    assert '-        "Service": "ec2.amazonaws.com"' in diff
    assert '+        "Service": "build.apprunner.amazonaws.com"' in diff
    standing = {each["name"]: each["standing"] for each in of_type("document", end.lines)}
    assert standing.pop("apprunner-trust.json") == "differs"
    assert set(standing.values()) <= {"as deployed", "new"}
    assert row["commands"][0].startswith("aws iam update-assume-role-policy")
    assert row["differs"][0]["field"] == TRUST
    assert f"to keep it: --accept {TRUST}" in " ".join(planned(command).out.split())
    left = planned(command, "--accept", TRUST)
    assert (left.code, left.out) == (
        0,
        f"{SENTENCE}{TRUST}: edited by hand, unchanged (accepted).\n",
    )


def test_what_somebody_changed_is_accepted(
    standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    command.deployed()
    somebody_slows_the_checks(15)
    somebody_resizes(9)
    wrong = planned(command, "--accept", "service.Nope", "--accept", INTERVAL)
    assert wrong.code == 2
    assert "--accept names what has not changed: service.Nope." in wrong.err
    assert f"Changed in AWS: max_capacity, {INTERVAL}; or all." in wrong.err
    wrong = planned(command, "--accept", "max_capacity", "--max-capacity", "4")
    assert wrong.code == 2
    assert "--accept and --max-capacity contradict each other." in wrong.err
    bigger = ("--cpu", "2", "--memory", "4")
    asked = planned(command, "--accept", "InstanceConfiguration.Cpu", *bigger)
    assert asked.code == 2, "what is asked for now is no drift"

    answers, saved = tmp_path / "answers.toml", tmp_path / "plan.json"
    answers.write_text("# mine\nversion = 1\nmax_capacity = 4  # enough\n")
    file = ("--answers", str(answers))
    end = planned(command, *file)
    assert "--accept max_capacity keeps it." in " ".join(end.err.split())
    end = planned(command, *file, *bigger, "--accept", "all", "--json", "--out", str(saved))
    assert {step for step, *_ in differing(end)} == {"config-secret", "service"}
    (left,) = [each for each in of_type("finding", end.lines) if INTERVAL in each["subject"]]
    assert (left["title"], left["state"]) == (INTERVAL, "left as it is")
    assert command("apply", "--yes", "--plan", str(saved)).code == 0
    (found,) = client("rds").describe_db_clusters()["DBClusters"]
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 9
    running = service()
    assert running["HealthCheckConfiguration"]["Interval"] == 15, "sent along as it was"
    assert running["InstanceConfiguration"]["Cpu"] == "2048"
    assert INTERVAL in " ".join(planned(command).out.split()), "and told again the next time"
    somebody_resizes(12)
    end = command("apply", "--yes", "--region", REGION, *file, "--accept", "max_capacity")
    assert (end.code, f"Saved in {answers}: max_capacity\n" in end.err) == (0, True), end.err
    assert answers.read_text() == "# mine\nversion = 1\nmax_capacity = 12  # enough\n"


def test_what_stands_in_the_way_ends_in_three(new_account: NewAccount, command: Command) -> None:
    new_account(closed=True)
    end = planned(command, "--json")
    assert end.code == 3
    assert end.lines[-1]["code"] == 3
    problems = of_type("problem", end.lines)
    assert any("App Runner" in each["what"] for each in problems)
    assert "cannot use App Runner" in end.err


def test_something_of_that_name_that_is_not_ours(standin: "StandIn", command: Command) -> None:
    client("ecr").create_repository(repositoryName="formae")
    end = planned(command)
    assert end.code == 3
    assert "  ✗ ECR repository\n" in end.out
    assert "1 blocked" in end.out
    assert "did not create it" in end.err


def test_offline_asks_nothing(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    end = planned(command, "--offline", "--details", "--json")
    assert end.code == 4
    assert standin.calls == []
    assert end.lines[-1]["data"]["offline"] is True
    names = [each["name"] for each in of_type("document", end.lines)]
    assert names == [
        "agent.conf.pkl",
        "~/.config/formae/formae.conf.pkl",
        "apprunner-trust.json",
        "apprunner-instance-trust.json",
        "formae-data-api-policy.json",
        "create-service.json",
    ]
    end = planned(command, "--offline", "--scope", "services", "--services", "S3")
    assert end.code == 2
    assert "Leave out --offline" in end.err
    assert end.out == ""


def test_wrong_answers_are_told_in_lines_too(standin: "StandIn", command: Command) -> None:
    end = planned(command, "--json", "--memory", "1 GB", "--name", "-")
    assert end.code == 2
    assert [each["type"] for each in end.lines] == ["problem", "result"]
    assert "--memory" in end.lines[0]["what"]
    assert "--name" in end.lines[0]["what"]
    assert standin.calls == []
