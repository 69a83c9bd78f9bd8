"""App Runner: requests it refuses, services over time, and the shape of every answer."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.standin.shapes import watch
from tests.standin.steps import (
    HEALTH,
    Service,
    get,
    lines,
    make_roles,
    operation,
    policy,
    push_image,
    simple_service,
    status,
    trust,
    until,
)
from tests.support.standin import NewAccount, client
from wizard.standin.durations import BRIEF, Durations
from wizard.standin.server import StandIn

TAGS = [{"Key": "app", "Value": "formae-agent"}]
NEWEST_FIRST = ["DELETE", "RESUME", "PAUSE", "START", "UPDATE", "CREATE"]


def refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def running(**more: Any) -> tuple[Service, str]:
    service = simple_service(**more)
    arn = service.create()["Service"]["ServiceArn"]
    assert operation(arn) == "SUCCEEDED"
    return service, arn


def ended(arn: str) -> tuple[str, str]:
    """How the newest operation ended, and what the service is now."""
    return operation(arn), status(arn)


def test_the_whole_life_and_every_answers_shape(standin: StandIn) -> None:
    apprunner = client("apprunner", config=Config())
    checked = watch(apprunner)
    scaling = scaling_of_one(apprunner)
    service = simple_service(more={"Tags": TAGS, "AutoScalingConfigurationArn": scaling})
    service.create()  # waits until the roles can be assumed
    arn = apprunner.list_services()["ServiceSummaryList"][0]["ServiceArn"]
    assert ended(arn) == ("SUCCEEDED", "RUNNING")
    tags_come_and_go(apprunner, arn)
    apprunner.update_service(ServiceArn=arn, HealthCheckConfiguration=HEALTH | {"Interval": 7})
    assert ended(arn) == ("SUCCEEDED", "RUNNING")
    apprunner.start_deployment(ServiceArn=arn)
    assert ended(arn) == ("SUCCEEDED", "RUNNING")
    apprunner.pause_service(ServiceArn=arn)
    assert ended(arn) == ("SUCCEEDED", "PAUSED")
    assert refused(apprunner.update_service, ServiceArn=arn)[0] == "InvalidStateException"
    apprunner.resume_service(ServiceArn=arn)
    assert ended(arn) == ("SUCCEEDED", "RUNNING")
    in_use = refused(
        apprunner.delete_auto_scaling_configuration, AutoScalingConfigurationArn=scaling
    )
    assert in_use[0] == "InvalidRequestException"
    apprunner.delete_service(ServiceArn=arn)
    assert ended(arn) == ("SUCCEEDED", "DELETED")
    assert apprunner.list_services()["ServiceSummaryList"] == []
    apprunner.describe_service(ServiceArn=arn)
    found = apprunner.list_operations(ServiceArn=arn)["OperationSummaryList"]
    assert [it["Type"].partition("_")[0] for it in found] == NEWEST_FIRST
    apprunner.describe_auto_scaling_configuration(AutoScalingConfigurationArn=scaling)
    apprunner.list_auto_scaling_configurations()
    apprunner.delete_auto_scaling_configuration(AutoScalingConfigurationArn=scaling)
    del service.more["AutoScalingConfigurationArn"]
    second = apprunner.create_service(**service.request)["Service"]
    summary = second["AutoScalingConfigurationSummary"]
    assert summary["AutoScalingConfigurationName"] == "DefaultConfiguration"
    assert len(set(checked)) == 16


def scaling_of_one(apprunner: Any) -> str:
    made = apprunner.create_auto_scaling_configuration(
        AutoScalingConfigurationName="single", MinSize=1, MaxSize=1, MaxConcurrency=200, Tags=TAGS
    )["AutoScalingConfiguration"]
    assert (made["MinSize"], made["MaxSize"], made["MaxConcurrency"]) == (1, 1, 200)
    return str(made["AutoScalingConfigurationArn"])


def tags_come_and_go(apprunner: Any, arn: str) -> None:
    assert apprunner.list_tags_for_resource(ResourceArn=arn)["Tags"] == TAGS
    apprunner.tag_resource(ResourceArn=arn, Tags=[{"Key": "Name", "Value": "x"}])
    apprunner.untag_resource(ResourceArn=arn, TagKeys=["app"])
    left = apprunner.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert left == [{"Key": "Name", "Value": "x"}]


def test_nothing_else_while_an_operation_is_under_way(new_account: NewAccount) -> None:
    new_account(durations=replace(BRIEF, service_create=1_000_000.0))
    apprunner = client("apprunner")
    made = simple_service().create()["Service"]
    arn = made["ServiceArn"]
    assert made["Status"] == "OPERATION_IN_PROGRESS"
    for call in (apprunner.delete_service, apprunner.update_service, apprunner.pause_service):
        assert refused(call, ServiceArn=arn)[0] == "InvalidStateException"
    assert refused(apprunner.start_deployment, ServiceArn=arn)[0] == "InvalidRequestException"


def test_what_the_service_fills_in(standin: StandIn) -> None:
    service = simple_service()
    request = service.request
    request["SourceConfiguration"].pop("AutoDeploymentsEnabled")
    request["InstanceConfiguration"].pop("Cpu")
    del request["HealthCheckConfiguration"]
    request["SourceConfiguration"]["ImageRepository"].pop("ImageConfiguration")
    apprunner = client("apprunner")
    until(lambda: not _fresh(apprunner, request))
    made = apprunner.list_services()["ServiceSummaryList"][0]["ServiceArn"]
    shown = apprunner.describe_service(ServiceArn=made)["Service"]
    assert shown["InstanceConfiguration"]["Cpu"] == "1024"
    assert shown["InstanceConfiguration"]["Memory"] == "2048"
    assert shown["SourceConfiguration"]["AutoDeploymentsEnabled"] is True
    image = shown["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
    assert image["Port"] == "8080"
    assert shown["HealthCheckConfiguration"] == {
        "Protocol": "TCP",
        "Path": "/",
        "Interval": 5,
        "Timeout": 2,
        "HealthyThreshold": 1,
        "UnhealthyThreshold": 5,
    }
    assert shown["NetworkConfiguration"]["IngressConfiguration"]["IsPubliclyAccessible"] is True
    default = apprunner.list_auto_scaling_configurations()["AutoScalingConfigurationSummaryList"][0]
    full = apprunner.describe_auto_scaling_configuration(
        AutoScalingConfigurationArn=default["AutoScalingConfigurationArn"]
    )["AutoScalingConfiguration"]
    assert (full["MinSize"], full["MaxSize"], full["MaxConcurrency"]) == (1, 25, 100)


def _fresh(apprunner: Any, request: dict[str, Any]) -> bool:
    try:
        apprunner.create_service(**request)
    except apprunner.exceptions.InvalidRequestException as error:
        if "Error in assuming" in str(error):
            return True
        raise
    return False


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ServiceName": "-abc"}, "at 'serviceName' failed to satisfy constraint"),
        ({"ServiceName": "has space"}, "regular expression pattern"),
        ({"HealthCheckConfiguration": {"Interval": 21}}, "less than or equal to 20"),
        ({"HealthCheckConfiguration": {"Protocol": "HTTPS"}}, "enum value set: [TCP, HTTP]"),
        ({"InstanceConfiguration": {"Cpu": "3 vCPU"}}, "instanceConfiguration.cpu"),
        ({"InstanceConfiguration": {"Cpu": "256", "Memory": "2048"}}, "Invalid combination"),
        ({"InstanceConfiguration": {"Cpu": "0.5 vCPU", "Memory": "2 GB"}}, "Invalid combination"),
        (
            {
                "AutoScalingConfigurationArn": "arn:aws:apprunner:eu-west-1:123456789012:"
                "autoscalingconfiguration/none"
            },
            "does not exist",
        ),
    ],
)
def test_requests_against_the_model(
    standin: StandIn, change: dict[str, Any], expected: str
) -> None:
    standin.reset(scale=0)
    service = simple_service(more=change)
    assert expected in refused(client("apprunner").create_service, **service.request)[1]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({"RuntimeEnvironmentVariables": {"PORT": "1"}}, "reserved"),
        ({"RuntimeEnvironmentSecrets": {"A": "formae-config"}}, "not the ARN of a secret"),
        ({"StartCommand": "sh\n-c"}, "startCommand"),
        ({"Port": "http"}, "Port http is not valid"),
    ],
)
def test_image_settings(standin: StandIn, image: dict[str, Any], expected: str) -> None:
    standin.reset(scale=0)
    request = simple_service().request
    request["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"] |= image
    assert expected in refused(client("apprunner").create_service, **request)[1]


def test_secrets_need_an_instance_role(standin: StandIn) -> None:
    standin.reset(scale=0)
    service = simple_service(config="arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf")
    request = service.request
    del request["InstanceConfiguration"]["InstanceRoleArn"]
    said = refused(client("apprunner").create_service, **request)[1]
    assert "Instance Role have to be provided" in said


def test_names_are_taken_once(standin: StandIn) -> None:
    standin.reset(scale=0)
    service = simple_service()
    apprunner = client("apprunner")
    apprunner.create_service(**service.request)
    code, message = refused(apprunner.create_service, **service.request)
    assert code == "InvalidRequestException"
    assert message == "Service with the provided name already exists: formae-agent."
    elsewhere = client("apprunner", "us-east-1")
    elsewhere.create_service(**service.request)


def test_lists_come_in_pages(standin: StandIn) -> None:
    standin.reset(scale=0)
    service = simple_service()
    apprunner = client("apprunner")
    for number in range(5):
        service.name = f"formae-{number}"
        apprunner.create_service(**service.request)
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = apprunner.list_services(MaxResults=2, **token)
        found += [it["ServiceName"] for it in page["ServiceSummaryList"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert found == [f"formae-{number}" for number in range(5)]
    assert refused(apprunner.list_services, MaxResults=21)[0] == "ValidationException"
    assert "NextToken" in refused(apprunner.list_services, NextToken="x")[1]


def test_young_roles_cannot_be_assumed(new_account: NewAccount) -> None:
    new_account(durations=Durations(role_propagation=100))
    service = simple_service()
    code, message = refused(client("apprunner").create_service, **service.request)
    assert code == "InvalidRequestException"
    assert message == f"Error in assuming access role {service.access}"
    assert client("apprunner").list_services()["ServiceSummaryList"] == []
    until(lambda: not _fresh(client("apprunner"), service.request))


def test_a_wrong_trust_policy_says_the_same(standin: StandIn) -> None:
    standin.reset(scale=0)
    service = simple_service()
    client("iam").update_assume_role_policy(
        RoleName="formae-instance", PolicyDocument=trust("build.apprunner.amazonaws.com")
    )
    message = refused(client("apprunner").create_service, **service.request)[1]
    assert message == f"Error in assuming instance role {service.instance}"


def failing(service: Service, expected: str) -> str:
    """Create it, see it fail with a line in the service's events; its ARN."""
    arn = str(service.create()["Service"]["ServiceArn"])
    assert operation(arn) == "FAILED"
    assert status(arn) == "CREATE_FAILED"
    assert any(expected in line for line in lines(arn, "service")), lines(arn, "service")
    return arn


def test_a_missing_image(standin: StandIn) -> None:
    service = simple_service()
    service.image = service.image.replace("0.88.1", "0.99.0")
    failing(service, "Failed to pull your application image")


def test_a_missing_pull_policy(standin: StandIn) -> None:
    service = simple_service()
    client("iam").detach_role_policy(
        RoleName="formae-access",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess",
    )
    failing(service, "valid access role to your ECR repository")


def test_a_failed_service_stays_until_deleted(standin: StandIn) -> None:
    service = simple_service()
    service.image = service.image.replace("0.88.1", "0.99.0")
    arn = failing(service, "Failed to pull")
    apprunner = client("apprunner")
    assert "already exists" in refused(apprunner.create_service, **service.request)[1]
    assert refused(apprunner.update_service, ServiceArn=arn)[0] == "InvalidStateException"
    apprunner.delete_service(ServiceArn=arn)
    assert operation(arn) == "SUCCEEDED"
    service.image = service.image.replace("0.99.0", "0.88.1")
    again = service.create()["Service"]
    assert again["ServiceArn"] != arn
    assert operation(again["ServiceArn"]) == "SUCCEEDED"


def test_a_secret_the_role_may_not_read(standin: StandIn) -> None:
    secret = client("secretsmanager").create_secret(Name="formae-config", SecretString="x")["ARN"]
    access, instance = make_roles(
        policy({"Effect": "Allow", "Action": "rds-data:*", "Resource": "*"})
    )
    failing(Service(access, instance, push_image(), secret), "secretsmanager:GetSecretValue")


def test_a_failed_update_goes_back(standin: StandIn) -> None:
    service, arn = running()
    apprunner = client("apprunner")
    before = apprunner.describe_service(ServiceArn=arn)["Service"]
    service.image = service.image.replace("0.88.1", "0.99.0")
    apprunner.update_service(ServiceArn=arn, SourceConfiguration=service.source)
    during = apprunner.describe_service(ServiceArn=arn)["Service"]
    assert during["SourceConfiguration"] != before["SourceConfiguration"]
    assert operation(arn) == "ROLLBACK_SUCCEEDED"
    after = apprunner.describe_service(ServiceArn=arn)["Service"]
    assert after["SourceConfiguration"] == before["SourceConfiguration"]
    assert after["Status"] == "RUNNING"
    assert get(after["ServiceUrl"] + "/api/v1/health") == (200, b"null")


def test_an_update_brings_the_new_version(standin: StandIn) -> None:
    service, arn = running()
    service.image = push_image("0.88.2")
    apprunner = client("apprunner")
    apprunner.update_service(ServiceArn=arn, SourceConfiguration=service.source)
    assert operation(arn) == "SUCCEEDED"
    url = apprunner.describe_service(ServiceArn=arn)["Service"]["ServiceUrl"]
    assert b'"0.88.2"' in get(url + "/api/v1/stats")[1]


def test_a_program_that_ends_never_becomes_healthy(standin: StandIn) -> None:
    service = simple_service()
    service.start = "sh -c echo${IFS}so${IFS}long"
    arn = failing(service, "Health check failed on protocol `HTTP` [Path: '/api/v1/health']")
    assert lines(arn, "application") == ["so long"]


def test_there_is_no_shell_around_the_start_command(standin: StandIn) -> None:
    service = simple_service()
    service.start = "echo one && echo two"
    arn = failing(service, "Health check failed")
    assert lines(arn, "application") == ["one && echo two"]


def test_a_program_that_is_not_there(standin: StandIn) -> None:
    service = simple_service()
    service.start = "/no/such/program"
    arn = failing(service, "Health check failed")
    assert "No such file" in lines(arn, "application")[0]


def test_the_wrong_port_never_becomes_healthy(standin: StandIn) -> None:
    service = simple_service()
    request = service.request
    request["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]["Port"] = "8080"
    apprunner = client("apprunner")
    until(lambda: not _fresh(apprunner, request))
    arn = apprunner.list_services()["ServiceSummaryList"][0]["ServiceArn"]
    standin.world.durations = Durations(start_grace=0.5)
    assert operation(arn) == "FAILED"


def test_paused_nothing_answers(standin: StandIn) -> None:
    _, arn = running()
    apprunner = client("apprunner")
    url = apprunner.describe_service(ServiceArn=arn)["Service"]["ServiceUrl"]
    assert get(url + "/api/v1/health")[0] == 200
    apprunner.pause_service(ServiceArn=arn)
    assert operation(arn) == "SUCCEEDED"
    assert get(url + "/api/v1/health")[0] == 503
    apprunner.resume_service(ServiceArn=arn)
    assert operation(arn) == "SUCCEEDED"
    assert get(url + "/api/v1/health")[0] == 200


def test_scaling_revisions(standin: StandIn) -> None:
    apprunner = client("apprunner")
    name = "AutoScalingConfigurationName"
    arns = [
        apprunner.create_auto_scaling_configuration(**{name: "single", "MaxSize": 1})[
            "AutoScalingConfiguration"
        ]["AutoScalingConfigurationArn"]
        for _ in range(5)
    ]
    assert arns[4].rpartition("/")[0].endswith("single/5")
    code, _ = refused(apprunner.create_auto_scaling_configuration, **{name: "single"})
    assert code == "ServiceQuotaExceededException"
    short = arns[0].rpartition("/")[0].rpartition("/")[0]
    latest = apprunner.describe_auto_scaling_configuration(AutoScalingConfigurationArn=short)
    assert latest["AutoScalingConfiguration"]["AutoScalingConfigurationRevision"] == 5
    assert latest["AutoScalingConfiguration"]["Latest"] is True
    listed = apprunner.list_auto_scaling_configurations(**{name: "single"}, LatestOnly=True)
    assert len(listed["AutoScalingConfigurationSummaryList"]) == 1
    gone = apprunner.delete_auto_scaling_configuration(AutoScalingConfigurationArn=arns[4])
    assert gone["AutoScalingConfiguration"]["Status"] == "INACTIVE"
    assert (
        len(
            apprunner.list_auto_scaling_configurations(**{name: "single"})[
                "AutoScalingConfigurationSummaryList"
            ]
        )
        == 4
    )
    wrong = {name: "other", "MinSize": 3, "MaxSize": 2}
    assert "MinSize" in refused(apprunner.create_auto_scaling_configuration, **wrong)[1]


def test_an_unknown_service(standin: StandIn) -> None:
    arn = "arn:aws:apprunner:eu-west-1:123456789012:service/none/0"
    code, _ = refused(client("apprunner").describe_service, ServiceArn=arn)
    assert code == "ResourceNotFoundException"
