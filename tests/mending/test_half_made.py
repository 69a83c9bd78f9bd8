"""What somebody's earlier attempt left half-made: plan and status say so, apply resolves it."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support import made
from tests.support.account import service
from tests.support.command import Command
from tests.support.made import OWN_POLICY
from tests.support.standin import ACCOUNT, REGION, client, passes
from tests.support.tiers import tail, unsampled, unsampled_tier
from wizard import journal
from wizard.answers.model import Answers
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow
from wizard.standin.faults import Kind, fault

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


TOGETHER = [
    (
        "no database in the cluster",
        "an inactive scaling configuration",
        "a role that others may take on",
        "an empty repository",
        "a secret pending deletion",
        "a failed instance",
    ),
    ("a cluster without an instance",),
    ("no database in the cluster", "a role that others may take on"),
]
"""Several at once; the last two alone are no incomplete deployment."""


@pytest.mark.parametrize(
    "names", [*TOGETHER[:1], *tail([(each,) for each in (*TOGETHER[1:], *zip(CASES))])]
)
def test_it_is_recognised_and_resolved(
    standin: "StandIn", command: Command, names: tuple[str, ...]
) -> None:
    cases = [CASES[name] for name in names]
    command.deployed()
    for case in cases:
        case.do(standin)
    foretold = command("plan", "--region", REGION)
    assert foretold.code == 4, foretold.err
    shown = " ".join(command("status", "--region", REGION).out.split())
    for case in cases:
        assert case.plan in foretold.out
        assert case.status in shown
    assert ("Incomplete" in shown) == any(case.status for case in cases)
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


@unsampled_tier
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


@pytest.mark.parametrize(
    "whole",
    [pytest.param(False, id="a new one"), pytest.param(True, id="of one", marks=unsampled)],
)
def test_tags_of_a_run_that_came_to_no_end_are_taken_off_again(
    whole: bool, standin: "StandIn"
) -> None:
    """Only they: what others put there stays. Also where the person wants to hear no more of it."""
    if whole:
        assert run(made.answers({"region": REGION})).ok
    standin.disturb(fault(Kind.DENIED, "iam", "PutRolePolicy" if not whole else "TagRole"))
    assert not run(made.answers({"region": REGION, "tags": "team=blue"})).ok
    iam, roles = client("iam"), ("formae-apprunner-access", "formae-apprunner-instance")
    ecr = client("ecr")
    arn = ecr.describe_repositories()["repositories"][0]["repositoryArn"]

    def tags() -> list[str]:
        found = ecr.list_tags_for_resource(resourceArn=arn)["tags"]
        there = [each["RoleName"] for each in iam.list_roles()["Roles"]]
        for role in (each for each in roles if each in there):
            found += iam.list_role_tags(RoleName=role)["Tags"]
        return [each["Key"] for each in found]

    assert "team" in tags()
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "others", "Value": "yes"}])
    for tried in journal.unfinished():
        journal.forget(tried)
    assert run(made.answers({"region": REGION})).ok
    assert "team" not in tags()
    assert "others" in tags()


def run(given: Answers) -> Outcome:
    flow = Flow()
    return flow.run(flow.prepare(given), lambda _: None, threading.Event())
