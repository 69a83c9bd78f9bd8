"""The whole script changes nothing that is there: what is not ours or differs ends it at once."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adoption.test_adoption import BY_HAND, VERSION
from tests.parity.worlds import World, environment
from tests.support.account import secret, service
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, NewAccount, client
from tests.support.tiers import second_tier, unsampled

ROLE = "formae-apprunner-instance"
TOLD = (
    "the wizard did not create it, or it differs from this script",
    "formae-wizard plan",
    "formae-wizard apply",
)


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


def tags_by_hand() -> None:
    arn = service()["ServiceArn"]
    client("apprunner").untag_resource(ResourceArn=arn, TagKeys=["app"])


def trust_by_hand() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").update_assume_role_policy(RoleName=ROLE, PolicyDocument=text)


def secret_away() -> None:
    client("secretsmanager").delete_secret(SecretId="formae-config", RecoveryWindowInDays=7)


DRIFTS: dict[str, Callable[[], object]] = {
    "capacity": lambda: client("rds").modify_db_cluster(
        DBClusterIdentifier="formae-db",
        ServerlessV2ScalingConfiguration={"MinCapacity": 1, "MaxCapacity": 8},
        ApplyImmediately=True,
    ),
    "config": lambda: client("secretsmanager").put_secret_value(
        SecretId="formae-config", SecretString=f"{secret('formae-config')}// by hand\n"
    ),
    "trust": trust_by_hand,
    "wider permissions": lambda: client("iam").put_role_policy(
        RoleName=ROLE,
        PolicyName="formae-data-api",
        PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",'
        '"Resource":"*"}]}',
    ),
    "tags": tags_by_hand,
    "a secret on its way out": secret_away,
}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("capacity", "tags"), marks=second_tier),
        pytest.param(("config", "trust"), marks=unsampled),
        pytest.param(("wider permissions", "a secret on its way out"), marks=unsampled),
    ],
)
def test_drift_ends_it_before_anything_is_changed(
    names: tuple[str, ...],
    new_account: NewAccount,
    command: Command,
    tmp_path: Path,
    quick_aws: QuickAws,
) -> None:
    """One drift after the other, each on the account as it was; the last is another size."""
    world = World(["--region", REGION], new_account(), command, tmp_path)
    world.live()
    deployed = world.standin.keep()
    for name in names:
        DRIFTS[name]()
        world.changes()
        done = world.script(aws=quick_aws.folder)
        assert done.returncode == 3, f"{name}: {done.stderr}"
        assert all(each in done.stderr for each in TOLD), f"{name}: {done.stderr}"
        assert world.changes() == [], name
        new_account().put_back(deployed)
        world.changes()
    done = world.script("--cpu", "2", "--memory", "4", aws=quick_aws.folder)
    assert done.returncode == 3, done.stderr
    assert world.changes() == []


def test_a_walkthrough_by_hand_is_not_taken_over(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    world = World(["--region", REGION], new_account(), command, tmp_path)
    subprocess.run(
        ["bash", BY_HAND, tmp_path, REGION, VERSION],
        env={**os.environ, **environment(quick_aws.folder)},
        capture_output=True,
        check=True,
    )
    world.changes()
    done = world.script(aws=quick_aws.folder)
    assert done.returncode == 3
    assert all(each in done.stderr for each in TOLD), done.stderr
    assert world.changes() == []


def test_another_password_than_the_stored_one_ends_it(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    world = World(["--region", REGION], new_account(), command, tmp_path)
    world.live()
    world.changes()
    (tmp_path / "password").write_text("another password 4711\n")
    done = world.script(aws=quick_aws.folder)
    assert done.returncode == 3, done.stderr
    assert world.changes() == []


@second_tier
def test_a_service_that_never_came_up_shows_the_agents_last_lines(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    world = World(["--region", REGION], new_account(), command, tmp_path)
    roles = world.standin.world.roles
    roles.may = lambda *_: False  # type: ignore[method-assign]
    try:
        failed = world.script(aws=quick_aws.folder)
    finally:
        del roles.may
    assert failed.returncode == 1
    assert "FAILED" in failed.stderr
    assert "run this script again" in failed.stderr
    world.changes()
    again = world.script(aws=quick_aws.folder)
    assert again.returncode == 3, "what failed is left to the wizard"
    assert world.changes() == []
