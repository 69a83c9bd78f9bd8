"""What AWS would refuse a removal for is told before anything goes, with its way out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.destroy.account import everything, names
from tests.destroy.test_destroy import DESTROY, TRACELESS
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, client, passes
from tests.support.tiers import tail, unsampled_tier
from wizard.standin.faults import Kind, fault

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

POLICY = f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-1"
SCALING = "AutoScalingConfigurationArn"
Free = Callable[[], object]


def replicated(standin: "StandIn") -> Free:
    secrets = client("secretsmanager")
    secrets.replicate_secret_to_regions(
        SecretId="formae-config", AddReplicaRegions=[{"Region": "eu-central-1"}]
    )
    return lambda: secrets.remove_regions_from_replication(
        SecretId="formae-config", RemoveReplicaRegions=["eu-central-1"]
    )


def in_a_global_database(standin: "StandIn") -> Free:
    """As it is after `aws rds create-global-cluster`, which moto answers without effect here."""
    cluster = standin.world.moto.backend("rds", REGION).clusters["formae-db"]
    cluster.global_cluster_identifier = "everywhere"
    return lambda: setattr(cluster, "global_cluster_identifier", "")


def no_room_for_a_snapshot(standin: "StandIn") -> Free:
    client("rds").create_db_cluster_snapshot(
        DBClusterSnapshotIdentifier="mine", DBClusterIdentifier="formae-db"
    )
    standin.world.limits["ManualClusterSnapshots"] = 1
    return lambda: standin.world.limits.pop("ManualClusterSnapshots")


def attached_elsewhere(standin: "StandIn") -> Free:
    iam = client("iam")
    trust = iam.get_role(RoleName="formae-apprunner-instance")["Role"]["AssumeRolePolicyDocument"]
    iam.create_role(RoleName="mine", AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(RoleName="mine", PolicyArn=POLICY)
    return lambda: iam.detach_role_policy(RoleName="mine", PolicyArn=POLICY)


def attached_to_a_user(standin: "StandIn") -> Free:
    iam = client("iam")
    iam.create_user(UserName="ada")
    iam.attach_user_policy(UserName="ada", PolicyArn=POLICY)
    return lambda: iam.detach_user_policy(UserName="ada", PolicyArn=POLICY)


def reached_from_a_vpc(standin: "StandIn") -> Free:
    runner = client("apprunner")
    made = runner.create_vpc_ingress_connection(
        ServiceArn=service()["ServiceArn"],
        VpcIngressConnectionName="inside",
        IngressVpcConfiguration={"VpcId": "vpc-1", "VpcEndpointId": "vpce-1"},
    )["VpcIngressConnection"]["VpcIngressConnectionArn"]
    return lambda: runner.delete_vpc_ingress_connection(VpcIngressConnectionArn=made)


def scaling_another_service(standin: "StandIn") -> Free:
    runner = client("apprunner")
    ours = service()
    scaling = ours["AutoScalingConfigurationSummary"][SCALING]
    other = runner.create_service(
        ServiceName="mine",
        SourceConfiguration=ours["SourceConfiguration"],
        InstanceConfiguration=ours["InstanceConfiguration"],
        AutoScalingConfigurationArn=scaling,
    )["Service"]["ServiceArn"]

    def free() -> None:
        arn = {"ServiceArn": other}
        for _ in range(50):
            if runner.describe_service(**arn)["Service"]["Status"] != "OPERATION_IN_PROGRESS":
                break
            passes(60)
        runner.delete_service(**arn)
        passes(3600)

    return free


def a_protected_log(standin: "StandIn") -> Free:
    logs = client("logs")
    name = logs.describe_log_groups()["logGroups"][0]["logGroupName"]

    def put(*, on: bool) -> Any:
        return logs.put_log_group_deletion_protection(
            logGroupIdentifier=name, deletionProtectionEnabled=on
        )

    put(on=True)
    return lambda: put(on=False)


Case = tuple[Callable[["StandIn"], Free], str, str]
CASES: list[Case] = [
    (
        replicated,
        "formae-config is replicated to eu-central-1",
        "remove-regions-from-replication --secret-id formae-config",
    ),
    (in_a_global_database, "belongs to the global database", "remove-from-global-cluster"),
    (no_room_for_a_snapshot, "cannot create the final one", "--database-data delete"),
    (attached_elsewhere, "is also attached to the role mine", "detach formae-agent-1 there"),
    (attached_to_a_user, "is also attached to the user ada", "detach formae-agent-1 there"),
    (reached_from_a_vpc, "leads to the service", "delete-vpc-ingress-connection"),
    (
        scaling_another_service,
        "also serves arn:aws:apprunner",
        "Choose another configuration",
    ),
    (a_protected_log, "has deletion protection", "put-log-group-deletion-protection"),
]


TOGETHER = [case for case in CASES if case[0] is not attached_to_a_user]
"""All at once; a policy is attached elsewhere in one way only."""


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(TOGETHER, id="all at once"),
        *([case] for case in CASES if case not in TOGETHER),
        *tail([([case],) for case in TOGETHER], [case[0].__name__ for case in TOGETHER]),
    ],
)
def test_nothing_goes_before_what_holds_it_is_gone(
    standin: "StandIn", command: Command, cases: list[Case]
) -> None:
    command.deployed(scope="services", services="S3")
    frees = [hold(standin) for hold, _, _ in cases]
    before, made = names(everything()), len(changes(standin))
    end = command(*DESTROY)
    assert end.code == 3, end.err
    shown, _, told = end.err.partition("Nothing was removed")
    for _, what, way_out in cases:
        assert what in shown
        assert way_out in shown
        assert what in told
    assert changes(standin)[made:] == []
    assert names(everything()) == before
    for free in frees:
        free()
    end = command(*DESTROY)
    assert end.code == 0, end.err
    assert "formae-agent-1" not in names(everything())["policies"]


@unsampled_tier
def test_another_choice_about_the_data_frees_it(standin: "StandIn", command: Command) -> None:
    command.deployed()
    in_a_global_database(standin)
    no_room_for_a_snapshot(standin)
    assert command(*DESTROY).code == 3
    assert command(*DESTROY, "--database-data", "delete").code == 3
    assert command(*DESTROY, "--database-data", "keep").code == 0


def test_what_may_not_be_asked_holds_nothing(standin: "StandIn", command: Command) -> None:
    command.deployed(scope="services", services="S3")
    standin.disturb(fault(Kind.DENIED, "iam", "ListEntitiesForPolicy", times=9))
    assert command(*DESTROY, *TRACELESS).code == 0


def test_what_may_not_be_removed_is_said_before(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    told = command(*DESTROY, "--database-data", "keep", "--json").err
    assert "seem to be missing" not in told
    assert "seems to be missing" not in told
    assert command.apply().code == 0
    iam = client("iam")
    iam.create_user(UserName="ada")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:DeleteRole", "rds:DeleteDBCluster"], "Resource": "*"},
    ]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=text)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        end = command("destroy", "--region", REGION)
    assert "2 permissions seem to be missing" in end.err
    assert "iam: DeleteRole; rds: DeleteDBCluster" in end.err
