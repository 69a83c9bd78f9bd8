"""An image goes from one real registry straight into another, whatever the network does."""

from typing import TYPE_CHECKING

import pytest

from tests.image.direct_copies import PLATFORM, Direct
from tests.image.faulty_registry import (
    EXPIRED,
    HALF,
    KINDS,
    LOST,
    SILENT,
    Fault,
    Front,
    Strike,
    front_of,
    listening,
)
from tests.support.docker_engine import (
    ARM_ONLY,
    NO_AMD64,
    REPOSITORY,
    EcrRegistry,
    SourceRegistry,
    docker_tests,
    formae,
)
from tests.support.oci_images import image
from tests.support.standin import REGION, client
from tests.support.tiers import sampled
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.local.image import direct
from wizard.local.image.names import Destination, RegistryLogin
from wizard.local.image.registry import Tries
from wizard.local.image.way import copy_along, find_way
from wizard.standin import ecr

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

pytestmark = docker_tests

PART = 150_000
REQUESTS = {"source": 6, "target": 16}
"""So many requests a copy has at most, one layer after the other, to each side."""
MATRIX = [
    (side, number, kind)
    for side, most in REQUESTS.items()
    for number in range(1, most + 1)
    for kind in KINDS
    if kind != EXPIRED or side == "target"
]
"""The source takes anybody."""
EVERY = 13
"""Of the matrix, one case in so many is in the first tier, and one in the sample of the second."""


@pytest.fixture
def copying(
    source_registry: SourceRegistry, ecr_registry: EcrRegistry, monkeypatch: pytest.MonkeyPatch
) -> Direct:
    """Copies in small parts, and without a Docker engine."""
    monkeypatch.setattr(direct, "PART", PART)
    monkeypatch.setattr(direct, "LARGEST_PART", PART)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    return Direct(source_registry, ecr_registry)


def test_exactly_the_sources_image_arrives(copying: Direct) -> None:
    image = formae("amd64")
    found = copying.find()
    assert found.digest == image.manifest.digest
    assert found.platforms == ("linux/amd64", "linux/arm64")
    assert found.size == sum(len(each.data) for each in (image.config, *image.layers))

    assert copying() == image.manifest.digest

    copying.arrived(image)
    assert set(copying.ends().values()) == {"copied"}
    assert len(copying.ends()) == 4
    assert all(each.done <= each.total for each in copying.reports)


def test_what_is_there_is_not_sent_again(copying: Direct) -> None:
    copying()
    copying.reports.clear()
    with listening(Front(copying.ecr.address)) as target:
        copying(target=target.address)
    assert set(copying.ends().values()) == {"already there"}
    assert {each.method for each in target.asked} == {"HEAD", "PUT"}


@pytest.mark.parametrize(("tag", "built"), [(ARM_ONLY, "linux/arm64"), (NO_AMD64, "linux/arm64")])
def test_another_platforms_image_is_refused(copying: Direct, tag: str, built: str) -> None:
    with pytest.raises(WizardError) as caught:
        copying.find(version=tag)
    assert caught.value.entry == "FW-DOCK-008"
    assert built in caught.value.why


def test_an_unknown_version_is_refused_at_once_in_the_registrys_words(copying: Direct) -> None:
    with pytest.raises(WizardError) as caught:
        copying.find(version="9.9.9")
    assert caught.value.entry == "FW-DOCK-009"
    assert caught.value.why.startswith("The registry's message: manifest unknown")
    assert copying.told == []


def denied(method: str, part: str) -> Fault:
    words = '{"errors": [{"code": "DENIED", "message": "User x may not do this"}]}'
    return Fault(method, part, 403, words)


@pytest.mark.parametrize(
    ("method", "part"), [("HEAD", "/blobs/"), ("POST", "/uploads/"), ("PUT", "/manifests/")]
)
def test_what_is_refused_is_refused_at_once(copying: Direct, method: str, part: str) -> None:
    front = front_of(copying.ecr.address, denied(method, part))
    with front as target, pytest.raises(WizardError) as caught:
        copying(target=target)
    assert caught.value.entry in {"FW-DOCK-007", "FW-IMG-002"}
    assert copying.told == []


def test_a_budget_that_is_used_up_ends_it(copying: Direct) -> None:
    ill = Fault("POST", "/uploads/", 503, "", times=100_000)
    with front_of(copying.ecr.address, ill) as target, pytest.raises(WizardError) as caught:
        copying(target=target)
    assert caught.value.entry == "FW-IMG-001"
    assert "HTTP 503 Service Unavailable" in caught.value.why
    assert any("; try 2 in " in each and ", for up to " in each for each in copying.told)


TOO_OLD = "too old"
"""The registry's password of twelve hours is."""


@pytest.mark.parametrize("kind", [HALF, LOST, TOO_OLD])
def test_in_ecr_a_layer_goes_on_at_the_part_that_was_cut(
    source_registry: SourceRegistry,
    standin: "StandIn",
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    """ECR takes a whole part or none of it, and does not say which."""
    monkeypatch.setattr(direct, "LARGEST_PART", direct.PART)
    monkeypatch.setattr(direct, "AT_ONCE", 1)
    large = image("amd64", seed=9, layer_sizes=(14_000_000,))
    source_registry.api.upload(REPOSITORY, "large", {"amd64": large})
    client("ecr").create_repository(repositoryName="formae")
    assert standin.registries
    behind, clock = standin.registries.address.removeprefix("http://"), standin.world.clock
    second = 6  # after two questions, two beginnings and a part
    strike = None if kind == TOO_OLD else Strike(second, kind)
    tries = Tries(30, wait=lambda _: None)

    def heard(number: int) -> None:
        if kind == TOO_OLD and number == second:
            clock.wait(ecr.VALID.total_seconds())

    def login() -> RegistryLogin:
        user, password = ecr.login(None, clock.now())
        return RegistryLogin(target.address, user, Secret(password))

    with (
        listening(Front(source_registry.address)) as source,
        listening(Front(behind, strike=strike, heard=heard)) as target,
    ):
        url = f"http://{target.address}/{REGION}"
        to = Destination(f"{target.address}/formae:1", url, login)
        way = find_way(f"{source.address}/{REPOSITORY}:large", PLATFORM, tries)
        assert copy_along(way, to, tries, lambda _: None, lambda: False) == large.manifest.digest
    parts = [each for each in target.asked if each.method == "PATCH"]
    assert [each.path for each in parts] == 3 * [parts[0].path]
    again = [each.range for each in source.asked if each.range]
    assert again == [f"bytes={direct.PART}-"]
    [found] = client("ecr").describe_images(repositoryName="formae")["imageDetails"]
    assert found["imageDigest"] == large.manifest.digest


@pytest.mark.parametrize(("side", "number", "kind"), sampled(MATRIX, EVERY))
def test_every_fault_at_every_request(
    copying: Direct, monkeypatch: pytest.MonkeyPatch, side: str, number: int, kind: str
) -> None:
    monkeypatch.setattr(direct, "AT_ONCE", 1)
    strike = Strike(number, kind)
    fronts = {
        "source": Front(copying.source.address, strike=strike if side == "source" else None),
        "target": Front(copying.ecr.address, strike=strike if side == "target" else None),
    }
    if kind == SILENT:
        copying.patience = 0.5
    for front in fronts.values():
        front.silence = 2 * copying.patience
    with listening(fronts["source"]) as source, listening(fronts["target"]) as target:
        digest = copying(source=source.address, target=target.address)

    assert digest == formae("amd64").manifest.digest
    copying.arrived(formae("amd64"))
    assert strike.struck, "there is no such request: count anew"
    if kind != EXPIRED:
        assert copying.told, "nobody was told"


def test_the_matrix_has_every_request(copying: Direct, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "AT_ONCE", 1)
    fronts = Front(copying.source.address), Front(copying.ecr.address)
    with listening(fronts[0]) as source, listening(fronts[1]) as target:
        copying(source=source.address, target=target.address)
    assert {"source": len(source.asked), "target": len(target.asked)} == REQUESTS
