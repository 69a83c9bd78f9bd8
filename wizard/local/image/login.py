"""Logins for registries, as the engine takes them: with one call, never stored by us."""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.base.secret import Secret

if TYPE_CHECKING:
    from docker import APIClient

HEADER = "X-Registry-Auth"


@dataclass(frozen=True, slots=True)
class RegistryLogin:
    """A login for one registry. `server` is its host and port, without a scheme."""

    server: str
    username: str
    password: Secret

    def header(self) -> dict[str, str]:
        """The header that gives the engine this login for one call."""
        told = {
            "username": self.username,
            "password": self.password.reveal(),
            "serveraddress": self.server,
        }
        return {HEADER: base64.urlsafe_b64encode(json.dumps(told).encode()).decode()}


def stored_login(engine: "APIClient", registry: str) -> dict[str, str]:
    """The header with the docker command's own login for `registry`, empty where it has none.

    Reads the person's docker settings and asks their credential helper, as the SDK does. Raises
    what `engine.troubles()` lists where the helper fails.
    """
    from docker.auth import get_config_header

    header = get_config_header(engine, registry)
    return {HEADER: header.decode()} if header else {}
