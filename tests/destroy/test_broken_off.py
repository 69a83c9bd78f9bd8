"""A removal that stops anywhere goes on from there; what an earlier failure left half made goes."""

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.destroy.account import everything
from tests.destroy.test_destroy import DESTROY, TRACELESS
from tests.support import forked
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import REGION, Held, client
from tests.support.terminal import terminal
from tests.support.tiers import sampled, unsampled
from wizard.standin.faults import Fault, Kind, fault

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

DELETIONS = [
    ("apprunner", "DeleteService"),
    ("apprunner", "DeleteAutoScalingConfiguration"),
    ("logs", "DeleteLogGroup"),
    ("iam", "DetachRolePolicy"),
    ("iam", "DeleteRolePolicy"),
    ("iam", "DeletePolicyVersion"),
    ("iam", "DeletePolicy"),
    ("iam", "DeleteRole"),
    ("rds", "DeleteDBInstance"),
    ("rds", "DeleteDBCluster"),
    ("secretsmanager", "DeleteSecret"),
    ("ecr", "DeleteRepository"),
]
CREATIONS = [
    ("secretsmanager", "CreateSecret"),
    ("rds", "CreateDBCluster"),
    ("rds", "CreateDBInstance"),
    ("ecr", "CreateRepository"),
    ("iam", "CreateRole"),
    ("iam", "AttachRolePolicy"),
    ("iam", "PutRolePolicy"),
    ("apprunner", "CreateAutoScalingConfiguration"),
    ("apprunner", "CreateService"),
]


def set_up(command: Command) -> None:
    command.deployed({"scope": "services", "services": "S3"}, scope="services", services="SQS")


@pytest.mark.parametrize(("service", "operation"), sampled(DELETIONS))
def test_a_call_that_fails_is_made_good_by_the_next_run(
    standin: "StandIn", command: Command, service: str, operation: str
) -> None:
    before = everything()
    set_up(command)
    standin.fail(service, operation, "AccessDenied", "not today", status=403)
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 1
    assert "not today" in end.err
    assert "What remains" in end.err
    assert "Traceback" not in end.err
    made = len(changes(standin))
    end = command("destroy", "--yes", "--resume")
    assert end.code == 0, end.err
    assert f"{service}:{operation}" in changes(standin)[made:]
    assert everything() == before, "gone on with as it was agreed to: without a trace"
    assert "Nothing exists" in command(*DESTROY).out
    end = command("destroy", "--yes", "--resume", "--region", REGION)
    assert (end.code, "no interrupted removal to resume" in end.err) == (2, True)


def test_answers_that_get_lost_are_no_failure(standin: "StandIn", command: Command) -> None:
    before = everything()
    set_up(command)
    lost = [fault(Kind.LOST, service, operation) for service, operation in DELETIONS]
    for each in lost:
        standin.disturb(each)
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert not [each.operation for each in lost if each.times], "all of them happened"
    assert everything() == before


@pytest.mark.parametrize(("service", "operation"), sampled(CREATIONS))
def test_half_made(standin: "StandIn", command: Command, service: str, operation: str) -> None:
    before = everything()
    standin.fail(service, operation, "AccessDenied", "not today", status=403)
    assert command.apply().code == 1
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert everything() == before


def test_a_service_that_never_came_up(standin: "StandIn", command: Command) -> None:
    before = everything()
    standin.world.roles.may = lambda *_: False  # type: ignore[method-assign]
    try:
        assert command.apply().code == 1
    finally:
        del standin.world.roles.may
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert "the service is CREATE_FAILED" in end.err
    assert everything() == before


@pytest.mark.parametrize(
    ("stop", "code"),
    [(signal.SIGKILL, -9), pytest.param(signal.SIGINT, 130, marks=unsampled)],
)
def test_stopped_while_the_database_goes(
    held: Held, command: Command, stop: int, code: int
) -> None:
    standin, before = held.account, everything()
    held.release()
    command.deployed()
    words, environment = (*DESTROY, *TRACELESS), {**os.environ, "PYTHONUNBUFFERED": "1"}
    standin.disturb(Fault(service="rds", operation="DeleteDBInstance", meanwhile=held.hold))
    run = forked.Process(
        *words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    for line in run.stderr:
        if "Aurora instance" in line and "waiting on AWS" in line:
            run.send_signal(stop)
            break
    out, err = run.communicate(timeout=60)
    held.release()
    assert run.returncode == code, err
    assert out == ""
    if stop == signal.SIGINT:
        assert "What remains: Database credentials, Aurora cluster, Aurora instance" in err
        assert "AWS is still working on: Aurora instance" in err
        assert "Traceback" not in err
    end = forked.run(*words, env=environment, text=True)
    assert end.returncode == 0, end.stderr
    assert everything() == before
    assert changes(standin).count("rds:DeleteDBInstance") == 1


@pytest.mark.parametrize(("typed", "code"), [("formea", 130), ("formae", 0)])
def test_the_name_is_typed(standin: "StandIn", command: Command, typed: str, code: int) -> None:
    before = everything()
    command.deployed()
    made = len(changes(standin))
    with terminal(["destroy", "--region", REGION, "--purge-secrets"], size=(120, 70)) as at:
        at.until("What do you want to do with the agent's database?")
        at.press("down", "down", "enter")
        at.until("WITHOUT a final snapshot")
        at.until("Type the deployment's name")
        at.press(*typed, "enter")
        assert at.wait() == code
        if code:
            assert "You typed “formea”, not “formae”." in at.shown
            assert changes(standin)[made:] == []
        else:
            assert everything() == before


@pytest.mark.parametrize(("said", "code"), [("n", 130), ("y", 0)])
def test_protection_is_taken_off_only_when_agreed(
    standin: "StandIn", command: Command, said: str, code: int
) -> None:
    command.deployed()
    client("rds").modify_db_cluster(DBClusterIdentifier="formae-db", DeletionProtection=True)
    made = len(changes(standin))
    words = ["destroy", "--region", REGION, "--database-data", "delete"]
    with terminal(words, size=(80, 24)) as at:
        at.until("deletion protection. Remove the protection?")
        at.press(said)
        if not code:
            at.until("Type the deployment's name")
            at.press(*"formae", "enter")
        assert at.wait() == code
    if code:
        assert changes(standin)[made:] == []
    else:
        assert client("rds").describe_db_clusters()["DBClusters"] == []
