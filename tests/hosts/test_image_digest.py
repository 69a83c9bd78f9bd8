"""The image that an agent on ECS runs: by its digest, wherever somebody can say it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.corpus import REGION
from tests.hosts.ecs import answers, destroyed, run, running, there
from tests.preflight.conftest import look, one
from tests.support.command import Command
from tests.support.standin import client
from tests.support.tiers import tail, unsampled, unsampled_tier
from wizard.engine.account.deployments import deployments
from wizard.engine.account.read_answers import deployed
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


def cpu(name: str) -> str:
    return str(definition(name)["runtimePlatform"]["cpuArchitecture"])


def changes(**given: str) -> dict[str, Action]:
    found = Flow().prepare(answers(**given)).preflight.findings
    return {key: each.action for key, each in found.items() if each.action.changes}


@pytest.mark.parametrize("host", [*HOSTS][:1] + tail([(host,) for host in [*HOSTS][1:]]))
def test_it_runs_by_digest_and_keeps_it_though_the_tag_moves(
    standin: StandIn, command: Command, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    running(host=host)
    kept = f"{NAMED}@{Image(TAG).digest}"
    assert image(HOSTS[host]) == kept
    assert changes(host=host) == {}
    found = one(look(host=host), "image")
    assert found.state is CheckState.FINE
    shown = f"linux/amd64, linux/arm64, 0.3 MB, {Image(TAG).digest[:19]}…; AWS pulls it"
    assert found.found.startswith(shown)

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


@unsampled_tier
def test_another_digest_is_drift_and_is_put_back(standin: StandIn, command: Command) -> None:
    running()
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


@unsampled_tier
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


@unsampled_tier
@pytest.mark.parametrize("host", ["ecs", pytest.param("ecs-gateway", marks=unsampled)])
def test_it_can_run_a_copy_in_its_own_repository(
    standin: StandIn, command: Command, host: str
) -> None:
    before = there()
    run(answers(host, copy_image="yes"))
    (kept,) = there()["repositories"]
    assert kept["repositoryName"] == "formae/agent"
    copied = rf"\d+\.dkr\.ecr\.{REGION}\.amazonaws\.com/formae/agent:{TAG}@sha256:[0-9a-f]{{64}}"
    assert re.fullmatch(copied, image(HOSTS[host]))
    assert changes(host=host, copy_image="yes") == {}
    seen = one(look(host=host, copy_image="yes"), "image")
    assert (seen.state, seen.found) == (
        CheckState.FINE,
        "already in ECR, the same as its source's",
    )
    end = command("status", "--region", REGION)
    assert "Image sha256:" in " ".join(end.out.split())
    (found,) = deployments(Flow().snapshot("", REGION).call, REGION).deployments
    assert found.name == "formae"

    assert command("plan", "--region", REGION, "--client-config", "no").code == 0
    plan = command("plan", "--region", REGION, "--copy-image", "no")
    assert "The repository formae/agent stays in ECR" in " ".join(plan.err.split())
    run(answers(host))
    assert image(HOSTS[host]) == f"{NAMED}@{Image(TAG).digest}"
    assert changes(host=host) == {}
    assert there()["repositories"]
    destroyed(answers(host))
    assert there() == before


@pytest.mark.parametrize(
    ("host", "copied"),
    [
        ("ecs-gateway", "yes"),
        *(
            pytest.param(*case, marks=unsampled)
            for case in (("ecs", "yes"), ("ecs", "no"), ("ecs-gateway", "no"))
        ),
    ],
)
def test_it_can_run_on_arm64_and_go_back(
    standin: StandIn, command: Command, host: str, copied: str
) -> None:
    arm = {"architecture": "arm64", "copy_image": copied}
    run(answers(host, copy_image=copied))
    assert cpu(HOSTS[host]) == "X86_64"
    assert {"service"} <= changes(host=host, **arm).keys()
    run(answers(host, **arm))
    assert cpu(HOSTS[host]) == "ARM64"
    built = Image(TAG, architecture="arm64").digest
    assert image(HOSTS[host]).endswith(f"-arm64@{built}" if copied == "yes" else f":{TAG}@{built}")
    assert command("plan", "--region", REGION, "--client-config", "no").code == 0
    read = deployed(Flow().snapshot("", REGION).call, REGION, "formae")
    assert (read.answers["architecture"], read.answers["image_version"]) == ("arm64", TAG)
    run(answers(host, copy_image=copied, architecture="x86_64"))
    assert cpu(HOSTS[host]) == "X86_64"


@unsampled_tier
@pytest.mark.parametrize("host", ["ecs-gateway", pytest.param("ecs", marks=unsampled)])
def test_another_architecture_is_drift_and_is_put_back(
    standin: StandIn, command: Command, host: str
) -> None:
    run(answers(host))
    name, ecs = HOSTS[host], client("ecs")
    if host == "ecs":
        (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
        told = ecs.describe_express_gateway_service(serviceArn=service["serviceArn"])["service"]
        container = {
            **told["activeConfigurations"][0]["primaryContainer"],
            "image": f"{NAMED}@{Image(TAG, architecture='arm64').digest}",
        }
        ecs.update_express_gateway_service(
            serviceArn=service["serviceArn"], cpuArchitecture="ARM64", primaryContainer=container
        )
    else:
        found = definition(name)
        kept = ("family", "executionRoleArn", "taskRoleArn", "networkMode", "cpu", "memory")
        ecs.register_task_definition(
            **{key: found[key] for key in (*kept, "containerDefinitions")},
            runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            requiresCompatibilities=["FARGATE"],
            tags=[{"key": "app", "value": "formae-agent"}],
        )
        arn = ecs.list_task_definitions(sort="DESC")["taskDefinitionArns"][0]
        ecs.update_service(cluster=name, service=name, taskDefinition=arn)
    standin.world.clock.wait(1800)
    drift = deployed(Flow().snapshot("", REGION).call, REGION, "formae").drift
    assert [(each.name, each.chosen, each.now) for each in drift] == [
        ("architecture", "x86_64", "arm64")
    ]
    run(answers(host))
    assert cpu(name) == "X86_64"


def test_an_image_for_another_architecture_is_told_beforehand(standin: StandIn) -> None:
    prepared = Flow().prepare(answers(architecture="arm64", image_version="0.88.1-dev.3"))
    (problem,) = prepared.preflight.problems
    assert problem.entry == "FW-DOCK-008"
    assert "does not exist for linux/arm64" in problem.what


@unsampled_tier
def test_a_copy_goes_with_the_host_that_needed_it(standin: StandIn) -> None:
    run(answers(copy_image="yes"))
    run(answers("apprunner"))
    (kept,) = there()["repositories"]
    assert kept["repositoryName"] == "formae"
    run(answers("ecs", copy_image="yes"))
    (kept,) = there()["repositories"]
    assert kept["repositoryName"] == "formae/agent"
