"""Another image under the wanted tag: seen by everybody, replaced only where that is asked for."""

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.parity.worlds import World
from tests.preflight.conftest import look, one
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, client
from tests.support.tiers import tail, unsampled_tier
from wizard.engine.preflight import CheckState
from wizard.local.image.engine import connect
from wizard.local.image.names import FORMAE_IMAGE
from wizard.standin.docker.image import MANIFEST_TYPE, Image

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

TAG = "0.88.1"
ID = [{"imageTag": TAG}]


def push(standin: "StandIn", config: str) -> str:
    """Somebody pushes another manifest under the tag; its digest."""
    body = json.dumps({"schemaVersion": 2, "config": {"digest": config}, "layers": []})
    digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
    backend = standin.world.moto.backend("ecr", REGION)
    backend.put_image("formae", body, TAG, MANIFEST_TYPE, digest)
    return digest


def there() -> str:
    found = client("ecr").describe_images(repositoryName="formae", imageIds=ID)
    return str(found["imageDetails"][0]["imageDigest"])


def test_what_was_copied_is_the_same(standin: "StandIn", command: Command) -> None:
    command.deployed()
    assert there() == Image(TAG).digest
    assert one(look(), "image").found == "already in ECR, the same as its source's"


def test_a_copy_through_the_engine_is_the_same_by_its_config(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    push(standin, Image(TAG).id)
    assert one(look(), "image").state is CheckState.FINE


@unsampled_tier
def test_one_that_only_the_engine_has_is_known_by_its_config(
    standin: "StandIn", command: Command
) -> None:
    with closing(connect()) as engine:
        engine.pull(FORMAE_IMAGE, TAG)
        engine.tag(f"{FORMAE_IMAGE}:{TAG}", "team/formae", TAG)
    found = one(look(image_source="team/formae"), "image").found
    assert found.startswith(f"linux/amd64, 724.3 MB in the engine, {Image(TAG).id[:19]}…; through")
    assert found.endswith("because only the engine has the image or may read it")
    command.deployed(image_source="team/formae")
    assert "same as its source's" in one(look(image_source="team/formae"), "image").found
    push(standin, "sha256:" + 64 * "b")
    assert one(look(image_source="team/formae"), "image").state is CheckState.WARNING
    assert command.apply(image_source="team/formae", replace_image="yes").code == 0
    assert there() == Image(TAG).digest


@unsampled_tier
def test_through_the_engine_it_is_compared_and_replaced_too(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(through_docker="yes")
    push(standin, "sha256:" + 64 * "b")
    assert one(look(through_docker="yes"), "image").state is CheckState.WARNING
    assert command.apply(through_docker="yes", replace_image="yes").code == 0
    assert there() == Image(TAG).digest


def test_another_is_seen_and_stays(standin: "StandIn", command: Command) -> None:
    command.deployed()
    digest = push(standin, "sha256:" + 64 * "b")
    found = one(look(), "image")
    assert found.state is CheckState.WARNING
    assert found.warning
    assert found.warning.entry == "FW-IMG-004"
    assert digest in found.warning.why
    for verb in ("status", "plan", "doctor"):
        end = command(verb, "--region", REGION)
        told = " ".join((end.out + end.err).split())
        assert "is not the one from ghcr.io" in told, verb
        assert "--replace-image yes" in told, verb
    assert command.apply().code == 0
    assert there() == digest


def test_another_is_replaced_after_a_word(standin: "StandIn", command: Command) -> None:
    command.deployed()
    push(standin, "sha256:" + 64 * "b")
    end = command("plan", "--region", REGION, "--replace-image", "yes")
    assert "↻ formae image 0.88.1" in end.out
    assert "Pushed again under the same tag" in " ".join(end.out.split())
    assert command.apply(replace_image="yes").code == 0
    assert there() == Image(TAG).digest
    assert one(look(replace_image="yes"), "image").found.startswith("already in ECR")


@pytest.mark.parametrize(
    "more",
    tail([([],), (["--changes"],)], ["whole", "changes"]),
)
def test_a_script_replaces_another_after_a_word(
    standin: "StandIn", command: Command, quick_aws: QuickAws, tmp_path: Path, more: list[str]
) -> None:
    need("docker", package="docker-cli")
    world = World(["--region", REGION], standin, command, tmp_path)
    world.live()
    digest = push(standin, "sha256:" + 64 * "b")
    if not more:  # without a word there is no script of changes
        assert world.script(aws=quick_aws.folder).returncode == 0
        assert there() == digest
    done = world.script(*more, "--replace-image", "yes", aws=quick_aws.folder)
    assert done.returncode == 0, done.stderr
    assert there() == Image(TAG).digest


def test_no_one_can_say_without_the_source(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    monkeypatch.setenv("FORMAE_WIZARD_REGISTRY", "http://127.0.0.1:9")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    found = one(look(), "image")
    assert found.state is CheckState.FINE
    assert "not compared with its source: ghcr.io cannot be reached" in found.found
