"""The Docker engine stand-in, through the real Docker SDK, into the stand-in's ECR."""

import json
import socket
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import docker
import pytest
from docker.errors import ImageNotFound, NotFound

from tests.support.account import service
from tests.support.command import Command
from tests.support.standin import NewAccount, client
from wizard.standin.docker.image import LAYERS, MANIFEST_TYPE, SHARE, Image
from wizard.standin.durations import Durations
from wizard.standin.server import StandIn

SOURCE = "ghcr.io/platform-engineering-labs/formae"


@pytest.fixture
def engine(standin: StandIn) -> Iterator[Any]:
    with closing(docker.from_env()) as found:
        yield found


@pytest.fixture
def repository(standin: StandIn) -> str:
    made = client("ecr").create_repository(repositoryName="formae")
    return str(made["repository"]["repositoryUri"])


def login() -> dict[str, str]:
    data = client("ecr").get_authorization_token()["authorizationData"][0]
    user, password = b64decode(data["authorizationToken"]).decode().split(":")
    return {"username": user, "password": password}


def push(engine: Any, repository: str, **more: Any) -> list[dict[str, Any]]:
    params = {"tag": "0.88.1", "stream": True, "decode": True, "auth_config": login(), **more}
    return list(engine.api.push(repository, **params))


def test_it_is_there(engine: Any) -> None:
    assert engine.ping()
    assert engine.version()["Os"] == "linux"
    assert engine.info()["Architecture"] == "x86_64"


def test_a_pull_tells_of_every_layer(engine: Any) -> None:
    records = list(engine.api.pull(SOURCE, tag="0.88.1", stream=True, decode=True))
    layers = {record["id"] for record in records if record["status"] == "Pull complete"}
    assert len(layers) == 8
    moving = [record for record in records if record["status"] == "Downloading"]
    assert moving[-1]["progressDetail"]["current"] == moving[-1]["progressDetail"]["total"]
    assert records[-1]["status"].startswith("Status: Downloaded newer image")
    image = engine.images.get(f"{SOURCE}:0.88.1")
    assert (image.attrs["Os"], image.attrs["Architecture"]) == ("linux", "amd64")
    assert [it.tags for it in engine.images.list()] == [[f"{SOURCE}:0.88.1"]]
    again = list(engine.api.pull(SOURCE, tag="0.88.1", stream=True, decode=True))
    assert sum(record["status"] == "Already exists" for record in again) == 8


def test_what_the_source_does_not_have(engine: Any) -> None:
    with pytest.raises(NotFound, match="manifest unknown"):
        engine.images.pull(SOURCE, tag="9.9.9")
    with pytest.raises(NotFound, match="pull access denied"):
        engine.images.pull("ghcr.io/somebody/else", tag="0.88.1")


def test_a_push_ends_in_ecr(engine: Any, repository: str) -> None:
    engine.images.pull(SOURCE, tag="0.88.1").tag(repository, "0.88.1")
    records = push(engine, repository)
    aux = next(record["aux"] for record in records if "aux" in record)
    assert sum(record.get("status") == "Pushed" for record in records) == 8
    ecr = client("ecr")
    image = ecr.describe_images(repositoryName="formae")["imageDetails"][0]
    assert image["imageDigest"] == aux["Digest"]
    assert image["imageTags"] == ["0.88.1"]
    assert image["imageSizeInBytes"] > sum(LAYERS) / SHARE - len(LAYERS)
    stored = ecr.batch_get_image(repositoryName="formae", imageIds=[{"imageTag": "0.88.1"}])
    manifest = json.loads(stored["images"][0]["imageManifest"])
    assert len(manifest["layers"]) == 8
    again = push(engine, repository)
    assert sum(record.get("status") == "Layer already exists" for record in again) == 8


def error_of(records: list[dict[str, Any]]) -> str:
    return str(records[-1]["errorDetail"]["message"])


def test_what_a_push_is_refused_for(engine: Any, repository: str) -> None:
    image = engine.images.pull(SOURCE, tag="0.88.1")
    image.tag(repository, "0.88.1")
    assert error_of(push(engine, repository, auth_config=None)) == "no basic auth credentials"
    wrong = {"username": "AWS", "password": "x"}
    assert "token has expired" in error_of(push(engine, repository, auth_config=wrong))
    image.tag(f"{repository}-other", "0.88.1")
    assert "name unknown" in error_of(push(engine, f"{repository}-other"))
    with pytest.raises(NotFound, match="does not exist locally"):
        push(engine, repository, tag="0.1")


def test_an_immutable_tag(engine: Any, repository: str) -> None:
    ecr = client("ecr")
    ecr.put_image_tag_mutability(repositoryName="formae", imageTagMutability="IMMUTABLE")
    engine.images.pull(SOURCE, tag="0.88.1").tag(repository, "latest")
    push(engine, repository, tag="latest")
    engine.images.pull(SOURCE, tag="0.88.0").tag(repository, "latest")
    assert "tag invalid" in error_of(push(engine, repository, tag="latest"))


def test_images_go_with_their_last_tag(engine: Any, repository: str) -> None:
    engine.images.pull(SOURCE, tag="0.88.1").tag(repository, "0.88.1")
    engine.images.remove(f"{SOURCE}:0.88.1")
    assert engine.images.get(f"{repository}:0.88.1").tags == [f"{repository}:0.88.1"]
    engine.images.remove(f"{repository}:0.88.1")
    assert engine.images.list() == []
    with pytest.raises(ImageNotFound):
        engine.images.get(f"{repository}:0.88.1")


def test_containerds_store_pushes_an_index_unless_a_platform_is_chosen(
    standin: StandIn, engine: Any, repository: str
) -> None:
    assert standin.engine
    standin.engine.containerd = True
    engine.images.pull(SOURCE, tag="0.88.1").tag(repository, "0.88.1")
    push(engine, repository)
    ecr = client("ecr")
    (image,) = ecr.describe_images(repositoryName="formae")["imageDetails"]
    assert "index" in image["imageManifestMediaType"]
    url = f"{engine.api.base_url}/images/{repository}/push"
    params = {"tag": "0.88.1", "platform": json.dumps({"os": "linux", "architecture": "s390x"})}
    assert engine.api.post(url, params=params).status_code == 404


def test_of_containerds_store_the_wizard_pushes_what_app_runner_takes(
    standin: StandIn, command: Command
) -> None:
    assert standin.engine
    standin.engine.containerd = True
    end = command.apply()
    assert end.code == 0, end.err
    (image,) = client("ecr").describe_images(repositoryName="formae")["imageDetails"]
    assert image["imageDigest"] == Image("0.88.1").digest
    assert image["imageManifestMediaType"] == MANIFEST_TYPE
    assert service()["Status"] == "RUNNING"


def test_who_hangs_up_in_the_middle_of_a_layer_leaves_no_word(
    standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    assert standin.registries
    host, _, port = standin.registries.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as cut_off:
        cut_off.sendall(b"PUT /eu-west-1/v2/formae/blobs/uploads/x HTTP/1.1\r\nHost: x\r\n")
        cut_off.sendall(b"Content-Length: 100\r\n\r\nnot all of it")
        cut_off.shutdown(socket.SHUT_WR)
        while cut_off.recv(100):
            pass
    assert not caplog.records


def test_bytes_take_their_time(new_account: NewAccount) -> None:
    import time

    new_account(scale=0.01, durations=Durations(layer_megabyte=0.15))
    with closing(docker.from_env()) as engine:
        start = time.monotonic()
        engine.images.pull(SOURCE, tag="0.88.1")
    assert time.monotonic() - start > 0.3
