"""Direct copies between two real registries with fronts before them, for tests and benchmarks."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.image.faulty_registry import Front
from tests.support.docker_engine import REPOSITORY, VERSION, EcrRegistry, SourceRegistry
from tests.support.oci_images import ANY_MANIFEST, Image
from wizard.base.secret import Secret
from wizard.local.image.names import Destination, RegistryLogin
from wizard.local.image.registry import Tries
from wizard.local.image.stream import LayerProgress
from wizard.local.image.way import Way, copy_along, find_way

PLATFORM = "linux/amd64"


@dataclass
class Direct:
    """Copies from one registry into a repository of its own in the other."""

    source: SourceRegistry
    ecr: EcrRegistry
    repository: str = field(default_factory=lambda: f"formae-{secrets.token_hex(4)}")
    reports: list[LayerProgress] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Why it waited."""
    waited: float = 0.0
    """Seconds, of a clock that only moves where it waits."""
    renewed: int = 0
    """How often a login was given."""
    patience: float = 10.0
    """Seconds for an answer: those of the registries here, however busy the machine is."""

    @property
    def tries(self) -> Tries:
        """Those of a person who does not wait, and a network that is quick."""

        def tell(words: str, _: float) -> None:
            self.told.append(words)

        return Tries(
            30, wait=self._wait, tell=tell, connect=10, read=self.patience, now=lambda: self.waited
        )

    def _wait(self, seconds: float) -> None:
        self.waited += seconds

    def login(self) -> RegistryLogin:
        self.renewed += 1
        return RegistryLogin(self.ecr.address, self.ecr.username, Secret(self.ecr.password))

    def find(self, address: str = "", version: str = VERSION) -> Way:
        """What the source has, through the front at `address`."""
        return find_way(
            f"{address or self.source.address}/{REPOSITORY}:{version}", PLATFORM, self.tries
        )

    def __call__(
        self,
        *,
        source: str = "",
        target: str = "",
        cancelled: Callable[[], bool] = lambda: False,
        report: Callable[[LayerProgress], None] = lambda _: None,
    ) -> str:
        """Copy by way of the fronts at `source` and `target`; the digest."""

        def both(progress: LayerProgress) -> None:
            self.reports.append(progress)
            report(progress)

        host = target or self.ecr.address
        to = Destination(f"{host}/{self.repository}:{VERSION}", f"http://{host}", self.login)
        return copy_along(self.find(source), to, self.tries, both, cancelled)

    def ends(self) -> dict[str, str]:
        """The last phase of each layer."""
        return {each.layer: each.phase for each in self.reports if each.layer != "image"}

    def arrived(self, image: Image) -> None:
        """Assert that the image is there, byte by byte."""
        answer, manifest = self.ecr.api.ask(
            "GET",
            f"/v2/{self.repository}/manifests/{VERSION}",
            headers={"Accept": ANY_MANIFEST},
        )
        assert answer.headers["Docker-Content-Digest"] == image.manifest.digest
        assert manifest == image.manifest.data
        for blob in (image.config, *image.layers):
            assert self.ecr.api.blob(self.repository, blob.digest) == blob.data


def requests(front: Front) -> list[str]:
    """The requests that a front has seen, as methods and what they are about."""
    return [f"{each.method} {each.path.split('/')[-2]}" for each in front.asked]
