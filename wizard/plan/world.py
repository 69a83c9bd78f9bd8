"""What a run needs from outside, as one protocol: no plan knows boto3 or Docker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.secret import Secret
from wizard.local.clock import Clock
from wizard.local.formae.config import ClientConfig, Compared, Written

if TYPE_CHECKING:
    from wizard.local.postgresql import DatabaseOrder  # slow to load, and seldom needed

AwsCall = Callable[[str, str, Mapping[str, Any]], Any]
"""A call as `Reads.call` makes it: service, operation, parameters."""
READS = ("BatchGet", "Describe", "Filter", "Get", "List", "Simulate")
"""Beginnings of the operations that change nothing."""


def reads(operation: str) -> bool:
    """Whether an operation of AWS's changes nothing, whatever its parameters."""
    return operation.startswith(READS)


def changes_nothing(operation: str, params: Mapping[str, Any]) -> bool:
    """Whether a call only reads; of statements in SQL those that select."""
    statement = params.get("sql")
    selects = isinstance(statement, str) and statement.lstrip().upper().startswith("SELECT")
    return reads(operation) or selects


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a URL said: `status` 0 and a reason where nothing answered. `body` is parsed JSON."""

    status: int
    body: Any = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """An image to copy: `source` and `destination` are `repository:tag`, `platform` `os/arch`."""

    source: str
    destination: str
    platform: str
    through_docker: bool = False
    room: int = 0
    """Bytes that its host has for it, packed and unpacked together."""


class CopyTold(Protocol):
    """Told how an image's copy goes on, from several threads."""

    def layer(self, layer: str, phase: str, done: int, total: int) -> None:
        """A layer by its id: a phase in words, bytes done, bytes in all (0 while unknown)."""

    def news(self, text: str) -> None:
        """A line about the image as a whole."""

    def held(self, note: str, seconds: float | None = None) -> None:
        """A request is tried again in so many seconds, and why."""

    def released(self) -> None:
        """It goes on after that."""


class Reads(Protocol):
    """The world, for who only looks: `World`, or a snapshot of the account."""

    @property
    def clock(self) -> Clock:
        """Time, as the run sees it."""

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """One AWS call, all pages; dates as ISO texts. Raises AwsError or WizardError.

        What may pass is asked again for some seconds, quietly.
        """

    def compare_client_config(self, config: ClientConfig) -> Compared:
        """How the CLI's config would change; changes nothing. Raises WizardError."""

    def password(self, name: str) -> Secret:
        """The new password of that name, the same each time it is asked for."""

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of a new password; one password has one hash in a run."""


class World(Reads, Protocol):
    """All that a run may ask and do outside this program."""

    def ask(self, service: str, operation: str, params: Mapping[str, Any], token: str) -> Any:
        """One AWS call as `call` makes it, tried once. Made again with the same token (a UUID) it
        does nothing twice, where the operation knows such tokens."""

    def renew(self) -> None:
        """Read the sign-in anew. Raises WizardError when it cannot be read."""

    def renewal(self) -> str:
        """How to sign in again while the program runs, as a sentence; empty where one cannot."""

    def copy_image(self, order: ImageOrder, told: CopyTold, stop: threading.Event) -> str:
        """Copy an image; the digest it has at its destination. Raises WizardError."""

    def prepare_database(self, order: DatabaseOrder) -> None:
        """Make a role and its database over PostgreSQL's protocol, or change them to match.

        Tried once. Raises WizardError, and NotYet where it may pass.
        """

    def probe(self, url: str, username: str | None, password: str | None) -> HttpAnswer:
        """Ask a URL once over HTTPS; never raises for what the other side does."""

    def write_client_config(self, config: ClientConfig) -> Written:
        """Put the connection into the formae CLI's config. Raises WizardError."""

    def restore_client_config(self, name: str, url: str) -> Written:
        """Put the CLI's config back to what it was before that connection. Raises WizardError.

        `url` is empty where the agent's address is not known any more.
        """

    def ask_through_client(self, name: str, url: str) -> str:
        """Let the formae CLI ask the agent; the version it reports. Raises WizardError."""
