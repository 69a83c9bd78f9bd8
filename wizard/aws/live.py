"""The world a live run works in: AWS, the Docker engine, the agent's URL, the CLI's config."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from wizard.aws import probe
from wizard.aws.session import Aws
from wizard.base.clock import Clock
from wizard.base.errors import AwsError
from wizard.base.patience import Patience, Pause, patiently
from wizard.base.secret import Secret
from wizard.base.troubles import PASSING, Trouble
from wizard.local.formae import client
from wizard.local.formae.config import ClientConfig, Compared, Written
from wizard.local.image.copying import copy_image
from wizard.local.image.login import RegistryLogin
from wizard.local.image.names import registry_of
from wizard.local.image.progress import LayerProgress
from wizard.local.passwords import Passwords
from wizard.local.profiles import Kind, profile
from wizard.plan.world import HttpAnswer, Layers, reads

QUIET = 15.0
"""Seconds for which a call is tried where nobody is told of it."""
NOT_ASKED = "NotAsked"
"""The code of what `LookingTools` does not do; no code of AWS's."""


class LiveTools:
    """The protocol `Tools`, for real."""

    quiet = QUIET
    passing = PASSING

    def __init__(self, aws: Aws, passwords: Passwords, clock: Clock) -> None:
        self.clock = clock
        self._aws = aws
        self._passwords = passwords
        self._patience = Patience(self.quiet, self._nap, clock.now, self.passing)
        self._renewing = threading.Lock()
        self._renewed = float("-inf")

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """One AWS call, tried for some seconds."""
        token = str(uuid4())
        return patiently(lambda: self.ask(service, operation, params, token), self._patience)

    def ask(self, service: str, operation: str, params: Mapping[str, Any], token: str) -> Any:
        """One AWS call, tried once."""
        return self._aws.call(service, operation, params, token)

    def renew(self) -> None:
        """Read the sign-in anew; where several threads want it at once, once."""
        before = self.clock.now()
        with self._renewing:
            if before > self._renewed:
                self._aws.renew()
                self._renewed = self.clock.now()

    def renewal(self) -> str:
        """How to sign in again; a running program's environment cannot be changed from outside."""
        used = profile(self._aws.profile)
        if used and used.kind is Kind.ENVIRONMENT:
            return ""
        name = used.name if used else self._aws.profile  # its file may just be written anew
        words = used.renewal if used else ""
        return words or f"Put new credentials into the profile {name or 'default'}."

    def _nap(self, pause: Pause) -> None:
        self.clock.sleep(pause.seconds, threading.Event())

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
        return RegistryLogin(registry_of(destination), username, Secret(password))

    def probe(self, url: str, username: str | None, password: str | None) -> HttpAnswer:
        """Ask a URL once."""
        return probe.ask(url, username, password)

    def write_client_config(self, config: ClientConfig) -> Written:
        """Put the connection into the CLI's config."""
        return client.write(config)

    def restore_client_config(self, name: str, url: str) -> Written:
        """Put the CLI's config back."""
        return client.restore(name, url)

    def compare_client_config(self, config: ClientConfig) -> Compared:
        """How the CLI's config would change."""
        return client.compare(config)

    def ask_through_client(self, name: str, url: str) -> str:
        """Let the CLI ask the agent."""
        return client.ask(name, url)

    def password(self, name: str) -> Secret:
        """A new password."""
        return self._passwords.clear(name)

    def password_hash(self, name: str) -> str:
        """Its hash."""
        return self._passwords.hashed(name)


class LookingTools(LiveTools):
    """The same for those who only look: in a hurry, and what is no read call is never made.

    Nor is a statement made through the Data API, which would wake a sleeping database.
    """

    quiet = 4.0
    passing = PASSING - {Trouble.UNSURE}
    """One who only looks goes on without an answer."""

    def ask(self, service: str, operation: str, params: Mapping[str, Any], token: str) -> Any:
        """One read call, tried once. Raises AwsError for any other, without making it."""
        if not reads(operation):
            told = "This only looks, and makes no such call."
            raise AwsError(service, operation, NOT_ASKED, told)
        return super().ask(service, operation, params, token)
