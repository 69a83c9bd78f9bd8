"""Faults on demand: each kind as a real client meets it, at the call it was asked for."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.support.standin import client
from wizard.standin.call import AwsError
from wizard.standin.faults import Fault, HungUp, Kind, fault
from wizard.standin.server import StandIn

ONCE = Config(retries={"total_max_attempts": 1})
HASTY = Config(retries={"total_max_attempts": 1}, read_timeout=0.5)
"""For calls that are never answered; others may take long on a busy machine."""
UNANSWERED = {Kind.SILENT, Kind.LATE}
ENDS: tuple[tuple[Kind, str, type[Exception], str, int], ...] = (
    (Kind.THROTTLED, "rds", ClientError, "Throttling", 400),
    (Kind.THROTTLED, "ecr", ClientError, "ThrottlingException", 400),
    (Kind.THROTTLED, "ec2", ClientError, "RequestLimitExceeded", 503),
    (Kind.INTERNAL, "apprunner", ClientError, "InternalServiceErrorException", 500),
    (Kind.INTERNAL, "rds", ClientError, "InternalFailure", 500),
    (Kind.UNAVAILABLE, "iam", ClientError, "ServiceUnavailable", 503),
    (Kind.RESET, "rds", ConnectionClosedError, "", 0),
    (Kind.LOST, "rds", ConnectionClosedError, "", 0),
    (Kind.SILENT, "ecr", ReadTimeoutError, "", 0),
    (Kind.LATE, "ecr", ReadTimeoutError, "", 0),
    (Kind.DENIED, "secretsmanager", ClientError, "AccessDeniedException", 400),
    (Kind.DENIED, "iam", ClientError, "AccessDenied", 403),
    (Kind.DENIED, "ec2", ClientError, "UnauthorizedOperation", 403),
    (Kind.EXPIRED, "apprunner", ClientError, "ExpiredTokenException", 400),
    (Kind.EXPIRED, "sts", ClientError, "ExpiredToken", 403),
)
ASKED: dict[str, tuple[str, str]] = {
    "rds": ("DescribeDBClusters", "describe_db_clusters"),
    "ecr": ("DescribeRepositories", "describe_repositories"),
    "ec2": ("DescribeVpcs", "describe_vpcs"),
    "iam": ("ListRoles", "list_roles"),
    "apprunner": ("ListServices", "list_services"),
    "secretsmanager": ("ListSecrets", "list_secrets"),
    "sts": ("GetCallerIdentity", "get_caller_identity"),
}


@pytest.mark.parametrize(("kind", "service", "error", "code", "status"), ENDS)
def test_it_comes_in_the_words_of_the_service(
    standin: StandIn, kind: Kind, service: str, error: type[Exception], code: str, status: int
) -> None:
    operation, method = ASKED[service]
    standin.disturb(fault(kind, service, operation))
    config = HASTY if kind in UNANSWERED else ONCE
    disturbed: Callable[[], Any] = getattr(client(service, config=config), method)
    with pytest.raises(error) as caught:
        disturbed()
    if isinstance(caught.value, ClientError):
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    getattr(client(service), method)()


def test_it_strikes_at_the_call_it_was_asked_for(standin: StandIn) -> None:
    standin.disturb(fault(Kind.INTERNAL, "ecr", "DescribeRepositories", nth=3))
    ecr = client("ecr", config=ONCE)
    ecr.describe_repositories()
    ecr.describe_repositories()
    with pytest.raises(ClientError):
        ecr.describe_repositories()
    ecr.describe_repositories()


@pytest.mark.parametrize(
    ("kind", "there"),
    [(Kind.RESET, []), (Kind.SILENT, []), (Kind.LOST, ["formae"]), (Kind.LATE, ["formae"])],
)
def test_applied_or_not(standin: StandIn, kind: Kind, there: list[str]) -> None:
    standin.disturb(fault(kind, "ecr", "CreateRepository"))
    hasty = client("ecr", config=HASTY if kind in UNANSWERED else ONCE)
    with pytest.raises((ConnectionClosedError, ReadTimeoutError)):
        hasty.create_repository(repositoryName="formae")
    found = client("ecr").describe_repositories()["repositories"]
    assert [each["repositoryName"] for each in found] == there


def test_a_refused_call_whose_answer_is_lost_stays_refused(standin: StandIn) -> None:
    ecr = client("ecr", config=ONCE)
    ecr.create_repository(repositoryName="formae")
    standin.disturb(fault(Kind.LOST, "ecr", "CreateRepository"))
    with pytest.raises(ConnectionClosedError):
        ecr.create_repository(repositoryName="formae")
    with pytest.raises(ClientError, match="RepositoryAlreadyExistsException"):
        ecr.create_repository(repositoryName="formae")


def test_a_client_can_be_killed_at_that_very_moment(standin: StandIn) -> None:
    code = (
        "import boto3; print('began', flush=True); "
        "boto3.client('ecr', region_name='eu-west-1').create_repository(repositoryName='formae')"
    )
    victim = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    standin.disturb(
        Fault(
            service="ecr",
            operation="CreateRepository",
            outcome=HungUp(),
            applied=True,
            meanwhile=victim.kill,
        )
    )
    out, _ = victim.communicate(timeout=60)
    assert victim.returncode == -9
    assert out == "began\n"
    assert len(client("ecr").describe_repositories()["repositories"]) == 1


def test_a_new_account_is_undisturbed(standin: StandIn) -> None:
    standin.disturb(Fault(service="ecr", operation="*", outcome=AwsError("Nope", "no"), times=1000))
    standin.reset()
    client("ecr", config=ONCE).describe_repositories()
