"""What AWS refuses to delete, and what it takes for it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.standin.steps import create_cluster, create_instance, until
from tests.support.standin import client
from wizard.standin.server import StandIn

ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "tasks.apprunner.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def code(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def test_a_policy_goes_only_detached_and_with_one_version(standin: StandIn) -> None:
    iam = client("iam")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=ALLOW)["Policy"]["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALLOW, SetAsDefault=True)
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert code(iam.delete_role, RoleName="r") == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)
    iam.delete_role(RoleName="r")


def test_a_stopped_cluster_keeps_its_instances(standin: StandIn) -> None:
    rds = client("rds")
    create_cluster("formae-db")
    create_instance()
    name = rds.describe_db_instances()["DBInstances"][0]["DBInstanceIdentifier"]
    until(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")
    assert code(rds.start_db_cluster, DBClusterIdentifier="formae-db") == (
        "InvalidDBClusterStateFault"
    )
    rds.stop_db_cluster(DBClusterIdentifier="formae-db")
    assert rds.describe_db_clusters()["DBClusters"][0]["Status"] == "stopped"
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "stopped"
    assert code(rds.delete_db_instance, DBInstanceIdentifier=name, SkipFinalSnapshot=True) == (
        "InvalidDBClusterStateFault"
    )
    rds.start_db_cluster(DBClusterIdentifier="formae-db")
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_final_snapshots(standin: StandIn) -> None:
    rds = client("rds")
    create_cluster("formae-db")
    gone = {"DBClusterIdentifier": "formae-db"}
    assert code(rds.delete_db_cluster, **gone) == "InvalidParameterCombination"
    both = {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "last"}
    assert code(rds.delete_db_cluster, **gone, **both) == "InvalidParameterCombination"
    until(lambda: rds.describe_db_clusters()["DBClusters"][0]["Status"] == "available")
    rds.create_db_cluster_snapshot(**gone, DBClusterSnapshotIdentifier="taken")
    taken = {"FinalDBSnapshotIdentifier": "taken"}
    assert code(rds.delete_db_cluster, **gone, **taken) == "DBClusterSnapshotAlreadyExistsFault"
    rds.delete_db_cluster(**gone, FinalDBSnapshotIdentifier="last")
    assert code(rds.delete_db_cluster, **gone, SkipFinalSnapshot=True) == (
        "InvalidDBClusterStateFault"
    )
    until(lambda: rds.describe_db_clusters()["DBClusters"] == [])
    kept = rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    assert {each["DBClusterSnapshotIdentifier"] for each in kept} == {"taken", "last"}
