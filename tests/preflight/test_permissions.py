"""What the policy simulator says of real users and roles; it warns, and never blocks."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.preflight.conftest import look, one
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, client
from wizard.engine.preflight import CheckState

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PLACE = f"{REGION}:{ACCOUNT}"
LEAST: list[dict[str, Any]] = [
    {
        "Effect": "Allow",
        "Resource": "*",
        "Action": [
            "ec2:Describe*",
            "rds:Describe*",
            "apprunner:ListServices",
            "apprunner:ListAutoScalingConfigurations",
            "ecr:GetAuthorizationToken",
        ],
    },
    {
        "Effect": "Allow",
        "Action": "rds:*",
        "Resource": [f"arn:aws:rds:{PLACE}:cluster:formae-*", f"arn:aws:rds:{PLACE}:db:formae-*"],
    },
    {
        "Effect": "Allow",
        "Action": "rds-data:ExecuteStatement",
        "Resource": f"arn:aws:rds:{PLACE}:cluster:formae-*",
    },
    {
        "Effect": "Allow",
        "Action": "secretsmanager:*",
        "Resource": f"arn:aws:secretsmanager:{PLACE}:secret:formae-*",
    },
    {"Effect": "Allow", "Action": "ecr:*", "Resource": f"arn:aws:ecr:{PLACE}:repository/formae*"},
    {
        "Effect": "Allow",
        "Action": ["iam:*Role", "iam:*RolePolicy", "iam:*RolePolicies"],
        "Resource": f"arn:aws:iam::{ACCOUNT}:role/formae-*",
    },
    {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": f"arn:aws:iam::{ACCOUNT}:role/formae-*",
        "Condition": {"StringEquals": {"iam:PassedToService": "apprunner.amazonaws.com"}},
    },
    {
        "Effect": "Allow",
        "Action": "iam:CreateServiceLinkedRole",
        "Resource": "arn:aws:iam::*:role/aws-service-role/*",
        "Condition": {
            "StringEquals": {"iam:AWSServiceName": ["apprunner.amazonaws.com", "rds.amazonaws.com"]}
        },
    },
    {"Effect": "Allow", "Action": "apprunner:*", "Resource": f"arn:aws:apprunner:{PLACE}:*"},
    {
        "Effect": "Allow",
        "Action": "logs:FilterLogEvents",
        "Resource": f"arn:aws:logs:{PLACE}:log-group:/aws/apprunner/formae-*",
    },
]


def policy(*without: str, **more: object) -> str:
    """The least policy, less some services, and every statement with `more`."""
    kept = [
        {**statement, **more}
        for statement in LEAST
        if not str(statement["Action"]).startswith(without or "nothing")
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": kept})


def simulated(standin: "StandIn") -> set[str]:
    """Whom the simulator was asked about."""
    return {
        call.params["PolicySourceArn"]
        for call in standin.calls
        if call.operation == "SimulatePrincipalPolicy"
    }


def test_a_narrow_policy_is_enough(standin: "StandIn", become: Callable[..., str]) -> None:
    arn = become(document=policy())
    found = one(look(), "permissions")
    assert (found.state, found.troubles) == (CheckState.FINE, ())
    assert "all " in found.found
    assert simulated(standin) == {arn}


@pytest.mark.parametrize(
    ("given", "said", "unsaid"),
    [
        (
            {"managed": "PowerUserAccess"},
            ["iam: ", "CreateRole", "PassRole", "PutRolePolicy"],
            ["rds: ", "CreateServiceLinkedRole"],
        ),
        (
            {"document": policy("apprunner:*")},
            ["apprunner: CreateAutoScalingConfiguration, CreateService", "TagResource"],
            ["iam: ", "ListServices"],
        ),
        (
            {"managed": "ReadOnlyAccess"},
            ["rds: AddTagsToResource, CreateDBCluster", "rds-data: ExecuteStatement"],
            ["DescribeDBClusters"],
        ),
    ],
    ids=["power-user", "no-app-runner", "read-only"],
)
def test_what_is_missing_is_named_and_blocks_nothing(
    standin: "StandIn",
    become: Callable[..., str],
    given: dict[str, str],
    said: list[str],
    unsaid: list[str],
) -> None:
    arn = become(**given)
    before = changes(standin)
    checked = look()
    found = one(checked, "permissions")
    assert found.state is CheckState.WARNING
    assert found.problem is None
    assert found.warning is not None
    assert checked.problems == []
    assert arn in found.warning.why
    for words in said:
        assert words in found.warning.why
    for words in unsaid:
        assert words not in found.warning.why
    assert "continue" in found.warning.fix
    assert changes(standin) == before


def test_a_session_counts_as_its_role_with_its_path(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = client("iam")
    path = "/aws-reserved/sso.amazonaws.com/"
    role = iam.create_role(RoleName="Admin", Path=path, AssumeRolePolicyDocument="{}")["Role"]
    iam.put_role_policy(RoleName="Admin", PolicyName="own", PolicyDocument=policy())
    session = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ada@example")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["Credentials"]["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["Credentials"]["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", session["Credentials"]["SessionToken"])
    checked = look()
    assert ":assumed-role/Admin/ada@example" in one(checked, "identity").found
    assert one(checked, "permissions").state is CheckState.FINE
    assert simulated(standin) == {role["Arn"]}
    assert path in role["Arn"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "you are not allowed to use AWS's policy simulator"),
        ("NoSuchEntity", "(NoSuchEntity)"),
        ("Throttling", "(Throttling)"),
    ],
)
def test_not_being_told_is_no_trouble(standin: "StandIn", code: str, said: str) -> None:
    standin.fail("iam", "SimulatePrincipalPolicy", code, "no", status=403, times=1000)
    checked = look()
    found = one(checked, "permissions")
    assert found.state is CheckState.UNKNOWN
    assert said in found.found
    assert checked.problems == checked.warnings[:0] == []


def test_a_condition_nobody_can_try_is_no_denial(become: Callable[..., str]) -> None:
    become(document=policy(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    found = one(look(), "permissions")
    assert found.state is CheckState.FINE
    assert "depend on conditions" in found.found


def test_a_region_rule_is_tried_with_the_region(become: Callable[..., str]) -> None:
    become(document=policy(Condition={"StringEquals": {"aws:RequestedRegion": REGION}}))
    assert "all " in one(look(), "permissions").found


def test_a_rotation_looks_too(
    standin: "StandIn", command: Command, become: Callable[..., str]
) -> None:
    command.deployed()
    both = ("rotate", "--api-password", "--database-password", "--region", REGION)
    end = command(*both)
    assert end.code == 2
    assert "missing" not in end.err, "the account's owner can do everything"
    arn = become(managed="ReadOnlyAccess")
    before = changes(standin)
    told = " ".join(command(*both).err.split())
    assert "seem to be missing" in told
    for words in (
        f"does not allow {arn} apprunner: UpdateService; iam: PassRole; rds-data: "
        "ExecuteStatement; rds: ModifyDBCluster; secretsmanager: GetSecretValue, ",
        "PutSecretValue, UpdateSecretVersionStage",
    ):
        assert words in told, told
    allowed = {
        "secretsmanager:*": f"arn:aws:secretsmanager:{PLACE}:secret:formae-*",
        "apprunner:*": f"arn:aws:apprunner:{PLACE}:service/formae-agent/*",
        "iam:PassRole": f"arn:aws:iam::{ACCOUNT}:role/formae-apprunner-access",
        "rds:*": f"arn:aws:rds:{PLACE}:cluster:formae-db",
        "rds-data:*": f"arn:aws:rds:{PLACE}:cluster:formae-db",
    }
    least = [
        {"Effect": "Allow", "Action": action, "Resource": resource}
        for action, resource in allowed.items()
    ]
    client("iam").put_user_policy(
        UserName="ada",
        PolicyName="least",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": least}),
    )
    end = command(*both)
    assert "~ New API password" in end.err
    assert "missing" not in end.err, end.err
    assert changes(standin) == [*before, "iam:PutUserPolicy"], "but for the test's own"


def test_the_simulator_is_not_asked_about_a_look_that_was_just_allowed(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    before = len(standin.calls)
    found = one(look(), "permissions")
    asked = [
        action
        for call in standin.calls[before:]
        if call.operation == "SimulatePrincipalPolicy"
        for action in call.params["ActionNames"]
    ]
    assert found.state is CheckState.FINE
    assert asked == ["secretsmanager:GetSecretValue"], "the password for the health check"
