"""A change touches the fields that the wizard owns: what others put beside them stays."""

import json
from typing import TYPE_CHECKING

from tests.support.command import Command
from tests.support.made import OWN_POLICY
from tests.support.standin import client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

MINE = {"Key": "mine", "Value": "kept"}


def test_what_others_put_beside_ours_stays(standin: "StandIn", command: Command) -> None:
    assert command.apply().code == 0
    iam, rds, role = client("iam"), client("rds"), "formae-apprunner-instance"
    iam.put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=OWN_POLICY)
    iam.tag_role(RoleName=role, Tags=[MINE])
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    rds.add_tags_to_resource(ResourceName=cluster["DBClusterArn"], Tags=[MINE])
    rds.modify_db_cluster(DBClusterIdentifier="formae-db", BackupRetentionPeriod=9)
    changed = {"cpu": "2", "memory": "4", "max_capacity": "8", "tags": "team=a"}
    end = command.apply(scope="services", services="S3", **changed)
    assert end.code == 0, end.err
    inline = iam.get_role_policy(RoleName=role, PolicyName="theirs")["PolicyDocument"]
    assert inline == json.loads(OWN_POLICY)
    assert MINE in iam.get_role(RoleName=role)["Role"]["Tags"]
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    assert MINE in cluster["TagList"]
    assert cluster["BackupRetentionPeriod"] == 9
    assert cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 8
