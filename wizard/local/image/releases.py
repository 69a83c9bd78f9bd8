"""The newest release of formae, by the tags that its image has in its registry.

Asked with the registries' own API, without a login, for a second at most, and remembered for a day
in this program's state folder.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.local.files import Unreadable, read_text, state_folder, write_private
from wizard.local.formae.versions import Version
from wizard.local.image.names import FORMAE_IMAGE, RELEASE, RELEASE_BY, registry_of

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
        found = json.loads(answer.read(LARGEST))
        if not isinstance(found, dict):
            raise TypeError("The registry answers with something else.")
        return found, answer.headers.get("Link") or ""


def _file() -> Path:
    return state_folder(os.environ) / "releases.json"


def _remembered(image: str) -> str | None:
    """What was answered not long ago; empty where there was no answer; None where neither."""
    try:
        told = json.loads(read_text(_file()))
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
