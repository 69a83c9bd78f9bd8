"""RDS: versions, rules, and clusters and instances over time."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.standin.steps import create_cluster, create_instance, until
from tests.support.standin import NewAccount, client
from wizard.standin.durations import Durations
from wizard.standin.freetier import RESTRICTED, free_plan
from wizard.standin.server import StandIn

SLOW_CLUSTER = Durations(cluster_create=500.0)


def refused(**params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        create_cluster(**params)
    return str(caught.value)


def versions(**params: Any) -> list[str]:
    pages = client("rds").get_paginator("describe_db_engine_versions")
    found = pages.paginate(Engine="aurora-postgresql", **params)
    return [version["EngineVersion"] for page in found for version in page["DBEngineVersions"]]


def test_versions_by_major(standin: StandIn) -> None:
    sixteen = versions(EngineVersion="16")
    assert {"16.8", "16.15", "16.10-limitless"} <= set(sixteen)
    assert "16.4" not in sixteen
    assert versions(EngineVersion="16", DefaultOnly=True) == ["16.13"]
    assert versions(EngineVersion="16.11") == ["16.11"]
    assert versions(EngineVersion="12") == []


def test_versions_come_in_pages(standin: StandIn) -> None:
    rds = client("rds")
    first = rds.describe_db_engine_versions(Engine="aurora-postgresql", MaxRecords=20)
    assert len(first["DBEngineVersions"]) == 20
    assert "Marker" in first
    assert len(versions(MaxRecords=20)) == len(versions()) > 20


def test_only_usual_versions_take_serverless_capacity(standin: StandIn) -> None:
    filters = [{"Name": "status", "Values": ["available"]}]
    answer = client("rds").describe_db_engine_versions(Engine="aurora-postgresql", Filters=filters)
    for version in answer["DBEngineVersions"]:
        limitless = version["SupportsLimitlessDatabase"]
        assert ("ServerlessV2FeaturesSupport" in version) is not limitless
        assert version["SupportedEngineModes"] == ["provisioned"]


def test_a_withdrawn_version(standin: StandIn) -> None:
    said = refused(EngineVersion="16.4")
    assert "(InvalidParameterCombination)" in said
    assert "Cannot find version 16.4 for aurora-postgresql" in said


def test_a_major_is_its_newest_minor(standin: StandIn) -> None:
    assert create_cluster(EngineVersion="16")["EngineVersion"] == "16.15"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"MasterUserPassword": "short1"}, "shorter than 8"),
        ({"MasterUserPassword": "a" * 42}, "longer than 41"),
        ({"MasterUserPassword": "with space"}, "Only printable ASCII"),
        ({"MasterUserPassword": "with@sign1"}, "Only printable ASCII"),
        ({"MasterUsername": "admin"}, "reserved word"),
        ({"DBClusterIdentifier": "a--b"}, "not a valid identifier"),
        ({"DBClusterIdentifier": "1abc"}, "not a valid identifier"),
        ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
        (
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.3, "MaxCapacity": 2}},
            "scaling configuration is not valid",
        ),
    ],
)
def test_rules_of_creation(standin: StandIn, params: dict[str, Any], expected: str) -> None:
    assert expected in refused(**params)


def test_a_name_in_use(standin: StandIn) -> None:
    create_cluster("formae-db")
    assert "DBClusterAlreadyExistsFault" in refused(DBClusterIdentifier="Formae-DB")


def test_without_a_default_vpc(standin: StandIn) -> None:
    standin.delete_default_vpc("eu-west-1")
    assert client("ec2").describe_vpcs()["Vpcs"] == []
    assert "(InvalidSubnet)" in refused()


def test_what_was_asked_for_is_shown(standin: StandIn) -> None:
    made = create_cluster(
        StorageEncrypted=True,
        DatabaseName="formae",
        DeletionProtection=True,
        Tags=[{"Key": "app", "Value": "formae-agent"}],
    )
    shown = client("rds").describe_db_clusters(DBClusterIdentifier="formae-db")["DBClusters"][0]
    for cluster in (made, shown):
        assert cluster["HttpEndpointEnabled"] is True
        assert cluster["StorageEncrypted"] is True
        assert cluster["DatabaseName"] == "formae"
        assert cluster["DeletionProtection"] is True
        assert cluster["TagList"] == [{"Key": "app", "Value": "formae-agent"}]
        scaling = cluster["ServerlessV2ScalingConfiguration"]
        assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == (0.5, 2.0)
    with pytest.raises(ClientError, match="DBClusterNotFoundFault"):
        client("rds").describe_db_clusters(DBClusterIdentifier="other")


def test_statuses_over_time(new_account: NewAccount) -> None:
    # Slow enough to see each of them on a busy machine.
    new_account(durations=Durations(cluster_create=500.0, instance_create=1200.0))
    rds = client("rds")
    create_cluster()
    instance = create_instance()
    assert instance["PubliclyAccessible"] is False
    seen: list[str] = []

    def available() -> bool:
        found = rds.describe_db_instances(DBInstanceIdentifier="formae-db-instance")
        status = found["DBInstances"][0]["DBInstanceStatus"]
        if status not in seen:
            seen.append(status)
        return bool(status == "available")

    assert rds.describe_db_clusters()["DBClusters"][0]["Status"] == "creating"
    until(available, pace=10)
    assert seen == ["creating", "configuring-enhanced-monitoring", "backing-up", "available"]
    cluster = rds.describe_db_clusters()["DBClusters"][0]
    assert cluster["Status"] == "available"
    assert cluster["DBClusterMembers"][0]["IsClusterWriter"]
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="formae-db-instance")


def test_events_tell_the_progress(standin: StandIn) -> None:
    rds = client("rds")
    create_cluster()
    create_instance()

    def told() -> list[str] | None:
        found = rds.describe_events(
            SourceIdentifier="formae-db-instance", SourceType="db-instance", Duration=60
        )
        messages = [event["Message"] for event in found["Events"]]
        return messages if "Finished DB Instance backup" in messages else None

    assert until(told)[0] == "DB instance created"
    clusters = rds.describe_events(SourceIdentifier="formae-db", SourceType="db-cluster")["Events"]
    assert [event["Message"] for event in clusters] == ["DB cluster created"]
    assert clusters[0]["SourceArn"].endswith(":cluster:formae-db")
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        rds.describe_events(SourceIdentifier="formae-db")


def test_an_instance_needs_capacity_settings(standin: StandIn) -> None:
    rds = client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="formae-db",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="abcdefgh1",
    )
    with pytest.raises(ClientError, match="Set the Serverless v2 scaling configuration"):
        create_instance()
    with pytest.raises(ClientError, match="DBClusterNotFoundFault"):
        create_instance("nowhere")


def cluster_status(name: str = "formae-db") -> str:
    rds = client("rds")
    try:
        return str(rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"])
    except rds.exceptions.DBClusterNotFoundFault:
        return "gone"


def test_modifying(new_account: NewAccount) -> None:
    new_account(durations=SLOW_CLUSTER)
    rds = client("rds")
    create_cluster(DeletionProtection=True)
    change = {"MinCapacity": 1, "MaxCapacity": 4}
    with pytest.raises(ClientError, match="InvalidDBClusterStateFault"):
        rds.modify_db_cluster(
            DBClusterIdentifier="formae-db", ServerlessV2ScalingConfiguration=change
        )
    until(lambda: cluster_status() == "available", pace=10)
    changed = rds.modify_db_cluster(
        DBClusterIdentifier="formae-db",
        ServerlessV2ScalingConfiguration=change,
        DeletionProtection=False,
        EnableHttpEndpoint=False,
        ApplyImmediately=True,
    )["DBCluster"]
    assert changed["Status"] == "modifying"
    until(lambda: cluster_status() == "available", pace=10)
    shown = rds.describe_db_clusters(DBClusterIdentifier="formae-db")["DBClusters"][0]
    assert shown["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4.0
    assert shown["HttpEndpointEnabled"] is True  # that switch is another operation's


def test_the_data_api_switch(new_account: NewAccount) -> None:
    new_account(durations=SLOW_CLUSTER)
    rds = client("rds")
    arn = create_cluster(EnableHttpEndpoint=False)["DBClusterArn"]
    with pytest.raises(ClientError, match="InvalidResourceStateFault"):
        rds.enable_http_endpoint(ResourceArn=arn)
    with pytest.raises(ClientError, match="ResourceNotFoundFault"):
        rds.enable_http_endpoint(ResourceArn=arn + "x")
    until(lambda: cluster_status() == "available", pace=10)
    answer = rds.enable_http_endpoint(ResourceArn=arn)
    assert (answer["ResourceArn"], answer["HttpEndpointEnabled"]) == (arn, True)
    until(lambda: rds.describe_db_clusters()["DBClusters"][0]["HttpEndpointEnabled"])


def test_deleting(standin: StandIn) -> None:
    rds = client("rds")
    create_cluster()
    create_instance()
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        rds.delete_db_cluster(DBClusterIdentifier="formae-db")
    with pytest.raises(ClientError, match="InvalidDBClusterStateFault"):
        rds.delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)
    gone = rds.delete_db_instance(DBInstanceIdentifier="formae-db-instance")["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting"
    with pytest.raises(ClientError, match="already being deleted"):
        rds.delete_db_instance(DBInstanceIdentifier="formae-db-instance")

    def no_instance() -> bool:
        try:
            rds.describe_db_instances(DBInstanceIdentifier="formae-db-instance")
        except rds.exceptions.DBInstanceNotFoundFault:
            return True
        return False

    until(no_instance)
    gone = rds.delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)
    assert gone["DBCluster"]["Status"] == "deleting"
    until(lambda: cluster_status() == "gone")
    create_cluster()


def test_deleting_a_cluster_whose_instance_is_on_its_way_out(standin: StandIn) -> None:
    rds = client("rds")
    create_cluster()
    create_instance()
    rds.delete_db_instance(DBInstanceIdentifier="formae-db-instance")
    rds.delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)
    until(lambda: cluster_status() == "gone")
    assert rds.describe_db_instances()["DBInstances"] == []
    told = rds.describe_events()["Events"]
    assert [event["Message"] for event in told][-2:] == [
        "DB instance deleted",
        "DB cluster deleted",
    ]


def test_protection_from_deletion(standin: StandIn) -> None:
    create_cluster(DeletionProtection=True)
    with pytest.raises(ClientError, match="Cannot delete protected Cluster"):
        client("rds").delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)


def test_scale_zero_is_at_once(new_account: NewAccount) -> None:
    new_account(scale=0)
    assert create_cluster()["Status"] == "available"
    assert create_instance()["DBInstanceStatus"] == "available"


def test_the_free_plan_refuses_all_but_express(standin: StandIn) -> None:
    standin.world.account_plan = free_plan()
    with pytest.raises(ClientError, match="you need to set WithExpressConfiguration") as caught:
        create_cluster()
    assert caught.value.response["Error"]["Code"] == RESTRICTED
    standin.world.account_plan = None
    create_cluster()
    until(lambda: cluster_status() == "available")
    standin.world.account_plan = free_plan()
    modify = client("rds").modify_db_cluster
    with pytest.raises(ClientError, match="backup retention period exceeds") as caught:
        modify(DBClusterIdentifier="formae-db", BackupRetentionPeriod=7)
    assert caught.value.response["Error"]["Code"] == RESTRICTED
    modify(DBClusterIdentifier="formae-db", BackupRetentionPeriod=1)
