"""A removed deployment set up again from the snapshot that its removal kept: its data is there."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.express.test_express import actions, applied, cluster, password, removed
from tests.support import made
from tests.support.account import secret
from tests.support.standin import REGION, client
from tests.support.tiers import tail, unsampled, unsampled_tier
from wizard.answers.model import Answers
from wizard.engine.account.read_answers import deployed
from wizard.engine.flow import Flow
from wizard.plan.inputs import Data
from wizard.standin.call import AwsError
from wizard.standin.dataapi.databases import SqlError
from wizard.standin.faults import Fault

if TYPE_CHECKING:
    from wizard.standin.dataapi.databases import Session
    from wizard.standin.server import StandIn

OWNERS = {"new": "postgres", "express": "formae"}
"""Who signs in to the agent's database, in either form."""


def answers(**given: str) -> Answers:
    return made.answers({"region": REGION, "client_config": "no", **given})


def kept() -> str:
    manual = client("rds").describe_db_cluster_snapshots(SnapshotType="manual")
    (found,) = manual["DBClusterSnapshots"]
    return str(found["DBClusterSnapshotIdentifier"])


def session(standin: "StandIn", user: str, secret: str) -> "Session":
    return standin.world.databases.connect(cluster()["DBClusterArn"], user, secret, "formae")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("new", "express"),
        pytest.param("express", "new", marks=unsampled),
        pytest.param("new", "new", marks=unsampled),
        pytest.param("express", "express", marks=unsampled),
    ],
)
def test_the_data_is_there_with_another_password(
    before: str, after: str, standin_postgres: "StandIn"
) -> None:
    standin = standin_postgres
    assert applied(answers(database=before)) == {}
    old = password()
    first = session(standin, OWNERS[before], old)
    first.run("CREATE TABLE stacks (label text)", {})
    first.run("INSERT INTO stacks VALUES ('lifeline')", {})
    first.close()
    removed(answers(database=before), Data.FINAL_SNAPSHOT, purge=before == after)
    again = answers(database=after, snapshot=kept())
    assert applied(again) == {}
    assert password() != old
    second = session(standin, OWNERS[after], password())
    assert second.run("SELECT label FROM stacks", {}).rows == [("lifeline",)]
    second.run("INSERT INTO stacks VALUES ('another')", {})
    second.run("ALTER TABLE stacks ADD COLUMN later int", {})  # as its owner
    second.run("CREATE TABLE more (id int)", {})
    second.close()
    for user in OWNERS.values():
        with pytest.raises(SqlError):
            session(standin, user, old)
    found = cluster()
    assert found["HttpEndpointEnabled"]
    assert bool(found.get("InternetAccessGatewayEnabled")) is (after == "express")
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 2
    client("rds").delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=kept())
    assert not [key for key, each in actions(again).items() if each.changes]
    restores = [call.operation for call in standin.calls].count("RestoreDBClusterFromSnapshot")
    assert applied(again) == {}
    assert (
        restores
        == 1
        == [str(call) for call in standin.calls].count("rds:RestoreDBClusterFromSnapshot")
    )


@unsampled_tier
@pytest.mark.parametrize("form", OWNERS)
@pytest.mark.parametrize("applied_", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "operation", ["RestoreDBClusterFromSnapshot", "CreateDBInstance", "ModifyDBCluster"]
)
def test_cut_off_at_a_call_it_goes_on(
    operation: str, applied_: bool, form: str, snapshot: str, standin: "StandIn"
) -> None:
    refused = AwsError("AccessDeniedException", "no")
    fault = Fault(service="rds", operation=operation, outcome=refused, applied=applied_, times=1)
    standin.disturb(fault)
    again = answers(database=form, snapshot=snapshot)
    assert applied(again)
    assert applied(again) == {}
    session(standin, OWNERS[form], password()).close()
    assert not [key for key, each in actions(again).items() if each.changes]


@pytest.mark.parametrize("form", [*OWNERS][:1] + tail([(form,) for form in [*OWNERS][1:]]))
def test_passwords_of_before_are_never_kept(form: str, standin: "StandIn") -> None:
    """Also where a run was cut off when it had restored the secrets, and put no others there."""

    def passwords() -> list[str]:
        return [password(), json.loads(secret("formae-api-creds"))["password"]]

    assert applied(answers()) == {}
    before = passwords()
    removed(answers(), Data.FINAL_SNAPSHOT, purge=False)
    refused = AwsError("AccessDeniedException", "no")
    cut = Fault(service="secretsmanager", operation="PutSecretValue", outcome=refused, times=2)
    standin.disturb(cut)
    again = answers(database=form, snapshot=kept())
    assert applied(again).keys() >= {"api-secret", "database-secret"}
    assert passwords() == before
    assert applied(again) == {}
    assert not {*passwords()} & {*before}
    session(standin, OWNERS[form], password()).close()
    assert not [key for key, each in actions(again).items() if each.changes]


@pytest.fixture
def snapshot(standin: "StandIn") -> str:
    """Of a deployment that is gone."""
    assert applied(answers()) == {}
    removed(answers(), Data.FINAL_SNAPSHOT)
    return kept()


def problems(**given: str) -> str:
    found = Flow().prepare(answers(**given)).preflight.problems
    return " ".join(f"{each.entry} {each.what} {each.fix}" for each in found)


@unsampled_tier
def test_what_cannot_be_restored(snapshot: str, standin: "StandIn") -> None:
    rds = client("rds")
    state = standin.world.moto.backend("rds", REGION).cluster_snapshots[snapshot]
    assert "does not exist" in problems(snapshot="nothing-there")
    for member, value, told in (
        ("engine", "aurora-mysql", "is of aurora-mysql"),
        ("storage_encrypted", False, "copy-db-cluster-snapshot"),
        ("master_username", "admin", "has the master user admin"),
    ):
        before = getattr(state, member)
        setattr(state, member, value)
        assert told in problems(snapshot=snapshot)
        setattr(state, member, before)
    key = client("kms").create_key()["KeyMetadata"]
    state.kms_key_id = key["Arn"]
    assert problems(snapshot=snapshot) == ""
    client("kms").disable_key(KeyId=key["KeyId"])
    assert "is encrypted with a key that cannot be used" in problems(snapshot=snapshot)
    state.kms_key_id = None
    assert "has no database called other" in str(
        applied(answers(snapshot=snapshot, database_name="other"))["database"]
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="formae-db", DBClusterSnapshotIdentifier="half"
    )
    assert "is still being created" in problems(snapshot="half", name="another")
    assert "FW-RDS-020" in problems(snapshot="half", name="another")
    told = problems(snapshot="half")
    assert "was not restored from half" in told
    assert "--name" in told
    assert "was restored from a snapshot" in problems()
    assert problems(snapshot=snapshot) == ""


def test_of_another_region_or_no_name() -> None:
    arn = "arn:aws:rds:us-east-2:123456789012:cluster-snapshot:one"
    with pytest.raises(ValueError, match="copy-db-cluster-snapshot --source-region us-east-2"):
        answers(snapshot=arn)
    with pytest.raises(ValueError, match="neither the name nor the ARN"):
        answers(snapshot="two words")


@unsampled_tier
def test_what_is_deployed_is_the_answer(snapshot: str) -> None:
    arn = f"arn:aws:rds:{REGION}:123456789012:cluster-snapshot:{snapshot}"
    assert applied(answers(snapshot=arn)) == {}
    found = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert found.answers["snapshot"] == arn
    assert not found.drift
    removed(answers(), Data.DELETE)


@unsampled_tier
def test_into_a_group_of_its_own_for_a_host_in_the_vpc(snapshot: str, standin: "StandIn") -> None:
    """On ECS the database is in a group of its own, and reached with PostgreSQL."""
    assert applied(answers(snapshot=snapshot, host="ecs")) == {}
    (group,) = cluster()["VpcSecurityGroups"]
    found = client("ec2").describe_security_groups(GroupIds=[group["VpcSecurityGroupId"]])
    assert found["SecurityGroups"][0]["GroupName"] == "formae-db"
