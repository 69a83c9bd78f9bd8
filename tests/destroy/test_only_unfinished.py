"""`destroy --only-unfinished`: what the tries of a set-up made, nothing that was there before."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.account import changes
from tests.support.command import Command, End
from tests.support.standin import REGION, client
from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

TAG = {"Key": "app", "Value": "formae-agent"}


def failed_at(standin: "StandIn", command: Command, service: str, operation: str) -> End:
    standin.fail(service, operation, "AccessDeniedException", "No.", times=99)
    end = command.apply()
    assert end.code == 1, end.err
    standin.behaviour.faults.clear()
    return end


def undo(command: Command, *more: str) -> End:
    return command("destroy", "--only-unfinished", "--yes", "--region", REGION, *more)


def secrets() -> set[str]:
    found: list[Any] = client("secretsmanager").list_secrets()["SecretList"]
    return {each["Name"] for each in found}


def test_all_its_tries_are_taken_back(standin: "StandIn", command: Command) -> None:
    """The repository was refused, so no service; what did not depend on it was made."""
    end = failed_at(standin, command, "ecr", "CreateRepository")
    assert end.err.count("✗ ") == 1, "what was held up by it is no failure of its own"
    assert client("rds").describe_db_clusters()["DBClusters"]
    assert "Cost while idle: about $" in end.err
    assert "database capacity" in end.err
    undone = f"destroy --only-unfinished --name formae --region {REGION}"
    assert f"Remove what it created: formae-wizard {undone}" in end.err
    failed_at(standin, command, "ecr", "CreateRepository")
    end = undo(command)
    assert end.code == 0, end.err
    assert "WITHOUT a final snapshot" in end.err
    assert client("rds").describe_db_clusters()["DBClusters"] == []
    assert client("rds").describe_db_cluster_snapshots()["DBClusterSnapshots"] == []
    assert [each["RoleName"] for each in client("iam").list_roles()["Roles"]] == []
    assert undo(command).code == 3, "there is nothing more to take back"


@second_tier
def test_what_was_there_before_stays(standin: "StandIn", command: Command) -> None:
    client("ecr").create_repository(repositoryName="formae", tags=[TAG])
    client("iam").create_role(
        RoleName="formae-apprunner-access", AssumeRolePolicyDocument="{}", Tags=[TAG]
    )
    failed_at(standin, command, "apprunner", "CreateService")
    end = undo(command)
    assert end.code == 0, end.err
    assert "it existed before this run" in end.err
    assert [each["RoleName"] for each in client("iam").list_roles()["Roles"]] == [
        "formae-apprunner-access"
    ]
    assert client("ecr").describe_repositories()["repositories"]
    assert client("rds").describe_db_clusters()["DBClusters"] == []


@second_tier
def test_what_a_running_service_uses_stays(standin: "StandIn", command: Command) -> None:
    """A deployment that works: a later change that fails takes nothing from under it."""
    command.deployed()
    before = secrets()
    standin.fail("apprunner", "UpdateService", "InvalidRequestException", "No.", times=99)
    assert command.apply(memory="4").code == 1
    standin.behaviour.faults.clear()
    made = len(changes(standin))
    end = undo(command)
    deleted = [
        each for each in changes(standin)[made:] if "DeleteService" in each or "Cluster" in each
    ]
    assert deleted == [], end.err
    assert secrets() == before
    assert command.apply().code == 0


@pytest.mark.parametrize("after", ["nothing", "a good end"])
def test_where_nothing_is_unfinished(standin: "StandIn", command: Command, after: str) -> None:
    if after != "nothing":
        command.deployed()
    made = changes(standin)
    end = undo(command)
    assert end.code == 3
    assert "There is no unfinished setup of formae" in end.err
    assert changes(standin) == made
