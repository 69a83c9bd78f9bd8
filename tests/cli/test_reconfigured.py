"""One setting after the other changed on what runs: each arrives, alone, and where it must.

What is not named stays as it is deployed: the answers are read back from the account every time.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.support.account import changes, secret, service
from tests.support.deployed import ACCOUNTS
from tests.support.standin import ACCOUNT, REGION, client, passes
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.aws.live import ask
from wizard.base.secret import Secret
from wizard.engine.apply import Outcome
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight
from wizard.engine.resolve_answers import resolve

RECORD = "secretsmanager:TagResource"
STORED = "secretsmanager:PutSecretValue"
ROLLED = "apprunner:UpdateService"
ROLE = "formae-apprunner-instance"


def apply(password: str = "", **flags: str) -> Outcome:
    """What `apply` does with these flags, without its preflight."""
    flow = Flow({"api": Secret(password)} if password else {})
    given = resolve({Source.FLAG: {"region": REGION, "client_config": "no", **flags}}, flow)
    prepared = Prepared(given, flow.plan(given, ACCOUNT), Preflight((), {}), "", ACCOUNT)
    return flow.run(prepared, lambda _event: None, threading.Event())


def answer(password: str = "") -> Any:
    """What the running agent says to somebody with that password, or with none."""
    user = ("formae", password) if password else ()
    return ask(f"https://{service()['ServiceUrl']}/api/v1/stats", *user)


def attached() -> set[str]:
    """Names of the policies attached to the agent's role."""
    found = client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    return {each["PolicyName"] for each in found}


def actions() -> set[str]:
    """The services in whose actions the agent's own policy is."""
    iam, arn = client("iam"), f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-1"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return {each.split(":")[0] for part in found["Statement"] for each in part["Action"]}


def capacity() -> tuple[float, float]:
    """The cluster's range."""
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    found = cluster["ServerlessV2ScalingConfiguration"]
    return found["MinCapacity"], found["MaxCapacity"]


def stored_password() -> str:
    """The API password in the secret."""
    return str(json.loads(secret("formae-api-creds"))["password"])


def tag(key: str) -> set[str | None]:
    """The values that the tag has, on secrets, database, roles, repository and service."""
    places = [
        *(each["Tags"] for each in client("secretsmanager").list_secrets()["SecretList"]),
        client("rds").describe_db_clusters()["DBClusters"][0]["TagList"],
        client("iam").get_role(RoleName=ROLE)["Role"]["Tags"],
        client("apprunner").list_tags_for_resource(ResourceArn=service()["ServiceArn"])["Tags"],
    ]
    return {{each["Key"]: each["Value"] for each in tags}.get(key) for tags in places}


@dataclass(frozen=True)
class Setting:
    """A change, the calls it must make and no others, and what is then so."""

    flags: dict[str, str]
    calls: list[str]
    arrived: Callable[[], bool]
    password: str = ""


SETTINGS = [
    Setting({"max_capacity": "8"}, ["rds:ModifyDBCluster", RECORD], lambda: capacity() == (0.5, 8)),
    Setting({"min_capacity": "2"}, ["rds:ModifyDBCluster", RECORD], lambda: capacity() == (2, 8)),
    Setting(
        {"cpu": "2", "memory": "6"},
        [RECORD, ROLLED],
        lambda: (
            (
                service()["InstanceConfiguration"]["Cpu"],
                service()["InstanceConfiguration"]["Memory"],
            )
            == ("2048", "6144")
        ),
    ),
    Setting(
        {"scope": "services", "services": "S3"},
        ["iam:CreatePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", RECORD],
        lambda: attached() == {"formae-agent-1"} and "sqs" not in actions(),
    ),
    Setting(
        {"services": "S3,SQS"},
        ["iam:CreatePolicyVersion", RECORD],
        lambda: {"s3", "sqs"} <= actions(),
    ),
    Setting(
        {"services": "SQS"},
        ["iam:CreatePolicyVersion", RECORD],
        lambda: "sqs" in actions() and "s3" not in actions(),
    ),
    Setting(
        {"scope": "policies", "policy_arns": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        [
            *("iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:TagRole", RECORD),
            *["iam:DeletePolicyVersion"] * 2,
            "iam:DeletePolicy",
        ],
        lambda: attached() == {"ReadOnlyAccess"},
    ),
    Setting(
        {"hide_itself": "no"},
        [STORED, RECORD, ROLLED],
        lambda: "discoveryFilters" not in secret("formae-config"),
    ),
    Setting(
        {},
        [STORED, STORED, ROLLED],
        lambda: answer("one of my own").status == 200,
        password="one of my own",
    ),
    Setting(
        {"api_user": "ops"},
        [STORED, STORED, RECORD, ROLLED],
        lambda: answer("one of my own").status == 401,
    ),
    Setting({"api_user": "formae"}, [STORED, STORED, RECORD, ROLLED], lambda: True),
    Setting({"protect": "no"}, [STORED, RECORD, ROLLED], lambda: answer().status == 200),
    Setting(
        {"protect": "yes"},
        [STORED, RECORD, ROLLED],
        lambda: answer().status == 401 and answer(stored_password()).status == 200,
    ),
    Setting(
        {"image_version": "0.88.0"},
        [RECORD, ROLLED],
        lambda: answer(stored_password()).body["Version"] == "0.88.0",
    ),
    Setting({"tags": "team=a"}, [], lambda: tag("team") == {"a"}),
    Setting({"tags": "team=b,cost/centre=42"}, [], lambda: tag("team") == {"b"}),
    Setting(
        {"tags": "team=b"},
        [
            "apprunner:TagResource",  # the record
            *["apprunner:UntagResource"] * 2,
            "ecr:UntagResource",
            *["iam:UntagRole"] * 2,
            *["rds:RemoveTagsFromResource"] * 2,
            *["secretsmanager:UntagResource"] * 3,
        ],
        lambda: (tag("team"), tag("cost/centre"), tag("mine")) == ({"b"}, {None}, {None, "kept"}),
    ),
]


@pytest.fixture
def deployed(standin: Any) -> Any:
    """A stand-in with an agent that runs."""
    with ACCOUNTS.having({"preflight": "no"}) as made:
        assert made or apply().ok
    return standin


@unsampled_tier
def test_each_setting_alone_arrives(deployed: Any) -> None:
    """And is then how it is deployed: otherwise it would be among the calls of the next."""
    for setting, following in pairwise([*SETTINGS, None]):
        assert setting
        passes(600)
        client("iam").tag_role(RoleName=ROLE, Tags=[{"Key": "mine", "Value": "kept"}])
        before = len(changes(deployed))
        outcome = apply(setting.password, **setting.flags)
        assert outcome.ok, (setting.flags, outcome.errors)
        assert setting.arrived(), setting.flags
        made = changes(deployed)[before:]
        if setting.calls:
            assert Counter(made) == Counter(setting.calls), setting.flags
        else:
            assert ROLLED not in made, "a tag is no reason to deploy anew"
        if following is None or not following.calls:
            before = len(changes(deployed))
            assert apply().ok
            assert changes(deployed)[before:] == [], f"{setting.flags} is how it is deployed now"


def test_another_major_version_is_refused_and_not_passed_over(deployed: Any) -> None:
    before = len(changes(deployed))
    ((step, problem),) = apply(engine_version="17").errors
    assert step == "cluster"
    assert "a different major version of PostgreSQL than 17" in problem.what
    assert not [each for each in changes(deployed)[before:] if each != RECORD]


def test_a_rollout_that_fails_leaves_the_one_before_and_the_next_arrives(deployed: Any) -> None:
    deny = {"Effect": "Deny", "Action": "rds-data:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    client("iam").put_role_policy(RoleName=ROLE, PolicyName="forbid", PolicyDocument=document)
    outcome = apply(cpu="2", memory="4")
    ((step, problem),) = outcome.errors
    assert step == "service"
    assert "ROLLBACK_SUCCEEDED" in problem.why
    assert "migrations" in problem.why, "the application's own words"
    assert service()["Status"] == "RUNNING"
    assert service()["InstanceConfiguration"]["Cpu"] == "1024", "the one before runs"
    assert answer(stored_password()).status == 200
    client("iam").delete_role_policy(RoleName=ROLE, PolicyName="forbid")
    assert apply(cpu="2", memory="4").ok
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"
