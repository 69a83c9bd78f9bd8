"""Names of images, and logins for their registries: what may be asked for, and why not.

Needs no Docker. The engine takes a login with one call; it is never stored by us.
"""

import base64
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from wizard.base.secret import Secret

FORMAE_IMAGE = "ghcr.io/platform-engineering-labs/formae"
"""Where formae's makers publish their image; its tags are bare versions such as 0.88.1."""

RELEASE = "0.88.1"
RELEASE_BY = "known on August 22, 2026"
"""What is taken where the registry cannot be asked, and when that was so."""

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_LONGEST_SOURCE = 255
_PLAIN = "lowercase letters, digits, and single '.', '_', '-' or '/' between them"


def split_reference(reference: str) -> tuple[str, str]:
    """The repository and the tag of a reference; the tag is empty where there is none.

    A colon before the last slash belongs to the registry's port, not to a tag.
    """
    head, slash, last = reference.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{head}{slash}{name}", tag


def registry_of(reference: str) -> str:
    """The registry's host, with its port, that a reference points to; docker.io where unsaid."""
    first, slash, _ = reference.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return first if named else "docker.io"


REGISTRY_VARIABLE = "FORMAE_WIZARD_REGISTRY"
"""Names a URL at which every registry is that is not on this machine: the stand-in's."""


def registry_url(registry: str) -> str:
    """Where a registry's API is; plain HTTP is spoken with this machine alone."""
    host = registry.partition(":")[0]
    if host in {"127.0.0.1", "localhost"}:
        return f"http://{registry}"
    elsewhere = os.environ.get(REGISTRY_VARIABLE)
    if elsewhere:
        return elsewhere
    return "https://registry-1.docker.io" if registry == "docker.io" else f"https://{registry}"


def repository_of(reference: str) -> str:
    """The repository's name within its registry, without a tag."""
    name, _ = split_reference(reference)
    registry = registry_of(name)
    inside = name.removeprefix(f"{registry}/")
    return f"library/{inside}" if registry == "docker.io" and "/" not in inside else inside


def source_problem(repository: str) -> str | None:
    """Why this cannot be the image to copy from, as one sentence; None when it can.

    Takes a name as in `docker pull`, with or without a registry, but without its tag.
    """
    if not repository:
        return "Enter the image's name."
    if "://" in repository:
        return "Leave out https:// in the image name."
    if "@" in repository:
        return "Leave out the digest; the version is a separate question."
    if len(repository) > _LONGEST_SOURCE:
        return f"An image name can have at most {_LONGEST_SOURCE} characters."
    return _source_parts_problem(repository)


def _source_parts_problem(repository: str) -> str | None:
    name, tag = split_reference(repository)
    if tag:
        return "Leave out the tag; the version is a separate question."
    first, slash, rest = name.partition("/")
    if slash and registry_of(name) == first:
        if not _HOST.fullmatch(first):
            return f"{first!r} is not a registry name."
        name = rest
    if not _PATH.fullmatch(name):
        return f"An image name consists of {_PLAIN}."
    return None


def tag_problem(tag: str) -> str | None:
    """Why this cannot be an image's tag, as one sentence; None when it can."""
    if not tag:
        return "Enter the image's version."
    if _TAG.fullmatch(tag):
        return None
    return (
        "A version is an image tag: up to 128 letters, digits, '_', '.' and '-', not starting with "
        "'.' or '-'."
    )


HEADER = "X-Registry-Auth"


@dataclass(frozen=True, slots=True)
class RegistryLogin:
    """A login for one registry. `server` is its host and port, without a scheme."""

    server: str
    username: str
    password: Secret
    is_token: bool = False
    """Whether `password` is an identity token, which has no user."""

    def header(self) -> dict[str, str]:
        """The header that gives the engine this login for one call."""
        secret = self.password.reveal()
        told = {"serveraddress": self.server}
        if self.is_token:
            told["identitytoken"] = secret
        else:
            told |= {"username": self.username, "password": secret}
        return {HEADER: base64.urlsafe_b64encode(json.dumps(told).encode()).decode()}

    @property
    def basic(self) -> str:
        """The login as HTTP's basic authorization, which the registry itself takes."""
        both = f"{self.username}:{self.password.reveal()}"
        return f"Basic {base64.b64encode(both.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an image goes: `reference` is `repository:tag`, in the registry at `url`."""

    reference: str
    url: str
    login: Callable[[], RegistryLogin]
    """Gives a new login of that registry each time."""
