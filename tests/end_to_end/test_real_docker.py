"""The whole way with real registries, directly and with a real Docker engine, and PostgreSQL."""

from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.docker_engine import Daemon, EcrRegistry, SourceRegistry, docker_tests
from tests.support.standin import NewAccount

if TYPE_CHECKING:
    from tests.support.postgres import PostgresDatabases
    from wizard.standin.server import StandIn

pytestmark = docker_tests


@pytest.fixture
def real_parts(
    new_account: NewAccount,
    postgres_databases: "PostgresDatabases",
    ecr_registry: EcrRegistry,
    docker_daemon: Daemon,
    monkeypatch: pytest.MonkeyPatch,
) -> "StandIn":
    """An account whose ECR is a real registry and whose databases are real PostgreSQL."""
    from wizard.standin.world import Registry

    registry = Registry(
        address=ecr_registry.address, user=ecr_registry.username, password=ecr_registry.password
    )
    standin = new_account(databases=postgres_databases, registry=registry)
    monkeypatch.setenv("DOCKER_HOST", docker_daemon.host)
    return standin


@pytest.mark.parametrize(("docker", "told"), [("no", "directly"), ("yes", "through the Docker")])
def test_with_real_parts_twice(
    real_parts: "StandIn",
    source_registry: SourceRegistry,
    command: Command,
    docker: str,
    told: str,
) -> None:
    given = {"image_source": source_registry.image, "through_docker": docker}
    end = command.apply(name=f"formae-{docker}", **given)
    assert end.code == 0, end.err
    image = service()["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]
    assert image.endswith(f"/formae-{docker}:0.88.1")
    assert f"{told}" in end.err
    before = changes(real_parts)
    end = command.apply(name=f"formae-{docker}", **given)
    assert end.code == 0, end.err
    assert "nothing, everything was up to date" in end.out
    assert changes(real_parts) == before


def test_a_version_that_does_not_exist(
    real_parts: "StandIn", source_registry: SourceRegistry, command: Command
) -> None:
    end = command.apply(image_source=source_registry.image, image_version="0.87.9")
    assert end.code == 3  # seen before the first change
    assert changes(real_parts) == []
    assert "0.87.9" in end.err
    assert "Traceback" not in end.err
