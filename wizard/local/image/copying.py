"""One image from its source into a repository: pull, look at it, tag, push, tidy up.

The engine's tags before and after: what is left behind is what was there.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from wizard.base.errors import WizardError
from wizard.local.image import engine as advice
from wizard.local.image.docker_config import DockerConfig
from wizard.local.image.engine import (
    ANSWER_WITHIN,
    api_of,
    connect,
    troubles,
    uses_containerd_store,
)
from wizard.local.image.names import Destination, RegistryLogin, registry_of, split_reference
from wizard.local.image.registry import Tries
from wizard.local.image.stream import (
    WHOLE,
    Cancelled,
    EngineRefusedError,
    LayerProgress,
    Layers,
    Patience,
    Stage,
    patiently,
    records,
    refusal,
)

if TYPE_CHECKING:
    from docker import APIClient


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Before:
    """Which images the references of a copy named before it, and which images there were.

    `named` maps a reference to an image id, or to "" where it named nothing.
    """

    named: dict[str, str]
    images: frozenset[str]

    @classmethod
    def of(cls, engine: "APIClient", *references: str) -> "Before":
        """Look at the engine before anything is changed."""
        named = {reference: image_id(engine, reference) for reference in references}
        return cls(named, frozenset(engine.images(quiet=True)))

    def restore(self, engine: "APIClient") -> None:
        """Let every reference name again what it named before, and drop images that came.

        A reference that named nothing is removed, and with its last name the engine drops the
        image. One that named another image (the same tag for arm64, or an older `latest`) names
        that again. Never raises: what cannot be undone is a few megabytes in the engine, and the
        copy's own outcome matters more.
        """
        try:
            came = {image_id(engine, reference) for reference in self.named} - self.images - {""}
            for reference, earlier in self.named.items():
                self._rename(engine, reference, earlier)
            for image in came:
                if image_id(engine, image) and not engine.inspect_image(image)["RepoTags"]:
                    engine.remove_image(image)
        except troubles() as trouble:
            _log.warning("The engine could not be restored: %s", trouble)

    @staticmethod
    def _rename(engine: "APIClient", reference: str, earlier: str) -> None:
        now = image_id(engine, reference)
        if now == earlier:
            return
        if earlier:
            engine.tag(earlier, *split_reference(reference))
        else:
            engine.remove_image(reference)


def image_id(engine: "APIClient", reference: str) -> str:
    """The id of the image a reference names, "" where it names none."""
    from docker.errors import ImageNotFound

    try:
        return str(engine.inspect_image(reference)["Id"])
    except ImageNotFound:
        return ""


_PUSHED = re.compile(r": digest: (sha256:[0-9a-f]{64}) size: ")


def never() -> bool:
    """Whether the copy is cancelled: it never is."""
    return False


def copy_image(
    *,
    source: str,
    destination: Destination,
    platform: str,
    report: Callable[[LayerProgress], None],
    tries: Tries,
    cancelled: Cancelled = never,
) -> str:
    """Copy one platform of `source` to `destination`; the digest of the pushed manifest.

    `source` is `repository:tag`, `platform` is `os/architecture`. The digest is "sha256:…" of a
    manifest for that platform alone; it is the source's own digest only where the engine keeps
    images in containerd's store, other engines pack the layers anew. A private source is read with
    the login of the person's own docker command, which is never written to.

    `report` is called from this thread, about five times a second for each layer that moves.
    `cancelled` is asked between two records of the engine.

    Afterwards the engine's tags name what they named before: the destination's tag is removed,
    and so are the source's tag and image if they were not there before. The engine may keep
    parts of an unfinished download.

    Raises WizardError: no usable engine (NOT_READY), stopped by `cancelled` (INTERRUPTED), or
    what the engine or a registry refused. What may pass is tried again first, as `tries` says.
    """
    reference, login = destination.reference, destination.login()
    if registry_of(reference) != login.server:
        raise ValueError("The login is for a different registry than the destination.")
    with closing(connect()) as engine:
        copy = _Copy(
            engine, source, reference, platform, report, tries, cancelled, destination.room
        )
        with copy.told(Stage.PULL):
            before = Before.of(engine, source, reference)
        try:
            with copy.told(Stage.PULL):
                compressed = copy.pull()
                copy.check(compressed)
            with copy.told(Stage.PUSH):
                engine.tag(source, *split_reference(reference))
                return copy.push(login, destination.login)
        finally:
            before.restore(engine)


def _digest_in(record: Mapping[str, Any]) -> str:
    """The pushed digest in a push's closing record, "" in any other.

    Engines with the classic store say it in `aux`, the others in their status line alone.
    """
    said = _PUSHED.search(record.get("status") or "")
    digest = record.get("aux", {}).get("Digest")
    return digest if isinstance(digest, str) else (said[1] if said else "")


@dataclass(frozen=True, slots=True)
class _Copy:
    engine: "APIClient"
    source: str
    destination: str
    platform: str
    report: Callable[[LayerProgress], None]
    tries: Tries
    cancelled: Cancelled
    room: int

    def pull(self) -> int:
        """Fetch the source; the bytes of the layers whose size was said, as they travel."""
        repository, tag = split_reference(self.source)
        params = {"fromImage": repository, "tag": tag, "platform": self.platform}
        login = DockerConfig().login(registry_of(self.source))
        if login.trouble:
            self.report(LayerProgress(WHOLE, f"pulled without a login: {login.trouble}", 0, 0))

        def once(patience: Patience) -> int:
            layers = Layers(self.report, pushing=False)
            for record in self._records("/images/create", params, login.header):
                layers.take(record)
                patience.moved(layers)
            return layers.bytes_known

        try:
            pauses = self.tries.pauses(registry_of(self.source))
            return patiently(once, pauses, self.cancelled)
        except EngineRefusedError as refused:
            if image_id(self.engine, self.source):
                words = "the engine's own image is used: its registry does not give it"
                self.report(LayerProgress(WHOLE, words, 0, 0))
                return 0
            problem = refusal(refused.words, Stage.PULL, self.source)
            if not login.trouble:
                raise problem from None
            why = f"{problem.why.rstrip('.')}. It was asked without a login. {login.trouble}"
            raise replace(problem, why=why) from None

    def check(self, compressed: int) -> None:
        """Refuse an image of another platform; report one too large for the host."""
        image = self._inspect()
        if image is None:
            return
        is_for = f"{image.get('Os')}/{image.get('Architecture')}"
        if is_for != self.platform:
            raise WizardError(
                f"{self.source} does not exist for {self.platform}.",
                f"It is built for {is_for}.",
                f"Choose a version or an image built for {self.platform}.",
                entry="FW-DOCK-008",
            )
        needs = compressed + int(image.get("Size") or 0)
        if self.room and needs > self.room:
            whole = f"the {self.room // 10**9} GB that the agent's container has"
            phase = f"larger, compressed plus unpacked, than {whole}"
            self.report(LayerProgress(WHOLE, phase, needs, self.room))

    def push(self, first: RegistryLogin, login: Callable[[], RegistryLogin]) -> str:
        """Send the destination's tag; the digest its registry knows it by now.

        The `first` login is taken first, and after each failure a new one.
        """
        repository, tag = split_reference(self.destination)
        path = f"/images/{quote(repository, safe='/:')}/push"
        chosen = self._one_platform() if api_of(self.engine) >= (1, 46) else {}
        params = {"tag": tag, **chosen}

        logins = chain([first], iter(login, None))

        def once(patience: Patience) -> str:
            layers = Layers(self.report, pushing=True)
            digest = ""
            for record in self._records(path, params, next(logins).header()):
                layers.take(record)
                patience.moved(layers)
                digest = _digest_in(record) or digest
            return digest

        digest = patiently(once, self.tries.pauses(first.server), self.cancelled)
        if not digest:
            raise EngineRefusedError("the push ended without a digest")
        return digest

    @contextmanager
    def told(self, stage: Stage) -> Iterator[None]:
        """Turn every failure of engine or registry into a WizardError, without its cause.

        The cause's frames hold the request, and with it the login.
        """
        image = self.source if stage is Stage.PULL else self.destination
        try:
            yield
        except EngineRefusedError as refused:
            raise refusal(refused.words, stage, image) from None
        except troubles() as trouble:
            raise self._trouble(trouble, stage, image) from None

    def _trouble(self, trouble: Exception, stage: Stage, image: str) -> WizardError:
        explanation = getattr(trouble, "explanation", None)
        if explanation:
            return refusal(str(explanation), stage, image)
        return advice.gone(trouble, f"{stage}ing {image}")

    def _records(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        return records(self.engine, path, params=params, headers=headers, cancelled=self.cancelled)

    def _inspect(self) -> dict[str, Any] | None:
        """The source's image for our platform, as inspected.

        None where the engine might show another platform of the same image: with containerd's
        store before API 1.49. There the push itself refuses what it has not.
        """
        if api_of(self.engine) >= (1, 49):
            return self._inspect_platform()
        if uses_containerd_store(self.engine):
            return None
        return dict(self.engine.inspect_image(self.source))

    def _inspect_platform(self) -> dict[str, Any]:
        url = f"{self.engine.base_url}/v{self.engine.api_version}/images/{self.source}/json"
        answer = self.engine.get(url, params=self._one_platform(), timeout=ANSWER_WITHIN)
        if answer.status_code >= 400:
            raise EngineRefusedError(str(answer.json()["message"]))
        return dict(answer.json())

    def _one_platform(self) -> dict[str, str]:
        """The parameter that picks one platform of an image; the SDK has it nowhere.

        Without it containerd's store pushes every platform it holds, and the attestations.
        """
        system, _, architecture = self.platform.partition("/")
        return {"platform": json.dumps({"os": system, "architecture": architecture})}
