"""One cause that stops several steps is told once, with the steps that it stopped."""

from typing import TYPE_CHECKING

from tests.plain.person import person
from tests.support.command import Command
from tests.support.made import plan
from tests.support.standin import REGION
from wizard.base.errors import NoAnswer, WizardError
from wizard.base.events import StepState
from wizard.engine.apply import Outcome
from wizard.engine.apply.step import StepResult
from wizard.ui.common.ending import problems

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

EXPIRED = "The security token included in the request is expired"
WHY = "Why: The credentials have expired."


def told(**errors: WizardError) -> list[str]:
    failed = {step: StepResult(StepState.FAILED, error=each) for step, each in errors.items()}
    outcome = Outcome(failed, interrupted=False, seconds=1.0)
    return [each.what for each in problems(plan({"region": REGION}), outcome)]


def test_one_network_is_one_cause() -> None:
    found = told(
        cluster=NoAnswer("AWS cannot be reached.", "https://rds", "Check.", entry="FW-NET-001"),
        repository=NoAnswer("AWS cannot be reached.", "https://ecr", "Check.", entry="FW-NET-001"),
    )
    assert found == [
        "AWS cannot be reached. 2 steps stopped for that: Aurora cluster and ECR repository."
    ]


def test_two_refusals_are_two() -> None:
    found = told(
        cluster=WizardError("One.", "not authorized: rds:Create", "Ask.", entry="FW-IAM-001"),
        repository=WizardError("Two.", "not authorized: ecr:Create", "Ask.", entry="FW-IAM-001"),
        instance=WizardError("Three.", "", "Ask.", entry="FW-RUN-001"),
        image=WizardError("Four.", "", "Ask.", entry="FW-RUN-001"),
    )
    assert found == ["One.", "Two.", "Three.", "Four."]


def expiring(standin: "StandIn") -> None:
    """A sign-in that ends while several steps are under way."""
    for service, operation in (("rds", "CreateDBCluster"), ("ecr", "CreateRepository")):
        standin.fail(service, operation, "ExpiredToken", EXPIRED)


def test_headless(standin: "StandIn", command: Command) -> None:
    expiring(standin)
    end = command.apply()
    assert end.code == 1
    assert end.err.count(WHY) == 1
    assert "2 steps stopped for that: Aurora cluster and ECR repository." in end.err
    assert "Set new credentials in the environment" in end.err, "which is what helps here"
    assert "aws sso login" not in end.err


def test_json_lines_tell_of_every_step(standin: "StandIn", command: Command) -> None:
    expiring(standin)
    end = command("apply", "--yes", "--json", "--region", REGION)
    steps = [each["step"] for each in end.lines if each["type"] == "problem" and each["step"]]
    assert sorted(steps) == ["cluster", "repository"]


def test_plain_lines(standin: "StandIn") -> None:
    expiring(standin)
    with person("--plain") as someone:
        someone.answers("Continue?")
        someone.answers("Start?")
        someone.answers("Type yes, or Enter for no:", "yes")
        ran = someone.sees("Not finished.")
        assert ran.count("failed for the same reason.") == 1
        assert ran.count(WHY) == 1
        end = someone.answers("Try again?", "q")
        assert end.count(WHY) == 1
        assert "2 steps stopped for that" in end
        assert someone.ends() == 1
