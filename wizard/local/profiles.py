"""The AWS profiles of this machine: what kind of sign-in each is, and until when it holds.

Reads AWS's files in the home folder (config, credentials, cached tokens of sign-ins) as AWS's own
tools do, without boto3 and without a network, so that a list of thousands is there at once. Never
raises: what is broken boto3 will say.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
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


KEYS = "aws_access_key_id"


class SignInKind(StrEnum):
    """How a profile signs in. The value is what a person is told."""

    ENVIRONMENT = "environment"
    SSO = "SSO"
    ROLE = "role"
    WEB_IDENTITY = "web identity"
    KEYS = "access keys"
    LOGIN = "aws login"
    PROCESS = "process"
    SETTINGS = "settings only"
    """No sign-in of its own: AWS's tools look in the environment and at the machine."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile; for the environment's credentials `name` is empty, as --profile is then."""

    name: str
    kind: SignInKind
    region: str = ""
    detail: str = ""
    """What tells it from others: account and role, the role's ARN and its source, …"""
    expires: datetime | None = None
    """When the sign-in ends; None where it does not, renews itself, or cannot be known."""
    expired: bool = False
    """Nobody can work with it before it is renewed."""
    renewal: str = ""
    """How to renew it, as a sentence; empty where there is nothing to renew."""

    @property
    def login(self) -> tuple[str, ...]:
        """The command of AWS's that renews it, as words; empty where there is none."""
        command = self.renewal.partition("`")[2].rpartition("`")[0]
        return tuple(shlex.split(command))

    @property
    def holds(self) -> str:
        """How long the profile can still be used, or what tells it from others."""
        if self.expired:
            return "expired" if self.expires else "not signed in"
        if self.expires:
            minutes = int((self.expires - datetime.now(UTC)).total_seconds() // 60)
            return f"{minutes // 60} h {minutes % 60:02d} min left"
        return self.detail


@dataclass(frozen=True, slots=True)
class _Sign:
    """A kind of sign-in as found in a profile's settings."""

    kind: SignInKind
    detail: str = ""
    expires: datetime | None = None
    expired: bool = False
    renewal: str = ""


def profiles() -> list[Profile]:
    """Every profile in the order of the files; the environment's credentials come first."""
    files = read()
    reading = _Reading(files)
    found = [reading.profile(name) for name in files.profiles]
    return [*_environment(), *found]


def profile(name: str = "") -> Profile | None:
    """The profile AWS's tools take for this name; None where it does not exist.

    Without a name: the environment's credentials, then AWS_PROFILE, then `default`.
    """
    if not name:
        given = _environment()
        if given:
            return given[0]
    name = name or os.environ.get("AWS_PROFILE", "") or "default"
    files = read()
    return _Reading(files).profile(name) if name in files.profiles else None


def region(name: str = "") -> tuple[str, str]:
    """The region the files give the profile, and the name of the profile meant."""
    name = name or os.environ.get("AWS_PROFILE", "") or "default"
    return read().profiles.get(name, {}).get("region", ""), name


def _environment() -> list[Profile]:
    key = os.environ.get("AWS_ACCESS_KEY_ID", "")
    if not key:
        return []
    where = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
    ends = moment(os.environ.get("AWS_CREDENTIAL_EXPIRATION"))
    return [
        Profile(
            name="",
            kind=SignInKind.ENVIRONMENT,
            region=where,
            detail=f"AWS_ACCESS_KEY_ID {_shown(key)}",
            expires=ends,
            expired=past(ends),
            renewal="Set new credentials in the environment (AWS_ACCESS_KEY_ID and so on)."
            if ends or os.environ.get("AWS_SESSION_TOKEN")
            else "",
        )
    ]


def _shown(key: str) -> str:
    """An access key id is no secret, but its end is enough to know it by."""
    return f"…{key[-4:]}"


class _Reading:
    """The profiles of one reading of the files; cached tokens are read once each."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._tokens: dict[str, Token | None] = {}

    def profile(self, name: str) -> Profile:
        settings = self._files.profiles[name]
        sign = self._sign(name, settings, seen=frozenset({name}))
        return Profile(
            name=name,
            kind=sign.kind,
            region=settings.get("region", ""),
            detail=sign.detail,
            expires=sign.expires,
            expired=sign.expired,
            renewal=sign.renewal,
        )

    def _sign(self, name: str, settings: Settings, seen: frozenset[str]) -> _Sign:
        """In the order in which botocore looks."""
        kinds: dict[str, Callable[[str, Settings], _Sign]] = {
            "role_arn": partial(self._role, seen=seen),
            "sso_session": self._sso,
            "sso_start_url": self._sso,
            KEYS: _keys,
            "login_session": self._login,
            "credential_process": _process,
        }
        for key, read in kinds.items():
            if settings.get(key):
                return read(name, settings)
        return _Sign(SignInKind.SETTINGS)

    def _role(self, name: str, settings: Settings, seen: frozenset[str]) -> _Sign:
        arn = settings["role_arn"] + (" with MFA" if settings.get("mfa_serial") else "")
        if settings.get("web_identity_token_file"):
            return _Sign(SignInKind.WEB_IDENTITY, arn)
        source = settings.get("source_profile", "")
        if not source:
            return _Sign(
                SignInKind.ROLE, f"{arn} from {settings.get('credential_source', 'nowhere')}"
            )
        detail = f"{arn} from {source}"
        if source == name or source not in self._files.profiles or source in seen:
            return _Sign(SignInKind.ROLE, detail)
        below = self._sign(source, self._files.profiles[source], seen | {source})
        return _Sign(SignInKind.ROLE, detail, below.expires, below.expired, below.renewal)

    def _sso(self, name: str, settings: Settings) -> _Sign:
        session = settings.get("sso_session", "")
        start = self._files.sso_sessions.get(session, settings).get("sso_start_url", "")
        account, role = settings.get("sso_account_id", ""), settings.get("sso_role_name", "")
        detail = " ".join(part for part in (account, role) if part) or start
        token = self._token("sso", hashlib.sha1((session or start).encode()))  # noqa: S324
        return _renewable(SignInKind.SSO, detail, token, _command("aws sso login", name))

    def _login(self, name: str, settings: Settings) -> _Sign:
        session = settings["login_session"]
        token = self._token("login", hashlib.sha256(session.encode()))
        return _renewable(SignInKind.LOGIN, session, token, _command("aws login", name))

    def _token(self, kind: str, digest: hashlib._Hash) -> Token | None:
        key = digest.hexdigest()
        if key not in self._tokens:
            self._tokens[key] = token(kind, key)
        return self._tokens[key]


def _renewable(kind: SignInKind, detail: str, token: Token | None, command: str) -> _Sign:
    renewal = f"Sign in again with `{command}`."
    if token is None:
        return _Sign(kind, detail, expired=True, renewal=f"Sign in with `{command}`.")
    if token.renews:
        return _Sign(kind, detail, renewal=renewal)
    return _Sign(kind, detail, token.expires, past(token.expires), renewal)


def _keys(_name: str, settings: Settings) -> _Sign:
    kept = "temporary " if settings.get("aws_session_token") else ""
    renewal = "Set new credentials in the profile." if kept else ""
    return _Sign(SignInKind.KEYS, f"{kept}{_shown(settings[KEYS])}", renewal=renewal)


def _process(_name: str, settings: Settings) -> _Sign:
    return _Sign(SignInKind.PROCESS, _program(settings["credential_process"]))


def _program(command: str) -> str:
    """Its arguments may hold a secret, so only the program is shown."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return words[0] if words else ""


def _command(command: str, name: str) -> str:
    return command if name == "default" else f"{command} --profile {shlex.quote(name)}"
