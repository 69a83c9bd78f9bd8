"""Environment variables that others gave an agent on ECS: no drift, and every change keeps them."""

from typing import Any

import pytest

from tests.corpus import REGION
from tests.hosts.ecs import answers, run, running
from tests.hosts.test_image_digest import HOSTS, changes, definition
from tests.support.command import Command
from tests.support.standin import client
from tests.support.tiers import tail
from wizard.engine.flow import Flow
from wizard.plan.resources.common import FINGERPRINT
from wizard.plan.resources.secrets import PASSWORD, USER, VERSION

THEIRS = {"name": "HTTPS_PROXY", "value": "http://user:hunter2@proxy:3128"}
STEPS = {"ecs": "service", "ecs-gateway": "task-definition"}


def container(name: str) -> Any:
    (found,) = definition(name)["containerDefinitions"]
    return found


def add(host: str, name: str) -> None:
    ecs, found = client("ecs"), definition(name)
    if host == "ecs":
        (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
        arn = service["serviceArn"]
        told = ecs.describe_express_gateway_service(serviceArn=arn)["service"]
        now = told["activeConfigurations"][0]["primaryContainer"]
        changed = {**now, "environment": [THEIRS, *now["environment"]]}
        ecs.update_express_gateway_service(serviceArn=arn, primaryContainer=changed)
        return
    now = container(name)
    kept = ("family", "executionRoleArn", "taskRoleArn", "networkMode", "cpu", "memory")
    ecs.register_task_definition(
        **{key: found[key] for key in (*kept, "runtimePlatform", "requiresCompatibilities")},
        containerDefinitions=[{**now, "environment": [THEIRS, *now["environment"]]}],
        tags=[{"key": "app", "value": "formae-agent"}, {"key": "Name", "value": name}],
    )
    ecs.update_service(cluster=name, service=name, taskDefinition=name)


@pytest.mark.parametrize("host", tail([(host,) for host in HOSTS]))
@pytest.mark.usefixtures("standin")
def test_they_stay_and_are_no_drift(command: Command, host: str) -> None:
    running(host=host)
    name = HOSTS[host]
    add(host, name)
    seen = Flow().prepare(answers(host)).preflight.findings[STEPS[host]]
    assert "environment variables: HTTPS_PROXY" in seen.theirs
    assert STEPS[host] not in changes(host=host)

    end = command("export", "--changes", "--region", REGION, "--host", host, "--memory", "4 GB")
    assert end.code != 0
    assert "a script cannot keep the environment variables that others added" in end.err
    assert "hunter2" not in end.out + end.err
    run(answers(host, memory="4 GB", datastore="data-api"))
    now = container(name)
    assert [each for each in now["environment"] if each["name"] == THEIRS["name"]] == [THEIRS]
    ours = [each["name"] for each in now["environment"] if each != THEIRS]
    assert ours.count(FINGERPRINT) == 1
    assert not {VERSION, USER, PASSWORD} & {*ours, *(each["name"] for each in now["secrets"])}
    assert changes(host=host, memory="4 GB", datastore="data-api") == {}
