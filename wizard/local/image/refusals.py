"""The engine's and the registries' own words, sorted into what happened and what to do.

Registries speak through the engine as free text; the texts that were seen are in the catalogue.
Whatever is not known is told with the engine's words and no advice that might be wrong.
"""

from dataclasses import dataclass
from enum import StrEnum

from wizard.base.errors import WizardError
from wizard.catalogue import DOCKER, Raised, entry, filled, find
from wizard.local.image.names import registry_of, split_reference


class Stage(StrEnum):
    """Which way the image was going."""

    PULL = "pull"
    PUSH = "push"


@dataclass
class EngineRefusedError(Exception):
    """The engine was there and said no, in `words`. Never leaves this package."""

    words: str


_PASSING = (
    "timeout",
    "timed out",
    "deadline exceeded",
    "connection reset",
    "connection refused",
    "broken pipe",
    ": eof",
    "unexpected eof",
    "name resolution",
    "server misbehaving",
    "network is unreachable",
    "toomanyrequests",
    "too many requests",
    "internal server error",
    "bad gateway",
    "service unavailable",
)
_FINAL = ("denied", "unauthorized", "x509", "proxyconnect", "manifest unknown", "name unknown")


def may_pass(words: str) -> bool:
    """Whether trying again might help: the network stumbled, nobody refused."""
    said = words.lower()
    return any(text in said for text in _PASSING) and not any(text in said for text in _FINAL)


def refusal(words: str, stage: Stage, image: str) -> WizardError:
    """The engine's `words` about pulling or pushing `image`, as an error for a person."""
    name, tag = split_reference(image)
    known = find(Raised(service=DOCKER, operation=stage.value, message=words))
    blanks = {"image": image, "name": name, "tag": tag, "registry": registry_of(image)}
    if known is None:
        unknown = entry("FW-DOCK-014")
        what = filled(unknown.what, stage=stage.value, image=image)
        return WizardError(what, _quoted(words), entry=unknown.code)
    what, fix = filled(known.what, **blanks), filled(known.fix, **blanks)
    return WizardError(what, _quoted(words), fix, entry=known.code)


def _quoted(words: str) -> str:
    return f"The engine says: {words.strip()}"
