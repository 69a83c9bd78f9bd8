"""The endpoint itself: callers, regions, faults, the diary, a fresh account."""

import urllib.error
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.standin import ACCOUNT, NewAccount, client
from wizard.standin.durations import Durations
from wizard.standin.server import StandIn

ONCE = Config(retries={"total_max_attempts": 1})


def code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def test_real_boto3_meets_the_account(standin: StandIn) -> None:
    assert client("sts").get_caller_identity()["Account"] == ACCOUNT
    assert client("iam").list_account_aliases()["AccountAliases"] == []
    assert client("ec2").describe_vpcs()["Vpcs"][0]["IsDefault"]


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("sts", "get_caller_identity", "ExpiredToken"),
        ("iam", "list_roles", "ExpiredToken"),
        ("rds", "describe_db_clusters", "ExpiredToken"),
        ("apprunner", "list_services", "ExpiredTokenException"),
        ("secretsmanager", "list_secrets", "ExpiredTokenException"),
    ],
)
def test_expired_credentials_are_told_in_each_protocol(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch, service: str, operation: str, expected: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXPIRED000000000")
    with pytest.raises(ClientError) as caught:
        getattr(client(service), operation)()
    assert code(caught.value) == expected
    assert "expired" in str(caught.value)


def test_everybody_is_expired_on_demand(standin: StandIn) -> None:
    standin.behaviour.expired = True
    with pytest.raises(ClientError, match="ExpiredToken"):
        client("sts").get_caller_identity()


def test_an_unsigned_request_is_refused(standin: StandIn) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(standin.environment()["AWS_ENDPOINT_URL"])
    assert caught.value.code == 403


def test_a_closed_account_gets_the_subscription_error(new_account: NewAccount) -> None:
    new_account(closed=True)
    with pytest.raises(ClientError) as caught:
        client("apprunner").list_services(MaxResults=1)
    assert code(caught.value) == "SubscriptionRequiredException"
    assert "The AWS Access Key Id needs a subscription for the service" in str(caught.value)
    assert client("ecr").describe_repositories()["repositories"] == []


def test_regions_are_apart(standin: StandIn) -> None:
    client("ecr", "us-east-1").create_repository(repositoryName="formae")
    assert client("ecr", "eu-west-1").describe_repositories()["repositories"] == []
    client("apprunner", "us-east-1").create_auto_scaling_configuration(
        AutoScalingConfigurationName="single"
    )
    here = client("apprunner", "eu-west-1").list_auto_scaling_configurations()
    assert len(here["AutoScalingConfigurationSummaryList"]) == 1


def test_faults_strike_as_often_as_asked(standin: StandIn) -> None:
    standin.fail("ecr", "DescribeRepositories", "ServerException", "not today", times=2)
    ecr = client("ecr", config=ONCE)
    for _ in range(2):
        with pytest.raises(ClientError, match="not today"):
            ecr.describe_repositories()
    assert ecr.describe_repositories()["repositories"] == []


def test_faults_have_the_status_and_protocol_asked_for(standin: StandIn) -> None:
    standin.fail("rds", "*", "Throttling", "Rate exceeded", status=503)
    rds = client("rds", config=ONCE)
    with pytest.raises(ClientError) as caught:
        rds.describe_db_clusters()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert code(caught.value) == "Throttling"


def test_calls_are_kept_with_their_parameters(standin: StandIn) -> None:
    client("secretsmanager").create_secret(Name="one", SecretString="x")
    client("apprunner").list_services(MaxResults=3)
    last = standin.calls[-2:]
    assert [str(call) for call in last] == ["secretsmanager:CreateSecret", "apprunner:ListServices"]
    assert last[0].params["Name"] == "one"
    assert last[1].params == {"MaxResults": 3}
    assert {call.region for call in last} == {"eu-west-1"}


def test_a_reset_is_a_new_account(standin: StandIn) -> None:
    client("secretsmanager").create_secret(Name="one", SecretString="x")
    client("iam").create_role(RoleName="role", AssumeRolePolicyDocument="{}")
    standin.reset()
    assert client("secretsmanager").list_secrets()["SecretList"] == []
    assert client("iam").list_roles()["Roles"] == []
    assert len(standin.calls) == 2


def test_an_unknown_operation_is_told(standin: StandIn) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        client("apprunner").list_vpc_connectors()


@pytest.mark.parametrize(
    "name",
    [
        "PowerUserAccess",
        "ReadOnlyAccess",
        "service-role/AWSAppRunnerServicePolicyForECRAccess",
    ],
)
def test_managed_policies_exist(standin: StandIn, name: str) -> None:
    found = client("iam").get_policy(PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    assert found["Policy"]["IsAttachable"]


def test_latency_is_waited_for_when_asked(new_account: NewAccount) -> None:
    import time

    standin = new_account(scale=1.0, durations=Durations(call=0.3))
    standin.behaviour.latency = True
    sts = client("sts")
    start = time.monotonic()
    sts.get_caller_identity()
    assert time.monotonic() - start >= 0.3
