"""One copy after another, with what it reported."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.docker_engine import VERSION, EcrRegistry, SourceRegistry
from wizard.base.secret import Secret
from wizard.local.image.copying import copy_image
from wizard.local.image.names import Destination, RegistryLogin
from wizard.local.image.registry import Tries
from wizard.local.image.stream import LayerProgress


@dataclass
class Copying:
    """Copies from the source registry into a repository of its own."""

    source: SourceRegistry
    ecr: EcrRegistry
    repository: str = field(default_factory=lambda: f"formae-{secrets.token_hex(4)}")
    reports: list[LayerProgress] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Why it waited."""
    waited: float = 0.0
    """Seconds, of a clock that only moves where it waits."""

    @property
    def tries(self) -> Tries:
        """Those of a person who does not wait."""

        def wait(seconds: float) -> None:
            self.waited += seconds

        return Tries(
            30, wait=wait, tell=lambda words, _: self.told.append(words), now=lambda: self.waited
        )

    @property
    def image(self) -> str:
        return f"{self.source.image}:{VERSION}"

    @property
    def destination(self) -> str:
        return f"{self.ecr.address}/{self.repository}:{VERSION}"

    @property
    def login(self) -> RegistryLogin:
        return RegistryLogin(self.ecr.address, self.ecr.username, Secret(self.ecr.password))

    def __call__(
        self,
        *,
        source: str = "",
        login: RegistryLogin | None = None,
        destination: str = "",
        room: int = 0,
        report: Callable[[LayerProgress], None] = lambda _: None,
        **more: Any,
    ) -> str:
        """Run the copy with everything usual that is not said otherwise; its digest."""
        self.reports.clear()
        used = login or self.login

        def both(progress: LayerProgress) -> None:
            self.reports.append(progress)
            report(progress)

        return copy_image(
            source=source or self.image,
            destination=Destination(destination or self.destination, "", lambda: used, room),
            platform="linux/amd64",
            report=both,
            tries=self.tries,
            **more,
        )

    def arrived(self) -> tuple[str, dict[str, Any]]:
        """The digest and manifest that the destination's tag has now."""
        return self.ecr.api.manifest(self.repository, VERSION)

    def phases(self) -> dict[str, list[str]]:
        """The phases each layer went through, in order."""
        found: dict[str, list[str]] = {}
        for progress in self.reports:
            seen = found.setdefault(progress.layer, [])
            if seen[-1:] != [progress.phase]:
                seen.append(progress.phase)
        return found


@pytest.fixture
def copying(source_registry: SourceRegistry, ecr_registry: EcrRegistry) -> Copying:
    return Copying(source_registry, ecr_registry)
