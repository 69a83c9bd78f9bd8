"""A change touches the fields that the wizard owns: what others put beside them stays."""

import json
from typing import TYPE_CHECKING

from tests.support.account import service
from tests.support.command import Command
from tests.support.made import OWN_POLICY
from tests.support.standin import ACCOUNT, REGION, client, passes
from wizard.plan.resources.common import FINGERPRINT

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

MINE = {"Key": "mine", "Value": "kept"}


TRACING = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:observabilityconfiguration/theirs/1/{'a' * 32}"


def by_hand_on_the_service() -> None:
    """Somebody adds a variable, a secret of theirs and tracing, in the console."""
    found = service()
    source = found["SourceConfiguration"]
    image = source["ImageRepository"]["ImageConfiguration"]
    image["RuntimeEnvironmentVariables"]["THEIRS"] = 'a value, with "quotes" and a \\'
    secrets = image["RuntimeEnvironmentSecrets"]
    secrets["TOKEN"] = secrets["FORMAE_CONFIG"]
    client("apprunner").update_service(
        ServiceArn=found["ServiceArn"],
        SourceConfiguration=source,
        ObservabilityConfiguration={
            "ObservabilityEnabled": True,
            "ObservabilityConfigurationArn": TRACING,
        },
    )
    while service()["Status"] != "RUNNING":
        passes()


def environment() -> tuple[set[str], set[str]]:
    """The names of the service's variables, and of its secrets."""
    image = service()["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
    return set(image["RuntimeEnvironmentVariables"]), set(image["RuntimeEnvironmentSecrets"])


def test_what_others_put_beside_ours_stays(standin: "StandIn", command: Command) -> None:
    command.deployed()
    iam, rds, role = client("iam"), client("rds"), "formae-apprunner-instance"
    iam.put_role_policy(RoleName=role, PolicyName="theirs", PolicyDocument=OWN_POLICY)
    iam.tag_role(RoleName=role, Tags=[MINE])
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    rds.add_tags_to_resource(ResourceName=cluster["DBClusterArn"], Tags=[MINE])
    rds.modify_db_cluster(DBClusterIdentifier="formae-db", BackupRetentionPeriod=9)
    by_hand_on_the_service()
    told = command("plan", "--region", REGION).out
    assert "App Runner service: environment variables: THEIRS" in told
    assert "a value" not in told
    assert "observability: arn:" in " ".join(command("status", "--region", REGION).out.split())
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
    assert environment() == ({"THEIRS", FINGERPRINT}, {"FORMAE_CONFIG", "TOKEN"})
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"
    assert service()["ObservabilityConfiguration"]["ObservabilityEnabled"]
