"""What stands in the way is told before the first change, in words, with what would be right."""

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes
from tests.support.command import Command, End
from tests.support.standin import ACCOUNT, REGION, NewAccount, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def refused(end: End, *said: str, code: int = 3) -> None:
    """The run was refused with these words, and nothing else went wrong."""
    assert end.code == code, end.err
    assert end.out == ""
    assert "Traceback" not in end.err
    assert "Internal error in formae-wizard" not in end.err
    for words in said:
        assert words in end.err


def test_an_account_closed_to_app_runner(new_account: NewAccount, command: Command) -> None:
    standin = new_account(closed=True)
    end = command.apply()
    refused(end, "cannot use App Runner", "April 30, 2026", "Nothing was created")
    assert end.err.count("cannot use App Runner") == 1
    assert changes(standin) == []


def test_no_default_vpc(standin: "StandIn", command: Command) -> None:
    standin.delete_default_vpc(REGION)
    refused(command.apply(database="new"), "no default VPC", "create-default-vpc")
    assert changes(standin) == []


def test_no_docker_engine(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    refused(command.apply(through_docker="yes"), "Docker")
    assert changes(standin) == []
    assert command.apply().code == 0  # which needs none


def test_nobody_is_signed_in(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    refused(command.apply(), "not signed in", "aws configure sso")


def test_expired_credentials(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXPIRED000000000")
    refused(command.apply(), "have expired", "Set new credentials in the environment")


def test_a_profile_that_does_not_exist(standin: "StandIn", command: Command) -> None:
    refused(command.apply(profile="nope"), "There is no AWS profile named “nope”")


def test_a_secret_of_someone_else_about_to_be_deleted(standin: "StandIn", command: Command) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="formae-config", SecretString="x")
    secrets.delete_secret(SecretId="formae-config", RecoveryWindowInDays=7)
    before = changes(standin)
    refused(
        command.apply(),
        "formae-config is scheduled for deletion",
        "does not have the tag app=formae-agent",
        "restore-secret",
        "--name",
        "--adopt yes",
    )
    assert changes(standin) == before


@pytest.mark.parametrize("kind", ["secret", "role", "repository", "service"])
def test_a_name_taken_by_someone_else(standin: "StandIn", command: Command, kind: str) -> None:
    match kind:
        case "secret":
            client("secretsmanager").create_secret(Name="formae-config", SecretString="x")
        case "role":
            client("iam").create_role(
                RoleName="formae-apprunner-access", AssumeRolePolicyDocument="{}"
            )
        case "repository":
            client("ecr").create_repository(repositoryName="formae")
        case _:
            _foreign_service()
    before = changes(standin)
    refused(command.apply(), "the wizard did not create it", "--name")
    assert changes(standin) == before


def _foreign_service() -> None:
    client("apprunner").create_service(
        ServiceName="formae-agent",
        SourceConfiguration={
            "ImageRepository": {
                "ImageIdentifier": "public.ecr.aws/aws-containers/hello-app-runner:latest",
                "ImageRepositoryType": "ECR_PUBLIC",
            },
            "AutoDeploymentsEnabled": False,
        },
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"region": "cn-north-1"}, "--region: Any host of the agent (App Runner"),
        ({"memory": "1 GB"}, "--memory: The agent needs at least 2 GB"),
        ({"cpu": "1", "memory": "8"}, "--memory: App Runner does not offer"),
        ({"min_capacity": "0.3"}, "--min-capacity"),
        ({"name": "Formae!"}, "--name: Use lowercase letters"),
        ({"scope": "admin"}, "--scope: “admin” is not one of the choices"),
        ({"scope": "services"}, "--services: Choose at least one"),
        ({"scope": "services", "services": "IAM"}, "--services: IAM is not offered"),
        ({"scope": "file", "policy_file": "/nowhere"}, "--policy-file: The file /nowhere"),
        ({"image_version": "not a tag"}, "--image-version"),
        ({"database": "existing"}, "--cluster-arn: That is not the ARN"),
        (
            {
                "database": "existing",
                "cluster_arn": f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:x",
                "cluster_secret_arn": "x",
            },
            "only use one in its own region",
        ),
        (
            {
                "database": "existing",
                "cluster_arn": f"arn:aws:rds:{REGION}:999999999999:cluster:x",
                "cluster_secret_arn": (
                    f"arn:aws:secretsmanager:{REGION}:999999999999:secret:x-AbC123"
                ),
            },
            "is in account 999999999999",
        ),
    ],
)
def test_impossible_answers(
    standin: "StandIn", command: Command, flags: dict[str, str], said: str
) -> None:
    refused(command.apply(**flags), said, code=2)
    assert changes(standin) == []


def test_a_version_aws_has_withdrawn(standin: "StandIn", command: Command) -> None:
    refused(command.apply(engine_version="16.4"), "16.4 is not available", "--engine-version")


def test_an_unknown_region_cannot_be_reached(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    refused(command.apply(region="xx-new-1"), "AWS cannot be reached")


def test_it_is_not_begun_without_a_yes(standin: "StandIn", command: Command) -> None:
    refused(command("apply", "--region", REGION), "add --yes", code=2)
    assert changes(standin) == []


def test_a_weak_password_is_refused_without_being_shown(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", "hunter2")
    end = command.apply()
    refused(end, "at least 12", code=2)
    assert "hunter2" not in end.err


def test_the_full_screen_needs_a_terminal(command: Command) -> None:
    end = command()
    refused(end, "needs a terminal", "apply --yes", code=2)
    assert end.err.index("formae-wizard plan") < end.err.index("formae-wizard apply"), (
        "the first that is told makes nothing"
    )


def test_an_unknown_flag(command: Command) -> None:
    for words, usage, meant in (
        (("apply", "--regoin", "x"), "usage: formae-wizard apply ", "--region"),
        (("status", "--yes", "--regoin=x"), "usage: formae-wizard status ", "--region"),
        (("--regoin", "x"), "usage: formae-wizard [OPTION", "--region"),
        (("statsu",), "usage: formae-wizard [OPTION", "status"),
        (("destroy", "--database-data", "kep"), "usage: formae-wizard destroy ", "keep"),
    ):
        end = command(*words)
        assert end.code == 2
        assert end.err.startswith(usage)
        assert f"Did you mean {meant}?" in end.err, end.err


def test_a_broken_certificate_setting(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere.pem")
    end = command.apply()
    assert end.code != 0
    assert "Traceback" not in end.err
    assert os.environ["AWS_CA_BUNDLE"] == "/nowhere.pem"
