"""The world a live run works in: AWS, the Docker engine, the agent's URL, the CLI's config."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from typing import Any

from wizard import client, probe
from wizard.aws.session import Aws
from wizard.clock import Clock
from wizard.image.copying import copy_image
from wizard.image.login import RegistryLogin
from wizard.image.names import registry_of
from wizard.image.progress import LayerProgress
from wizard.passwords import Passwords
from wizard.tools import ClientConfig, HttpAnswer, Layers, Written


class LiveTools:
    """The protocol `Tools`, for real."""

    def __init__(self, aws: Aws, passwords: Passwords, clock: Clock) -> None:
        self.clock = clock
        self._aws = aws
        self._passwords = passwords

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """One AWS call."""
        return self._aws.call(service, operation, params)

    def copy_image(
        self, source: str, destination: str, platform: str, layers: Layers, stop: threading.Event
    ) -> str:
        """Copy an image into ECR with a fresh registry password, which lives only in memory."""

        def report(progress: LayerProgress) -> None:
            layers(progress.layer, progress.phase, progress.done, progress.total)

        return copy_image(
            source=source,
            destination=destination,
            platform=platform,
            login=self._registry_login(destination),
            report=report,
            cancelled=stop.is_set,
        )

    def _registry_login(self, destination: str) -> RegistryLogin:
        answer = self.call("ecr", "GetAuthorizationToken", {})
        token = answer["authorizationData"][0]["authorizationToken"]
        username, _, password = base64.b64decode(token).decode().partition(":")
        return RegistryLogin(registry_of(destination), username, password)

    def probe(self, url: str, username: str | None, password: str | None) -> HttpAnswer:
        """Ask a URL once."""
        return probe.ask(url, username, password)

    def write_client_config(self, config: ClientConfig) -> Written:
        """Put the connection into the CLI's config."""
        return client.write(config)

    def restore_client_config(self, name: str, url: str) -> Written:
        """Put the CLI's config back."""
        return client.restore(name, url)

    def ask_through_client(self, name: str, url: str) -> str:
        """Let the CLI ask the agent."""
        return client.ask(name, url)

    def password(self, name: str) -> str:
        """A new password."""
        return self._passwords.clear(name)

    def password_hash(self, name: str) -> str:
        """Its hash."""
        return self._passwords.hashed(name)
