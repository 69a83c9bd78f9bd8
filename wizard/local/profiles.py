"""The AWS profiles of this machine: what kind of sign-in each is, and until when it holds.

Reads AWS's files and cached tokens of sign-ins in the home folder as AWS's own tools do, without
boto3 and without a network, so that a list of thousands is there at once. Never raises: what is
broken boto3 will say.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from wizard.base.json_input import parsed_json
from wizard.local.aws_files import Files, Settings, read


@dataclass(frozen=True, slots=True)
class Token:
    """A sign-in kept on this machine; never its secret. `renews` by itself while it may."""

    expires: datetime | None
    renews: bool


NAMING = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
"""Variables that name a profile, in the order in which AWS's tools look at them."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The profile that is meant, and the variable that names it.

    `variable` is empty where the profile was chosen, and where nothing names one.
    """

    name: str
    variable: str = ""


def meant(chosen: str = "", environment: Mapping[str, str] | None = None) -> Meant:
    """Decide which profile is meant, as AWS's tools do: chosen, a variable's, or `default`.

    A variable counts once it is set. No profile has an empty name, so AWS's tools refuse an empty
    one.
    """
    environment = os.environ if environment is None else environment
    variable = "" if chosen else next((each for each in NAMING if each in environment), "")
    return Meant(environment[variable], variable) if variable else Meant(chosen or "default")


def naming(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Give the variable whose profile signs in; none where credentials of the environment do.

    AWS's tools take those before the credentials of a profile that a variable names, but not
    before those of one that was chosen.
    """
    variable = meant("", environment).variable
    return (variable,) if variable and not _credentials(environment) else ()


def _credentials(environment: Mapping[str, str]) -> str:
    """The variable that brings credentials, empty for none."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE")
    return next((each for each in names if environment.get(each)), "")


def token(kind: str, key: str) -> Token | None:
    """The cached sign-in of that kind (`sso` or `login`); None where there is none to be used."""
    folder = "~/.aws/sso/cache"
    if kind == "login":
        folder = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
    path = Path(os.path.expandvars(folder)).expanduser() / f"{key}.json"
    try:
        kept = parsed_json(path.read_text("utf-8"))
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


KEYS = "aws_access_key_id"
SOURCES = {
    "ec2instancemetadata": "credential_source = Ec2InstanceMetadata works on an EC2 instance that "
    "has a role, and nowhere else: set source_profile to a profile that can assume the role.",
    "ecscontainer": "credential_source = EcsContainer works in a container of ECS that has a role, "
    "and nowhere else: set source_profile to a profile that can assume the role.",
    "environment": "Set access keys in the environment (AWS_ACCESS_KEY_ID and so on).",
}
"""What to do where such a `credential_source` gives nothing."""
NEW_VARIABLES = "Set new credentials in the environment (AWS_ACCESS_KEY_ID and so on)."
UNKNOWN_SOURCE = "Set credential_source to Ec2InstanceMetadata, EcsContainer or Environment."


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
    setting: str = ""
    """What its credentials come from: a program, a file with a token, a `credential_source`."""
    mfa: str = ""
    """The device whose code is asked for on the way, empty for none."""

    @property
    def words(self) -> str:
        """Itself, in a sentence."""
        return f"the AWS profile “{self.name}”" if self.name else "the environment"

    @property
    def remedy(self) -> str:
        """What to do where it does not sign in, as a sentence that fits its kind.

        For a role that is the remedy of its `source`.
        """
        match self.kind:
            case _ if self.renewal:
                words = self.renewal
            case SignInKind.PROCESS:
                words = f"Run {self.setting} by hand (credential_process in {self.words}), "
                words += "and fix the error it shows."
            case SignInKind.WEB_IDENTITY:
                words = f"Write a new token to {self.setting}."
            case SignInKind.ROLE if self.setting:
                words = SOURCES.get(self.setting.lower(), UNKNOWN_SOURCE)
            case SignInKind.ROLE:
                words = f"Set source_profile in {self.words} to a profile that can sign in."
            case SignInKind.ENVIRONMENT:
                words = NEW_VARIABLES
            case SignInKind.KEYS:
                words = f"Set new credentials in {self.words}."
            case _:
                each = (shell_words(f"aws configure{how}", self.name) for how in (" sso", ""))
                words = f"Sign in with `{'` or `'.join(each)}`."
        return words

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
    setting: str = ""
    mfa: str = ""


def profiles() -> list[Profile]:
    """Every profile in the order of the files; the environment's credentials come first."""
    files = read()
    reading = _Reading(files)
    found = [reading.profile(name) for name in files.profiles]
    return [*_environment(files), *found]


def profile(name: str = "") -> Profile | None:
    """The profile AWS's tools take for this name; None where it does not exist.

    Without a name: the environment's credentials, then the one that is `meant`.
    """
    files = read()
    if not name:
        given = _environment(files)
        if given:
            return given[0]
    name = meant(name).name
    return _Reading(files).profile(name) if name in files.profiles else None


def source(name: str = "") -> Profile | None:
    """The profile whose credentials sign in at last: where roles are taken on, the one below them.

    None where there is none of that name.
    """
    files = read()
    found = profile(name)
    seen: set[str] = set()
    while found and found.kind is SignInKind.ROLE and found.name not in seen:
        seen.add(found.name)
        below = files.profiles[found.name].get("source_profile", "")
        if below not in files.profiles or below in seen:
            break
        found = _Reading(files).profile(below)
    return found


def region(name: str = "") -> tuple[str, str]:
    """The region the files give the profile, and the name of the profile meant."""
    name = meant(name).name
    return read().profiles.get(name, {}).get("region", ""), name


def _environment(files: Files) -> list[Profile]:
    variable = _credentials(os.environ)
    if not variable:
        return []
    settings = files.profiles.get(meant().name, {})
    where = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
    where = where or settings.get("region", "")
    if variable == "AWS_WEB_IDENTITY_TOKEN_FILE":
        if settings.get("role_arn") and not settings.get("web_identity_token_file"):
            return []  # AWS's tools take on such a role first
        role = os.environ.get("AWS_ROLE_ARN", "")
        kind, token = SignInKind.WEB_IDENTITY, os.environ[variable]
        return [Profile(name="", kind=kind, region=where, detail=role, setting=token)]
    key = os.environ[variable]
    ends = moment(os.environ.get("AWS_CREDENTIAL_EXPIRATION"))
    return [
        Profile(
            name="",
            kind=SignInKind.ENVIRONMENT,
            region=where,
            detail=f"AWS_ACCESS_KEY_ID {_shown(key)}",
            expires=ends,
            expired=past(ends),
            renewal=NEW_VARIABLES if ends or os.environ.get("AWS_SESSION_TOKEN") else "",
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
            setting=sign.setting,
            mfa=sign.mfa,
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
        for key, told in kinds.items():
            if settings.get(key):
                return told(name, settings)
        return _Sign(SignInKind.SETTINGS)

    def _role(self, name: str, settings: Settings, seen: frozenset[str]) -> _Sign:
        mfa = settings.get("mfa_serial", "")
        arn = settings["role_arn"] + (" with MFA" if mfa else "")
        if settings.get("web_identity_token_file"):
            file = settings["web_identity_token_file"]
            return _Sign(SignInKind.WEB_IDENTITY, arn, setting=file)
        source = settings.get("source_profile", "")
        if not source:
            found = settings.get("credential_source", "")
            words = f"{arn} from {found or 'nowhere'}"
            return _Sign(SignInKind.ROLE, words, setting=found, mfa=mfa)
        detail = f"{arn} from {source}"
        if source == name or source not in self._files.profiles or source in seen:
            return _Sign(SignInKind.ROLE, detail, mfa=mfa)
        below = self._sign(source, self._files.profiles[source], seen | {source})
        kept = (below.expires, below.expired, below.renewal)
        return _Sign(SignInKind.ROLE, detail, *kept, mfa=mfa or below.mfa)

    def _sso(self, name: str, settings: Settings) -> _Sign:
        session = settings.get("sso_session", "")
        start = self._files.sso_sessions.get(session, settings).get("sso_start_url", "")
        account, role = settings.get("sso_account_id", ""), settings.get("sso_role_name", "")
        detail = " ".join(part for part in (account, role) if part) or start
        token = self._token("sso", "sha1", session or start)
        return _renewable(SignInKind.SSO, detail, token, shell_words("aws sso login", name))

    def _login(self, name: str, settings: Settings) -> _Sign:
        session = settings["login_session"]
        token = self._token("login", "sha256", session)
        return _renewable(SignInKind.LOGIN, session, token, shell_words("aws login", name))

    def _token(self, kind: str, digest: str, session: str) -> Token | None:
        """The kept sign-in, in the file that AWS's tools name by the digest of its session."""
        import hashlib

        key = hashlib.new(digest, session.encode(), usedforsecurity=False).hexdigest()
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


def _keys(name: str, settings: Settings) -> _Sign:
    kept = "temporary " if settings.get("aws_session_token") else ""
    renewal = f"Set new credentials in the AWS profile “{name}”." if kept else ""
    return _Sign(SignInKind.KEYS, f"{kept}{_shown(settings[KEYS])}", renewal=renewal)


def _process(_name: str, settings: Settings) -> _Sign:
    program = _program(settings["credential_process"])
    return _Sign(SignInKind.PROCESS, program, setting=program)


def _program(command: str) -> str:
    """Its arguments may hold a secret, so only the program is shown."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return words[0] if words else ""


def shell_words(command: str, name: str) -> str:
    """The command for that profile, also where a variable names another one."""
    alone = name == "default" == meant().name
    return command if alone else f"{command} --profile {shlex.quote(name)}"
