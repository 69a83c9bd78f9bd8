"""What the docker command was told on this machine: its context, and its logins for registries.

Read as that command reads it, from DOCKER_CONFIG or ~/.docker alone, and never written. What cannot
be read there keeps nobody from pulling a public image: it is left out, and said.
"""

import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.base.json_input import parsed_json
from wizard.base.secret import Secret
from wizard.base.text import clean
from wizard.local.image.names import RegistryLogin

DOCKER_HUB = "https://index.docker.io/v1/"
"""As which Docker Hub's login is kept."""
TOKEN = "<token>"  # noqa: S105 - the user name that says that what follows is a token
HELPER_WITHIN = 60
"""Seconds that a credential helper has; it may ask the person to unlock a keychain."""
NONE_STORED = "credentials not found in native keychain"
"""What helpers say that know of no login."""


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """A login for a registry, None where there is none.

    `trouble` says as a sentence why a login that may be there could not be had.
    """

    login: RegistryLogin | None = None
    trouble: str = ""

    @property
    def header(self) -> Mapping[str, str]:
        """The header that gives the engine this login for one call; empty where there is none."""
        return self.login.header() if self.login else {}


@dataclass(frozen=True, slots=True)
class DockerContext:
    """Where an engine is; `certificates` is a folder with ca.pem, cert.pem and key.pem, or None."""

    host: str
    certificates: Path | None
    verifies: bool


class DockerConfig:
    """The docker command's settings as they are now."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("DOCKER_CONFIG") or Path("~/.docker").expanduser())
        self.file = self.folder / "config.json"
        self.trouble = ""
        """Why nothing of the file counts, as a sentence; empty where it does or is not there."""
        self._told = self._read()

    @property
    def headers(self) -> dict[str, str]:
        """What is sent along to the engine."""
        told = _members(self._told.get("HttpHeaders"))
        return {key: value for key, value in told.items() if isinstance(value, str)}

    @property
    def context_name(self) -> str:
        """The context in use: DOCKER_CONTEXT, or what `docker context use` chose."""
        named = os.environ.get("DOCKER_CONTEXT") or self._told.get("currentContext")
        return named if isinstance(named, str) and named else "default"

    def context(self, name: str) -> DockerContext | None:
        """The context of that name; None where there is none.

        Raises OSError, and ValueError with a sentence, for one that cannot be read.
        """
        key = hashlib.sha256(name.encode()).hexdigest()
        file = self.folder / "contexts" / "meta" / key / "meta.json"
        if not file.is_file():
            return None
        try:
            endpoint = _members(parsed_json(file.read_text("utf-8"))["Endpoints"]["docker"])
        except (ValueError, KeyError, TypeError) as trouble:
            raise ValueError(
                f"The Docker context's file {file} cannot be read: {trouble}"
            ) from None
        host, certificates = endpoint.get("Host"), self.folder / "contexts" / "tls" / key / "docker"
        if not isinstance(host, str) or not host:
            return None
        return DockerContext(
            host,
            certificates if certificates.is_dir() else None,
            not endpoint.get("SkipTLSVerify"),
        )

    def login(self, registry: str) -> StoredLogin:
        """The docker command's own login for a registry, asked of its credential helper."""
        found = self._helped(registry) if self.helper(registry) else StoredLogin()
        kept = found if found.login else self._kept(registry)
        return StoredLogin(kept.login, "" if kept.login else found.trouble or kept.trouble)

    def foreseen(self, registry: str) -> str:
        """Why no login will be had, as far as that shows without asking a helper; else empty."""
        kept = self._kept(registry)
        if kept.login:
            return ""
        return self._missing(self.helper(registry)) or kept.trouble

    def helper(self, registry: str) -> str:
        """The program that keeps the login for a registry; empty where none is named."""
        named = _members(self._told.get("credHelpers")).get(_key(registry))
        named = named or self._told.get("credsStore")
        return f"docker-credential-{named}" if isinstance(named, str) and named else ""

    def _read(self) -> Mapping[str, Any]:
        try:
            told = parsed_json(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as trouble:
            self.trouble = f"{self.file} cannot be read: {trouble.strerror}."
            return {}
        except ValueError as trouble:
            self.trouble = f"{self.file} is not JSON: {trouble}."
            return {}
        if not isinstance(told, dict):
            self.trouble = f"{self.file} is not a JSON object."
            return {}
        return told

    def _missing(self, helper: str) -> str:
        if not helper or shutil.which(helper):
            return ""
        return f"The credential helper {helper}, which {self.file} names, is not installed."

    def _helped(self, registry: str) -> StoredLogin:
        helper = self.helper(registry)
        program = shutil.which(helper)
        if program is None:
            return StoredLogin(None, self._missing(helper))
        try:
            done = subprocess.run(  # noqa: S603 - named by the person's docker command
                [program, "get"],
                input=_key(registry).encode(),
                capture_output=True,
                timeout=HELPER_WITHIN,
                check=False,
            )
        except subprocess.TimeoutExpired:
            why = f"did not answer within {HELPER_WITHIN} seconds"
            return StoredLogin(None, f"The credential helper {helper} {why}.")
        except OSError as trouble:
            why = trouble.strerror or str(trouble)
            return StoredLogin(None, f"The credential helper {helper} cannot be started: {why}.")
        if done.returncode:
            said = clean(done.stdout.decode("utf-8", "replace").strip())[:200]
            if NONE_STORED in said:
                return StoredLogin()
            why = f" and says “{said}”" if said and not said.startswith("{") else ""
            return StoredLogin(
                None, f"The credential helper {helper} ends with code {done.returncode}{why}."
            )
        return _answered(helper, registry, done.stdout)

    def _kept(self, registry: str) -> StoredLogin:
        """The login that config.json itself holds."""
        auths = _members(self._told.get("auths"))
        entry = next((key for key in auths if _host(key) == _host(_key(registry))), None)
        if entry is None:
            return StoredLogin(None, self.trouble)
        told = _members(auths[entry])
        token, auth = told.get("identitytoken"), told.get("auth")
        if isinstance(token, str) and token:
            return StoredLogin(RegistryLogin(entry, "", Secret(token), is_token=True))
        if not auth:
            return StoredLogin()  # `docker logout` and credential helpers leave such entries
        try:
            user, _, password = base64.b64decode(auth, validate=True).decode().partition(":")
        except (ValueError, TypeError):
            user = password = ""
        if not user or not password:
            words = f"its entry for {entry} has an `auth` that is not a user and a password"
            return StoredLogin(None, f"{self.file}: {words}.")
        return StoredLogin(RegistryLogin(entry, user, Secret(password.rstrip("\0"))))


def _answered(helper: str, registry: str, answer: bytes) -> StoredLogin:
    try:
        told = _members(parsed_json(answer))
        user, secret = str(told["Username"]), str(told["Secret"])
    except (ValueError, KeyError):
        return StoredLogin(None, f"The credential helper {helper} answers with no login.")
    server = _key(registry)
    if user == TOKEN:
        return StoredLogin(RegistryLogin(server, "", Secret(secret), is_token=True))
    return StoredLogin(RegistryLogin(server, user, Secret(secret)) if user or secret else None)


def _members(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _key(registry: str) -> str:
    """How the docker command calls a registry where it keeps logins."""
    return DOCKER_HUB if registry in {"docker.io", "index.docker.io"} else registry


def _host(entry: str) -> str:
    host = entry.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return "docker.io" if host == "index.docker.io" else host
