"""The agent's database in a cluster that was there before, on a real PostgreSQL."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.account import changes, secret
from tests.support.command import Command
from tests.support.standin import REGION, client, passes
from tests.support.tiers import tail, unsampled_tier
from wizard.aws.live import LiveWorld
from wizard.engine.account.existing import access_problem, clusters, secrets

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PASSWORD = "of-the-existing-cluster"


@dataclass(frozen=True)
class Existing:
    """A cluster somebody made, with its secret."""

    arn: str
    secret: str

    @property
    def flags(self) -> dict[str, str]:
        """The answers that choose it."""
        return {
            "database": "existing",
            "cluster_arn": self.arn,
            "cluster_secret_arn": self.secret,
        }


def make_cluster(
    *, data_api: bool = True, password: str = PASSWORD, secret_name: str = "shared-creds"
) -> Existing:
    """Aurora PostgreSQL with an instance; waits until it is available."""
    rds = client("rds")
    made = rds.create_db_cluster(
        DBClusterIdentifier="shared",
        Engine="aurora-postgresql",
        EngineVersion="16",
        MasterUsername="boss",
        MasterUserPassword=PASSWORD,
        EnableHttpEndpoint=data_api,
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 1},
    )["DBCluster"]
    rds.create_db_instance(
        DBInstanceIdentifier="shared-1",
        DBClusterIdentifier="shared",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    while rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] != "available":
        passes(10)
    text = json.dumps({"username": "boss", "password": password})
    held = client("secretsmanager").create_secret(Name=secret_name, SecretString=text)
    return Existing(made["DBClusterArn"], held["ARN"])


def make_snapshot(name: str, region: str = REGION) -> None:
    """A snapshot of an agent's database, such as a removal keeps; the cluster is gone."""
    rds, cluster = client("rds", region), {"DBClusterIdentifier": "before"}
    rds.create_db_cluster(
        **cluster,
        Engine="aurora-postgresql",
        EngineVersion="16",
        MasterUsername="postgres",
        MasterUserPassword=PASSWORD,
        DatabaseName="formae",
        StorageEncrypted=True,
    )
    while rds.describe_db_clusters(**cluster)["DBClusters"][0]["Status"] != "available":
        passes(10)
    kept = {"DBClusterSnapshotIdentifier": name}
    made = rds.create_db_cluster_snapshot(**cluster, **kept)["DBClusterSnapshot"]
    while made["Status"] != "available":
        passes(10)
        (made,) = rds.describe_db_cluster_snapshots(**kept)["DBClusterSnapshots"]
    rds.delete_db_cluster(**cluster, SkipFinalSnapshot=True)
    while "before" in str(rds.describe_db_clusters()["DBClusters"]):
        passes(10)


def databases(existing: Existing) -> set[str]:
    """The databases in the cluster, asked of PostgreSQL."""
    answer = client("rds-data").execute_statement(
        resourceArn=existing.arn,
        secretArn=existing.secret,
        database="postgres",
        sql="SELECT datname FROM pg_database",
    )
    return {row[0]["stringValue"] for row in answer["records"]}


def test_the_database_is_made_and_the_cluster_left_alone(
    standin_postgres: "StandIn", command: Command
) -> None:
    existing = make_cluster()
    before = len(changes(standin_postgres))
    end = command.apply(**existing.flags)
    assert end.code == 0, end.err
    assert "formae" in databases(existing)
    done = changes(standin_postgres)[before:]
    assert not [call for call in done if call.startswith("rds:")]
    assert existing.arn in secret("formae-config")
    before = len(changes(standin_postgres))
    assert command.apply(**existing.flags).code == 0
    assert changes(standin_postgres)[before:] == []


def test_a_database_that_is_there_is_kept(standin_postgres: "StandIn", command: Command) -> None:
    existing = make_cluster()
    client("rds-data").execute_statement(
        resourceArn=existing.arn,
        secretArn=existing.secret,
        database="postgres",
        sql='CREATE DATABASE "Agents_2"',
    )
    end = command.apply(**existing.flags, database_name="Agents_2")
    assert end.code == 0, end.err
    assert "The agent's database" not in end.out


@unsampled_tier
def test_the_data_api_is_switched_on_only_when_told(
    standin_postgres: "StandIn", command: Command
) -> None:
    existing = make_cluster(data_api=False)
    end = command.apply(**existing.flags)
    assert end.code == 3
    assert "Data API is off" in end.err
    end = command.apply(**existing.flags, enable_data_api="yes")
    assert end.code == 0, end.err
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["HttpEndpointEnabled"]


def test_a_wrong_password_in_the_secret_is_found_before_anything_is_made(
    standin_postgres: "StandIn", command: Command
) -> None:
    existing = make_cluster(password="not-the-one")
    before = len(changes(standin_postgres))
    end = command.apply(**existing.flags)
    assert end.code == 3, end.err
    assert "password authentication failed" in end.err
    assert changes(standin_postgres)[before:] == []


def test_a_cluster_of_another_engine(standin: "StandIn", command: Command) -> None:
    client("rds").create_db_cluster(
        DBClusterIdentifier="mysql",
        Engine="aurora-mysql",
        MasterUsername="boss",
        MasterUserPassword=PASSWORD,
    )
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    held = client("secretsmanager").create_secret(Name="x", SecretString="{}")
    existing = Existing(cluster["DBClusterArn"], held["ARN"])
    end = command.apply(**existing.flags)
    assert end.code == 3
    assert "not Aurora PostgreSQL" in end.err


def test_a_cluster_that_does_not_exist(standin: "StandIn", command: Command) -> None:
    held = client("secretsmanager").create_secret(Name="x", SecretString="{}")
    arn = f"arn:aws:rds:{REGION}:123456789012:cluster:gone"
    end = command.apply(**Existing(arn, held["ARN"]).flags)
    assert end.code == 3
    assert "does not exist" in end.err


@pytest.fixture
def world(standin_postgres: "StandIn") -> Any:
    from wizard.aws.session import Aws
    from wizard.local.clock import Clock
    from wizard.local.keychain import Passwords

    return LiveWorld(Aws("", REGION), Passwords(), Clock(0.002))


def test_the_list_says_which_are_fit_and_why_not(world: LiveWorld) -> None:
    existing = make_cluster()
    client("rds").create_db_cluster(
        DBClusterIdentifier="a-mysql",
        Engine="aurora-mysql",
        MasterUsername="boss",
        MasterUserPassword=PASSWORD,
    )
    listed = clusters(world.call)
    assert [row.name for row in listed] == ["shared", "a-mysql"]
    assert listed[0].unfit == ""
    assert listed[0].data_api
    assert "aurora-mysql" in listed[1].unfit
    assert [row.name for row in secrets(world.call)] == ["shared-creds"]
    assert access_problem(world.call, existing.arn, existing.secret) is None


@pytest.mark.parametrize("how", tail([("alias",), ("not to be asked",), ("of AWS",), ("key",)]))
def test_a_secret_under_a_key_of_yours(
    how: str, standin_postgres: "StandIn", command: Command
) -> None:
    existing, kms, role = make_cluster(), client("kms"), "formae-apprunner-instance"
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    under = {"alias": "alias/mine", "of AWS": "alias/aws/secretsmanager"}.get(how, key["KeyId"])
    client("secretsmanager").update_secret(SecretId=existing.secret, KmsKeyId=under)
    if how == "not to be asked":
        standin_postgres.fail("kms", "DescribeKey", "AccessDeniedException", "No.", times=99)
    end = command.apply(**existing.flags, scope="services", services="S3")
    assert end.code == 0, end.err
    policy = client("iam").get_role_policy(RoleName=role, PolicyName="formae-data-api")
    found = [each for each in policy["PolicyDocument"]["Statement"] if "kms" in str(each["Action"])]
    if how == "of AWS":
        assert found == []
        return
    (statement,) = found
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Resource"] == [key["Arn"]]
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": [f"secretsmanager.{REGION}.amazonaws.com"]}
    }
    assert command("plan", "--region", REGION).code == 0
