"""AWS's files in the home folder: config, credentials, and the cached tokens of sign-ins."""

from __future__ import annotations

import configparser
import json
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """Both files as AWS's tools see them: profiles by name, and the sso-session sections."""

    profiles: Mapping[str, Settings]
    sso_sessions: Mapping[str, Settings]


@dataclass(frozen=True, slots=True)
class Token:
    """A sign-in kept on this machine; never its secret. `renews` by itself while it may."""

    expires: datetime | None
    renews: bool


def read() -> Files:
    """Both files. What cannot be read counts as empty; boto3 will say what is wrong with it."""
    profiles: dict[str, dict[str, str]] = {}
    sessions: dict[str, dict[str, str]] = {}
    for section, settings in _sections("AWS_CONFIG_FILE", "config"):
        kind, name = _named(section)
        if kind == "profile":
            profiles.setdefault(name, {}).update(settings)
        elif kind == "sso-session":
            sessions[name] = settings
    for name, settings in _sections("AWS_SHARED_CREDENTIALS_FILE", "credentials"):
        profiles.setdefault(name, {}).update(settings)
    return Files(profiles, sessions)


def token(kind: str, key: str) -> Token | None:
    """The cached sign-in of that kind (`sso` or `login`); None where there is none to be used."""
    folder = "~/.aws/sso/cache"
    if kind == "login":
        folder = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
    path = Path(os.path.expandvars(folder)).expanduser() / f"{key}.json"
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or not kept.get("accessToken"):
        return None
    return Token(_ends(kept), _renews(kept))


def _ends(kept: Mapping[str, Any]) -> datetime | None:
    inner = kept["accessToken"]
    return moment((inner if isinstance(inner, dict) else kept).get("expiresAt"))


def _renews(kept: Mapping[str, Any]) -> bool:
    """Whether botocore renews it without the person; for SSO until its registration ends."""
    if not kept.get("refreshToken"):
        return False
    return not past(moment(kept.get("registrationExpiresAt")))


def moment(text: Any) -> datetime | None:
    """A time as AWS's tools write it (`2026-11-23T12:00:00Z`, older ones `…UTC`), or None."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text.strip().replace("UTC", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def past(when: datetime | None) -> bool:
    """Whether that moment is over; an unknown one is not."""
    return when is not None and when <= datetime.now(UTC)


def _named(section: str) -> tuple[str, str]:
    """`profile "my own"` as (profile, my own); `default` needs no prefix."""
    if section == "default":
        return "profile", section
    try:
        words = shlex.split(section) if '"' in section or "'" in section else section.split()
    except ValueError:
        return "", section
    return (words[0], words[1]) if len(words) == 2 else ("", section)


def _sections(variable: str, usual: str) -> Iterator[tuple[str, dict[str, str]]]:
    path = Path(os.environ.get(variable) or Path("~/.aws", usual)).expanduser()
    parser = configparser.RawConfigParser(
        strict=False, default_section="no such section", interpolation=None
    )
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return
    for name in parser.sections():
        yield name, dict(parser.items(name))
