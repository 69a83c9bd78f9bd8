"""What somebody's earlier attempt left half-made: plan and status say so, apply resolves it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.account import service
from tests.support.command import Command
from tests.support.made import OWN_POLICY
from tests.support.standin import ACCOUNT, REGION, client, passes

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

OTHERS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ],
    }
)


@dataclass(frozen=True)
class Case:
    """What is done to a deployment that is well, and what is then said of it."""

    do: Callable[["StandIn"], None]
    plan: str
    """A line of `plan`."""
    status: str
    """What `status` has, blanks joined; empty where it is a change and not half-made."""


def _no_instance(_: "StandIn") -> None:
    client("rds").delete_db_instance(
        DBInstanceIdentifier="formae-db-instance", SkipFinalSnapshot=True
    )
    while client("rds").describe_db_instances()["DBInstances"]:
        passes()


def _trust(_: "StandIn") -> None:
    client("iam").update_assume_role_policy(
        RoleName="formae-apprunner-access", PolicyDocument=OTHERS
    )


def _empty(_: "StandIn") -> None:
    client("ecr").batch_delete_image(repositoryName="formae", imageIds=[{"imageTag": "0.88.1"}])


def _gone_service(_: "StandIn") -> None:
    client("apprunner").delete_service(ServiceArn=service()["ServiceArn"])
    while client("apprunner").list_services()["ServiceSummaryList"]:
        passes()


def _no_scaling(standin: "StandIn") -> None:
    _gone_service(standin)
    runner = client("apprunner")
    found = runner.list_auto_scaling_configurations(AutoScalingConfigurationName="formae-agent")
    for each in found["AutoScalingConfigurationSummaryList"]:
        arn = each["AutoScalingConfigurationArn"]
        runner.delete_auto_scaling_configuration(AutoScalingConfigurationArn=arn)


def _no_database(_: "StandIn") -> None:
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    secret = client("secretsmanager").describe_secret(SecretId="formae-db-creds")["ARN"]
    client("rds-data").execute_statement(
        resourceArn=cluster["DBClusterArn"],
        secretArn=secret,
        database="postgres",
        sql='DROP DATABASE IF EXISTS "formae" WITH (FORCE)',
    )


def _pending(_: "StandIn") -> None:
    client("secretsmanager").delete_secret(SecretId="formae-api-creds", RecoveryWindowInDays=7)


CASES = {
    "a cluster without an instance": Case(
        _no_instance, "+ Aurora instance", "Aurora instance: not there; the next apply creates it"
    ),
    "a failed instance": Case(
        lambda standin: standin.break_instance(REGION, "formae-db-instance", "failed"),
        "↻ Aurora instance",
        "Aurora instance: broken; the next apply replaces it",
    ),
    "a role that others may take on": Case(_trust, "~ Access role", ""),
    "an empty repository": Case(
        _empty, "+ formae image 0.88.1", "formae image 0.88.1: not there; the next apply creates it"
    ),
    "an inactive scaling configuration": Case(
        _no_scaling,
        "+ Scaling configuration",
        "Scaling configuration: not there; the next apply creates it",
    ),
    "no database in the cluster": Case(_no_database, "+ Agent database", ""),
    "a secret pending deletion": Case(
        _pending,
        "~ API password",
        "API password: scheduled for deletion; the next apply restores it",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_recognised_and_resolved(standin: "StandIn", command: Command, name: str) -> None:
    case = CASES[name]
    command.deployed()
    case.do(standin)
    foretold = command("plan", "--region", REGION)
    assert foretold.code == 4, foretold.err
    assert case.plan in foretold.out
    shown = " ".join(command("status", "--region", REGION).out.split())
    if case.status:
        assert "Incomplete" in shown
        assert case.status in shown
    else:
        assert "Incomplete" not in shown
    end = command.apply()
    assert end.code == 0, end.err
    after = command("plan", "--region", REGION)
    assert after.code == 0, after.out
    assert "Incomplete" not in command("status", "--region", REGION).out


@pytest.mark.parametrize("status", ["storage-full", "inaccessible-encryption-credentials"])
def test_an_instance_that_only_its_owner_can_help(
    standin: "StandIn", command: Command, status: str
) -> None:
    command.deployed()
    standin.break_instance(REGION, "formae-db-instance", status)
    end = command("plan", "--region", REGION)
    assert end.code == 3, end.out
    assert "The instance formae-db-instance accepts no connections" in end.err


def test_policies_of_before_are_taken_off_and_those_of_other_hands_stay(
    standin: "StandIn", command: Command
) -> None:
    iam, role = client("iam"), "formae-apprunner-instance"
    arns = [
        f"arn:aws:iam::aws:policy/{name}" for name in ("ReadOnlyAccess", "job-function/Billing")
    ]
    made = command.apply(scope="policies", policy_arns=",".join(arns))
    assert made.code == 0, made.err
    theirs = iam.create_policy(PolicyName="theirs", PolicyDocument=OWN_POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=theirs)
    told = command("plan", "--region", REGION, "--scope", "policies", "--policy-arns", arns[0])
    assert told.code == 4, told.err
    assert "− Instance role: Billing" in told.out
    assert "theirs" not in told.out
    end = command.apply(scope="power-user")
    assert end.code == 0, end.err
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert {each["PolicyName"] for each in attached} == {"PowerUserAccess", "theirs"}
    assert ACCOUNT in theirs
