"""A hostile account with a deployment in it, seen by every face that looks at what is deployed.

One deployment serves them all: each only looks, but for the rotations and the removal at the end.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hostile.poison import EVIL, FREE, MARKUP, OPEN, Poisoned, poison, steering
from tests.hostile.test_account import SENT, R, harmless
from tests.support.account import account_now, secret, service
from tests.support.command import Command, End
from tests.support.standin import REGION, client
from tests.support.terminal import Terminal, terminal
from tests.support.tiers import unsampled_tier
from wizard.journal.lock import KEY, Claim, written
from wizard.standin.costs import Charge

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

COUNTED = {"Keys", "Unit"}
"""What Cost Explorer calls services, tags and money."""
LOOKS = [
    ("apprunner", "ListOperations"),
    ("logs", "DescribeLogStreams"),
    ("rds", "DescribeDBInstances"),
    ("ce", "GetCostAndUsage"),
]
ROLE = "formae-apprunner-instance"
UNSAID = EVIL.removeprefix(OPEN).encode("ascii", "ignore").decode()
"""What AWS takes where it takes no control characters."""


@pytest.fixture
def deployed(standin: "StandIn", command: Command) -> Iterator[Poisoned]:
    """Deployed, then spoilt by somebody; the agent itself is hostile as well."""
    standin.world.managed = {"Version": EVIL, "AgentId": EVIL}
    assert command("apply", "--yes", *R).code == 0
    today = datetime.now(UTC).date()
    standin.costs.bill = [
        Charge(day=today, service="AWS App Runner", region=REGION, usd="1.5", tags={})
    ]
    poisoned = poison(standin, FREE | COUNTED)
    somebody_was_here()
    yield poisoned
    assert poisoned.poisoned > 0


def somebody_was_here() -> None:
    """Tags, documents, descriptions, a config and a log line by somebody."""
    by_somebody = [{"Key": "note" + OPEN, "Value": EVIL[:200]}]
    for each in client("secretsmanager").list_secrets()["SecretList"]:
        client("secretsmanager").tag_resource(SecretId=each["ARN"], Tags=by_somebody)
    (repository,) = client("ecr").describe_repositories()["repositories"]
    arn = repository["repositoryArn"]
    client("ecr").tag_resource(resourceArn=arn, tags=by_somebody)
    statement = {
        "Effect": "Allow",
        "Action": "sqs:*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/note": EVIL}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam = client("iam")
    (inline,) = iam.list_role_policies(RoleName=ROLE)["PolicyNames"][:1]
    text = json.dumps(document)  # IAM refuses the letters themselves, but not written so
    iam.put_role_policy(RoleName=ROLE, PolicyName=inline, PolicyDocument=text)
    iam.update_role(RoleName=ROLE, Description=UNSAID)
    config = secret("formae-config") + f"\n// {EVIL}\n"
    client("secretsmanager").put_secret_value(SecretId="formae-config", SecretString=config)
    log_line(EVIL)


def log_line(text: str) -> None:
    """The agent writes this."""
    _, name, number = service()["ServiceArn"].rsplit("/", 2)
    group = {"logGroupName": f"/aws/apprunner/{name}/{number}/application"}
    logs = client("logs")
    (stream,) = logs.describe_log_streams(**group)["logStreams"][-1:]
    moment = int(account_now().timestamp() * 1000)
    logs.put_log_events(
        **group,
        logStreamName=stream["logStreamName"],
        logEvents=[{"timestamp": moment, "message": text}],
    )


def evil_claim() -> str:
    """That a run is at work, as somebody writes it who has read how it is written."""
    now = account_now()
    made = Claim(run="r", mark="m", user="u", host="h", pid=1, verb="apply", since=now, seen=now)
    return written(made).replace("user=u", f"user={OPEN}[red]ada").replace("verb=", f"verb={OPEN}")


def claim(text: str) -> None:
    """Put it where runs look for one."""
    (repository,) = client("ecr").describe_repositories()["repositories"]
    tags = [{"Key": KEY, "Value": text}]
    client("ecr").tag_resource(resourceArn=repository["repositoryArn"], tags=tags)


def told(end: End) -> str:
    """Everything it said, on one line, so that no fold hides a text."""
    return " ".join((end.out + end.err).split())


@unsampled_tier
def test_a_deployment_in_a_hostile_account(
    deployed: Poisoned, standin: "StandIn", command: Command, home: Path
) -> None:
    looked_at(command)
    claimed(command)
    with terminal([*R], size=(120, 90)) as shown:
        seen = gone_through(shown)
        assert [each for each in SENT if each in shown.written] == []
    assert MARKUP in " ".join(seen.split()), "the log's line, as it is"
    changed(standin, command)
    refused(standin, command)
    for log in home.rglob("*.log"):
        assert steering(log.read_text("utf-8")) == []
    assert not list(home.rglob("evil"))


def looked_at(command: Command) -> None:
    """Every verb that only looks."""
    for words in (["status"], ["status", "--cost"], ["plan", "--details"]):
        assert MARKUP in told(harmless(command(*words, *R))), words
    end = harmless(command("status", "--json", "--cost", *R))
    document = json.loads(end.out)
    (state,) = document["deployments"]
    assert MARKUP in state["log"][-1]["text"]
    assert MARKUP in state["versions"]["answers"]
    assert any(MARKUP in name for name in document["spent"]["services"])
    assert harmless(command("plan", "--json", "--details", *R)).lines
    for words in (["destroy"], ["destroy", "--json"], ["rotate", "--api-password"]):
        end = harmless(command(*words, *R))
        assert (end.code, "Nothing was" in end.out + end.err) == (2, True), words
    assert "── Log of the last run" in harmless(command("support", *R)).out
    assert harmless(command("explain", EVIL)).code == 2
    assert harmless(command("explain", EVIL, "--json")).code == 2


def claimed(command: Command) -> None:
    """A run of somebody's is at work, as it seems."""
    claim(evil_claim())
    assert "[red]ada" not in told(harmless(command("status", *R))), "no letter of a user's name"
    assert "redada@h" in told(harmless(command("rotate", "--api-password", "--yes", *R)))
    harmless(command("status", "--json", *R))
    claim("none")


def gone_through(shown: Terminal) -> str:
    """List, status with the cost, another password, removal; returns what the status shows."""
    shown.until("is deployed here")
    shown.press("d")
    shown.until("1 deployment in")
    shown.press("t")
    shown.until("Last lines of the agent's log")
    shown.until(lambda: "◐" not in shown.shown)
    shown.press("$")
    shown.until("1.50 ")
    status = shown.shown
    shown.press("p")
    shown.until("New password for")
    shown.press("a")
    shown.until("Rotate in")
    shown.press("g")
    shown.until("✓ Rotated")
    shown.press("f")
    shown.until("is deployed here")
    shown.press("d")
    shown.until("1 deployment in")
    shown.press("x")
    shown.until("Will be removed:")
    return status


def changed(standin: "StandIn", command: Command) -> None:
    """A rotation that is refused in somebody's words, and one that goes on from there."""
    standin.fail("apprunner", "UpdateService", "InvalidRequestException", EVIL, times=1)
    end = harmless(command("rotate", "--api-password", "--yes", *R))
    assert (end.code, MARKUP in told(end)) == (1, True)
    assert harmless(command("rotate", "--api-password", "--yes", "--json", *R)).code == 0


def refused(standin: "StandIn", command: Command) -> None:
    """Whoever looks is refused in somebody's words; so is a removal."""
    for asked, operation in LOOKS:
        standin.fail(asked, operation, "AccessDenied", EVIL, times=2)
    said = told(harmless(command("status", "--cost", *R)))
    assert MARKUP in said
    assert "The answer did not come from AWS." in said, "XML can hold no control character"
    assert json.loads(harmless(command("status", "--cost", "--json", *R)).out)
    standin.behaviour.faults.clear()
    standin.fail("ecr", "DeleteRepository", "AccessDeniedException", EVIL, times=1)
    assert MARKUP in told(harmless(command("destroy", "--yes", *R)))
    assert harmless(command("destroy", "--yes", "--json", *R)).code == 0
