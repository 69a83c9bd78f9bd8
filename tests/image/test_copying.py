"""An image goes from one real registry through a real engine into another."""

import gzip
import hashlib
import json
from pathlib import Path
from traceback import TracebackException
from typing import Any

import pytest

from tests.image.conftest import Copying
from tests.support.docker_engine import (
    ARM_ONLY,
    NO_AMD64,
    VERSION,
    EcrRegistry,
    docker_tests,
    engine_problem,
    formae,
    running_engine,
)
from wizard.base.errors import ExitCode, WizardError
from wizard.base.secret import Secret
from wizard.local.image.names import RegistryLogin

pytestmark = docker_tests

WRONG = "canary-canary-canary"
SINGLE = {
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
}


def everything_in(engine: Any) -> set[tuple[str, ...]]:
    """All images of an engine with all their names."""
    names = ("RepoTags", "RepoDigests")
    return {
        (image["Id"], *(name for kind in names for name in sorted(image[kind] or [])))
        for image in engine.images(all=True)
    }


def test_exactly_the_amd64_image_arrives(docker_engine: Any, copying: Copying) -> None:
    digest = copying()

    arrived, manifest = copying.arrived()
    assert digest == arrived
    assert manifest.get("mediaType", "application/vnd.oci.image.manifest.v1+json") in SINGLE
    amd64 = formae("amd64")
    assert manifest["config"]["digest"] == amd64.config.digest
    unpacked = [
        gzip.decompress(copying.ecr.api.blob(copying.repository, layer["digest"]))
        for layer in manifest["layers"]
    ]
    assert [f"sha256:{hashlib.sha256(tar).hexdigest()}" for tar in unpacked] == amd64.diff_ids


def test_every_layer_is_seen_until_its_end(docker_engine: Any, copying: Copying) -> None:
    copying()

    ends = [phases[-1] for phases in copying.phases().values()]
    assert len(ends) in {3, 6}  # the classic store names a layer anew when it pushes it
    # what another test has sent before, the engine finds in the registry
    assert sum(end in {"pushed", "already there"} for end in ends) == 3
    assert sum("ready" in phases for phases in copying.phases().values()) == 3
    last = {progress.layer: progress for progress in copying.reports}
    assert all(progress.done == progress.total for progress in last.values())
    assert all(progress.done >= 0 for progress in copying.reports)
    assert all(p.done <= p.total for p in copying.reports if p.total)


def test_classic_store_tells_sizes(docker_engine: Any, copying: Copying) -> None:
    copying()

    sizes = {p.total for p in copying.reports if p.phase == "ready"}
    assert sizes == {len(layer.data) for layer in formae("amd64").layers}


def test_second_copy_finds_all_layers_there(docker_engine: Any, copying: Copying) -> None:
    first = copying()

    assert copying() == first
    assert sum("already there" in phases for phases in copying.phases().values()) == 3
    assert not any("pushed" in phases for phases in copying.phases().values())


@pytest.mark.parametrize("tag", [ARM_ONLY, NO_AMD64])
def test_image_for_another_processor_is_refused(
    docker_engine: Any, copying: Copying, tag: str
) -> None:
    before = everything_in(docker_engine)

    with pytest.raises(WizardError) as caught:
        copying(source=f"{copying.source.image}:{tag}")

    assert caught.value.what.endswith(f"{tag} does not exist for linux/amd64.")
    assert "Choose a version" in caught.value.fix
    assert everything_in(docker_engine) == before


def test_unknown_version_is_named(docker_engine: Any, copying: Copying) -> None:
    with pytest.raises(WizardError) as caught:
        copying(source=f"{copying.source.image}:9.9.9")

    assert caught.value.what == f"There is no version 9.9.9 of {copying.source.image}."
    assert "not found" in caught.value.why
    assert "Choose another version" in caught.value.fix


def test_wrong_password_is_told_without_it(
    docker_engine: Any, copying: Copying, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    before = everything_in(docker_engine)

    login = RegistryLogin(copying.ecr.address, "AWS", Secret(WRONG))

    with pytest.raises(WizardError) as caught:
        copying(login=login)

    assert caught.value.what.startswith(f"{copying.ecr.address} refuses the push to")
    assert "nauthorized" in caught.value.why
    assert everything_in(docker_engine) == before
    shown = "".join(TracebackException.from_exception(caught.value, capture_locals=True).format())
    told = shown + repr(caught.value) + str(caught.value) + caplog.text
    assert WRONG not in told
    assert login.header()["X-Registry-Auth"] not in told


def test_password_is_in_no_log(
    docker_engine: Any, copying: Copying, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    copying()
    assert copying.ecr.password not in caplog.text + repr(copying.login) + repr(copying.reports)


def test_login_goes_to_its_own_registry_only(docker_engine: Any, copying: Copying) -> None:
    with pytest.raises(ValueError, match="different registry"):
        copying(login=RegistryLogin("123.dkr.ecr.eu-west-1.amazonaws.com", "AWS", Secret("canary")))


def test_nothing_is_left_behind(docker_engine: Any, copying: Copying) -> None:
    before = everything_in(docker_engine)
    copying()
    assert everything_in(docker_engine) == before


def test_what_was_there_stays(docker_engine: Any, copying: Copying) -> None:
    docker_engine.pull(copying.image, platform="linux/amd64")
    docker_engine.tag(copying.image, "mine", "kept")
    try:
        before = everything_in(docker_engine)
        copying()
        assert everything_in(docker_engine) == before
    finally:
        docker_engine.remove_image("mine:kept")
        docker_engine.remove_image(copying.image)


def test_tags_name_again_what_they_named(docker_engine: Any, copying: Copying) -> None:
    docker_engine.pull(copying.image, platform="linux/arm64")
    docker_engine.tag(copying.image, *copying.destination.rsplit(":", 1))
    try:
        arm = docker_engine.inspect_image(copying.image)["Id"]

        copying()

        assert docker_engine.images(quiet=True) == [arm]
        assert docker_engine.inspect_image(copying.image)["Id"] == arm
        assert docker_engine.inspect_image(copying.destination)["Id"] == arm
    finally:
        docker_engine.remove_image(copying.destination)
        docker_engine.remove_image(copying.image)


def test_too_large_for_the_host_is_said(docker_engine: Any, copying: Copying) -> None:
    copying(room=1_000_000)
    [said] = [progress for progress in copying.reports if progress.layer == "image"]
    assert "0 GB that the agent's container has" in said.phase
    assert (said.done, said.total) == (1_800_862, 1_000_000)  # packed and unpacked


def test_cancelling_stops_it(docker_engine: Any, copying: Copying) -> None:
    before = everything_in(docker_engine)

    with pytest.raises(WizardError) as caught:
        copying(cancelled=lambda: bool(copying.reports))

    assert caught.value.code is ExitCode.INTERRUPTED
    assert everything_in(docker_engine) == before


def test_engine_that_stops_midway(copying: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_engine() as daemon:
        monkeypatch.setenv("DOCKER_HOST", daemon.host)

        with pytest.raises(WizardError) as caught:
            copying(report=lambda _: daemon.process.kill())

        assert caught.value.what.startswith("The Docker engine stopped responding while pulling")
        assert caught.value.why
        assert "run the command again" in caught.value.fix
        problem = engine_problem()
        assert problem
        assert problem.code is ExitCode.NOT_READY


def test_private_source_takes_the_docker_commands_login(
    docker_engine: Any, copying: Copying, ecr_registry: EcrRegistry, home: Path
) -> None:
    copying()
    config = _docker_config(home, {"auths": {ecr_registry.address: {"auth": _basic(copying)}}})
    kept = config.read_bytes()
    second = Copying(copying.source, copying.ecr)

    second(source=copying.destination)

    assert second.arrived()[1]["config"]["digest"] == formae("amd64").config.digest
    assert config.read_bytes() == kept
    assert list(config.parent.iterdir()) == [config]


def test_private_source_without_a_login(docker_engine: Any, copying: Copying) -> None:
    with pytest.raises(WizardError) as caught:
        copying(source=f"{copying.ecr.address}/private:1")
    assert f"`docker login {copying.ecr.address}`" in caught.value.fix


def test_a_public_pull_needs_no_credential_helper(
    docker_engine: Any, copying: Copying, home: Path
) -> None:
    _docker_config(home, {"credsStore": "nowhere"})
    copying()
    assert copying.arrived()
    said = [each.phase for each in copying.reports if each.layer == "image"]
    assert len(said) == 1
    assert "without a login: The credential helper docker-credential-nowhere" in said[0]


def test_a_private_pull_names_the_credential_helper(
    docker_engine: Any, copying: Copying, home: Path
) -> None:
    _docker_config(home, {"credsStore": "nowhere"})
    with pytest.raises(WizardError) as caught:
        copying(source=f"{copying.ecr.address}/private:1")
    assert caught.value.entry == "FW-DOCK-012"
    assert "docker-credential-nowhere" in caught.value.why


def test_version_is_kept_in_the_tag(docker_engine: Any, copying: Copying) -> None:
    copying()
    answer, body = copying.ecr.api.ask("GET", f"/v2/{copying.repository}/tags/list")
    assert answer.status == 200
    assert json.loads(body)["tags"] == [VERSION]


def _basic(copying: Copying) -> str:
    return copying.ecr.api.login.removeprefix("Basic ")


def _docker_config(home: Path, content: dict[str, Any]) -> Path:
    config = home / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text(json.dumps(content))
    return config
