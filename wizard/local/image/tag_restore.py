"""The engine's tags before and after: what is left behind is what was there."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.local.image.engine import troubles
from wizard.local.image.names import split_reference

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
            _log.warning("The engine could not be put back as it was: %s", trouble)

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
