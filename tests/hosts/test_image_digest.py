"""The image that an agent on ECS runs: by its digest, wherever somebody can say it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.corpus import REGION
from tests.hosts.ecs import answers, run
from tests.preflight.conftest import look, one
from tests.support.command import Command
from tests.support.standin import client
from wizard.engine.diff import Action
from wizard.engine.flow import Flow
from wizard.engine.preflight import CheckState
from wizard.local.image.names import FORMAE_IMAGE, REGISTRY_VARIABLE
from wizard.standin.docker.image import Image
from wizard.standin.server import StandIn

HOSTS = {"ecs": "formae-express", "ecs-gateway": "formae-agent"}
TAG = "0.88.1"
NAMED = f"{FORMAE_IMAGE}:{TAG}"
NOWHERE = "http://127.0.0.1:9"


def definition(name: str) -> Any:
    ecs = client("ecs")
    (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
    (task,) = ecs.list_tasks(cluster=name)["taskArns"]
    (running,) = ecs.describe_tasks(cluster=name, tasks=[task])["tasks"]
    assert service["runningCount"] == 1
    arn = running["taskDefinitionArn"]
    return ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]


def image(name: str) -> str:
    return str(definition(name)["containerDefinitions"][0]["image"])


def changes(**given: str) -> dict[str, Action]:
    found = Flow().prepare(answers(**given)).preflight.findings
    return {key: each.action for key, each in found.items() if each.action.changes}


@pytest.mark.parametrize("host", HOSTS)
def test_it_runs_by_digest_and_keeps_it_though_the_tag_moves(
    standin: StandIn, command: Command, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    run(answers(host))
    kept = f"{NAMED}@{Image(TAG).digest}"
    assert image(HOSTS[host]) == kept
    assert changes(host=host) == {}
    found = one(look(host=host), "image")
    assert found.state is CheckState.FINE
    assert "no copy is needed" in found.found

    monkeypatch.setattr(standin.world, "image_share", 500)  # the tag is moved to another image
    assert changes(host=host) == {}
    found = one(look(host=host), "image")
    assert found.warning
    assert found.warning.entry == "FW-IMG-004"
    end = command("status", "--region", REGION)
    assert f"Image {Image(TAG).digest[:31]}" in " ".join(end.out.split())
    assert "--replace-image yes" in end.out
    run(answers(host, replace_image="yes"))
    new = Image(TAG, share=500).digest
    assert image(HOSTS[host]) == f"{NAMED}@{new}"
    assert one(look(host=host), "image").state is CheckState.FINE
    assert changes(host=host) == {}


def test_another_digest_is_drift_and_is_put_back(standin: StandIn, command: Command) -> None:
    run(answers())
    name = HOSTS["ecs-gateway"]
    found = definition(name)
    (container,) = found["containerDefinitions"]
    other = replace(Image(TAG), whole=True).digest
    kept = ("family", "executionRoleArn", "taskRoleArn", "networkMode", "cpu", "memory")
    client("ecs").register_task_definition(
        **{key: found[key] for key in kept},
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{**container, "image": f"{NAMED}@{other}"}],
        tags=[{"key": "app", "value": "formae-agent"}],
    )
    client("ecs").update_service(cluster=name, service=name, taskDefinition=name)
    seen = Flow().prepare(answers()).preflight.findings["task-definition"].differences
    assert f"{NAMED}@{other}" in [each.have for each in seen if each.path == "image"]
    end = command("status", "--region", REGION)
    assert other in end.out
    run(answers())
    assert image(name) == f"{NAMED}@{Image(TAG).digest}"


def test_who_cannot_ask_the_registry_goes_by_the_tag_and_stays_with_it(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = standin.world.registries
    monkeypatch.setenv(REGISTRY_VARIABLE, NOWHERE)
    prepared, _ = run(answers())
    (check,) = (each for each in prepared.preflight.checks if each.id == "image")
    assert check.state is CheckState.UNKNOWN
    assert image(HOSTS["ecs-gateway"]) == NAMED
    monkeypatch.setenv(REGISTRY_VARIABLE, f"{registry}/source")
    assert changes() == {}
    run(answers(replace_image="yes"))
    assert image(HOSTS["ecs-gateway"]) == f"{NAMED}@{Image(TAG).digest}"


def test_a_version_that_does_not_exist_is_told_before_anything_is_made(standin: StandIn) -> None:
    prepared = Flow().prepare(answers(image_version="0.99.0"))
    assert [each.entry for each in prepared.preflight.problems] == ["FW-DOCK-009"]


def test_the_script_runs_the_same_image(standin: StandIn, command: Command) -> None:
    for host in HOSTS:
        end = command("export", "--region", REGION, "--host", host)
        assert f"{NAMED}@{Image(TAG).digest}" in end.out
    end = command("plan", "--offline", "--region", REGION, "--host", host, "--show", "all")
    assert "sha256" not in end.out
