"""Names of images and logins for their registries, and the newest release that has a name.

Needs no Docker. The engine takes a login with one call; it is never stored by us. The newest
release is asked with the registries' own API, without a login, for a second at most, and remembered
for a day in this program's state folder.
"""

import base64
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.base.json_input import parsed_json
from wizard.base.secret import Secret
from wizard.local.files import Unreadable, read_text, state_folder, write_private
from wizard.local.formae.cli import Version

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
    room: int = 0
    """Bytes that its host has for it, packed and unpacked together; 0 for any."""


VARIABLE = "FORMAE_WIZARD_RELEASES"
"""Names another image whose tags are asked for; `off` asks for none."""

WITHIN = 1.0
"""Seconds that asking may take in all."""

KEPT, RETRIED = 24 * 3600, 3600
"""Seconds for which an answer holds, and for which nobody is asked again after none."""

PAGES, LARGEST = 20, 1_000_000
"""So many pages of tags are read, of so many bytes."""

NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="?next"?')

PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Newest:
    """A release, and how it is known, as the words after “the newest release”."""

    version: str
    source: str


def newest() -> Newest:
    """The newest stable release that is known. Never raises, whatever registry and disk do."""
    image = os.environ.get(VARIABLE) or FORMAE_IMAGE
    kept = _remembered(image)
    if kept is None and image != "off":
        kept = fan_out({"": lambda: _asked(image)}, limit=WITHIN).get("", "")
        _remember(image, kept)
    if kept:
        return Newest(kept, f"by {registry_of(image)}")
    return Newest(RELEASE, RELEASE_BY)


def _asked(image: str) -> str:
    """The newest stable version among the image's tags; empty where nobody says."""
    from http.client import HTTPException

    try:
        known = [Version.parse(tag) for tag in _tags(image)]
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return ""
    stable = [each for each in known if each and not each.pre and each.text.count(".") == 2]
    return str(max(stable)) if stable else ""


def _tags(image: str) -> Iterator[str]:
    from urllib.error import HTTPError

    registry = registry_of(image)
    host = urlsplit(f"//{registry}").hostname
    scheme = "http" if host in {"127.0.0.1", "localhost"} else "https"
    url = f"{scheme}://{registry}/v2/{image.partition('/')[2]}/tags/list?n=1000"
    token = ""
    for _ in range(PAGES):
        try:
            page, link = _get(url, token)
        except HTTPError as refused:
            if token or refused.code != 401:
                raise
            token = _token(refused.headers.get("WWW-Authenticate", ""), scheme)
            page, link = _get(url, token)
        yield from (tag for tag in page["tags"] or [] if isinstance(tag, str))
        more = NEXT.search(link)
        if more is None:
            return
        url = urljoin(url, more[1])
        if urlsplit(url).netloc != registry:
            return


def _token(challenge: str, scheme: str) -> str:
    """Anybody's token, from where the registry says that there are some."""
    told = dict(PARAMETER.findall(challenge))
    realm = told.pop("realm")
    if urlsplit(realm).scheme != scheme:
        raise ValueError("The registry's tokens are elsewhere.")
    asked = {key: told[key] for key in ("service", "scope") if key in told}
    answer, _ = _get(f"{realm}?{urlencode(asked)}", "")
    return str(answer.get("token") or answer["access_token"])


def _get(url: str, token: str) -> tuple[dict[str, Any], str]:
    from urllib.request import Request, urlopen  # slow to load, and seldom needed

    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = Request(url, headers=headers)  # noqa: S310 - https, or this machine
    with urlopen(request, timeout=WITHIN) as answer:  # noqa: S310
        found = parsed_json(answer.read(LARGEST))
        if not isinstance(found, dict):
            raise TypeError("The registry answers with something else.")
        return found, answer.headers.get("Link") or ""


def _file() -> Path:
    return state_folder(os.environ) / "releases.json"


def _remembered(image: str) -> str | None:
    """What was answered not long ago; empty where there was no answer; None where neither."""
    try:
        told = parsed_json(read_text(_file()))
        age = time.time() - float(told["at"])
        version = str(told["newest"])
        holds = told["image"] == image and 0 <= age < (KEPT if version else RETRIED)
    except (Unreadable, RuntimeError, ValueError, KeyError, TypeError):
        return None
    return version if holds and (not version or Version.parse(version)) else None


def _remember(image: str, version: str) -> None:
    now = datetime.now(UTC).timestamp()
    text = json.dumps({"image": image, "newest": version, "at": int(now)})
    try:
        write_private(_file(), text + "\n", keep_old=False)
    except (WizardError, OSError, RuntimeError):
        return  # it is asked for again
