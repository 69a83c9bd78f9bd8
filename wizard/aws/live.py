"""The world a live run works in: AWS, the Docker engine, the agent's URL, the CLI's config.

Ask a URL once over HTTPS, with this machine's own proxy and certificate settings.
"""

from __future__ import annotations

import base64
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from wizard.aws.session import Aws
from wizard.base.errors import AwsError, NoAnswer
from wizard.base.json_input import parsed_json
from wizard.base.patience import PASSING, Patience, Pause, Trouble, patiently
from wizard.base.secret import Secret
from wizard.local import mfa, network, postgresql
from wizard.local.clock import Clock
from wizard.local.formae import client
from wizard.local.formae.config import ClientConfig, Compared, Written
from wizard.local.image import way
from wizard.local.image.names import Destination, RegistryLogin, registry_of
from wizard.local.image.registry import Tries
from wizard.local.image.stream import WHOLE, LayerProgress
from wizard.local.keychain import Passwords
from wizard.local.postgresql import DatabaseOrder
from wizard.local.process import made
from wizard.local.profiles import SignInKind, meant, profile, source
from wizard.plan.world import CopyTold, HttpAnswer, ImageOrder, changes_nothing, reads

TIMEOUT = 15
LONGEST = 1_000_000


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a password goes only where it was meant to."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(url: str, username: str | None = None, password: str | None = None) -> HttpAnswer:
    """One GET. Never raises for what the other side does; the reason is then in the answer.

    Proxies come from HTTPS_PROXY and NO_PROXY, certificates from the system, or from the file in
    AWS_CA_BUNDLE, SSL_CERT_FILE or REQUESTS_CA_BUNDLE.
    """
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310
    if username is not None and password is not None:
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    trust = network.trust(network.bundle())
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust), _Stay())
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return HttpAnswer(answer.status, _parsed(answer.read(LONGEST)))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return HttpAnswer(refusal.code)
    except urllib.error.URLError as error:
        return HttpAnswer(0, reason=str(getattr(error.reason, "strerror", "") or error.reason))
    except (OSError, ValueError) as error:
        return HttpAnswer(0, reason=str(error) or type(error).__name__)


def _parsed(body: bytes) -> Any:
    try:
        return parsed_json(body)
    except ValueError:
        return None


IMAGE_BUDGET = 600.0
"""Seconds for which one request to a registry is tried, from its first failure on."""
QUIET = 15.0
"""Seconds for which a call is tried where nobody is told of it."""
NOT_ASKED = "NotAsked"
"""The code of what `ReadOnlyWorld` does not do; no code of AWS's."""


class LiveWorld:
    """The protocol `World`, for real."""

    quiet = QUIET
    passing = PASSING
    silence: float | None = None
    """Seconds that AWS may be silent before a call ends; None for the usual."""

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
        try:
            answer = self._aws.call(service, operation, params, token)
        except NoAnswer as none:
            if none.asked:  # it may have been done
                self._note(operation, params)
            raise
        self._note(operation, params)
        return answer

    def _note(self, operation: str, params: Mapping[str, Any]) -> None:
        if not changes_nothing(operation, params):
            made()

    def renew(self) -> None:
        """Read the sign-in anew; where several threads want it at once, once."""
        before = self.clock.now()
        with self._renewing:
            if before > self._renewed:
                self._aws.renew()
                self._renewed = self.clock.now()

    def renewal(self) -> str:
        """How to sign in again; a running program's environment cannot be changed from outside."""
        used, by = profile(self._aws.profile), source(self._aws.profile)
        if by and by.kind is SignInKind.ENVIRONMENT:
            return ""
        if used and used.mfa and not used.expired:
            return mfa.renewal(self._aws.profile)
        name = meant(self._aws.profile).name  # its file may just be written anew
        return by.remedy if by else f"Set new credentials in the AWS profile “{name}”."

    def _nap(self, pause: Pause) -> None:
        self.clock.sleep(pause.seconds, threading.Event())

    def copy_image(self, order: ImageOrder, told: CopyTold, stop: threading.Event) -> str:
        """Copy an image into ECR with a fresh registry password, which lives only in memory."""
        held = threading.Event()

        def report(progress: LayerProgress) -> None:
            if held.is_set():
                held.clear()
                told.released()
            if progress.layer == WHOLE:
                told.news(progress.phase)
            else:
                told.layer(progress.layer, progress.phase, progress.done, progress.total)

        def tell(words: str, seconds: float) -> None:
            told.held(words, seconds)
            held.set()

        tries = Tries(
            IMAGE_BUDGET,
            wait=lambda seconds: self.clock.sleep(seconds, stop),
            tell=tell,
            now=self.clock.now,
        )
        found = way.find_way(
            order.source,
            order.platform,
            tries,
            docker=order.through_docker,
            profile=self._aws.profile,
        )
        url = self._authorization()["proxyEndpoint"]
        login = partial(self._registry_login, order.destination)
        destination = Destination(order.destination, url, login, order.room)
        return way.copy_along(found, destination, tries, report, stop.is_set)

    def _authorization(self) -> Mapping[str, str]:
        answer = self.call("ecr", "GetAuthorizationToken", {})
        found: Mapping[str, str] = answer["authorizationData"][0]
        return found

    def _registry_login(self, destination: str) -> RegistryLogin:
        token = self._authorization()["authorizationToken"]
        username, _, password = base64.b64decode(token).decode().partition(":")
        return RegistryLogin(registry_of(destination), username, Secret(password))

    def prepare_database(self, order: DatabaseOrder) -> None:
        """Make a role and its database as the master user, with a fresh token of IAM."""
        token = self._aws.database_token(order.host, order.port, order.master)
        made()
        postgresql.prepare(order, token)

    def probe(self, url: str, username: str | None, password: str | None) -> HttpAnswer:
        """Ask the agent's URL once, over HTTPS."""
        return ask(url, username, password)

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
        """The run's new password of that name; made when it is first asked for."""
        return self._passwords.clear(name)

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of the run's new password of that name."""
        return self._passwords.hashed(name)


class ReadOnlyWorld(LiveWorld):
    """The world as those may use it who only look: with a short patience, and read calls alone.

    No statement is made through the Data API either: it would wake a sleeping database.
    """

    quiet = 4.0
    silence = 6.0
    passing = PASSING - {Trouble.UNSURE}
    """One who only looks goes on without an answer."""

    def ask(self, service: str, operation: str, params: Mapping[str, Any], token: str) -> Any:
        """One read call, tried once. Raises AwsError for any other, without making it."""
        if not reads(operation):
            told = "This command is read-only and does not make this call."
            raise AwsError(service, operation, NOT_ASKED, told)
        return super().ask(service, operation, params, token)
