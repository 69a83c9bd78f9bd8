"""The AWS stand-in as fixtures.

`standin` is a new AWS account for one test, with the environment that leads there already set, but
for the region. Nobody waits there: its clock and that of every run jump to what is waited for, and
what takes minutes on AWS takes a tenth of them, so that little is asked while it is waited for.
`new_account` makes others: see its options.
One server per test process serves them all, for moto keeps its state in module globals.
"""

import functools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from wizard.engine.flow import PACE_VARIABLE
from wizard.local.clock import CLOCK_VARIABLE, Clock, Skipped

if TYPE_CHECKING:
    from tests.support.deployed import Accounts
    from tests.support.postgres import PostgresDatabases
    from wizard.standin.dataapi.databases import Databases
    from wizard.standin.durations import Durations
    from wizard.standin.server import StandIn
    from wizard.standin.world import Registry

REGION = "eu-west-1"
ACCOUNT = "123456789012"
SCALE = 0.002
"""For who wants time that passes by itself: AWS's ten minutes in about a second."""


class NewAccount(Protocol):
    """Makes the stand-in a new account; what is not given is as usual."""

    def __call__(
        self,
        *,
        closed: bool = False,
        scale: float | None = None,
        durations: "Durations | None" = None,
        databases: "Databases | None" = None,
        registry: "Registry | None" = None,
    ) -> "StandIn": ...


@pytest.fixture(scope="session")
def standin_server() -> Iterator["StandIn"]:
    """The one server of a test process."""
    with own_account() as running:
        yield running


@pytest.fixture
def new_account(
    home: object,
    standin_server: "StandIn",
    accounts: "Accounts",
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[NewAccount]:
    """Call it for a stand-in that is `closed`, has a real `registry` behind ECR, and so on.

    With a `scale` time passes by itself, and all takes as long as on AWS: for who has to come in
    between.
    """
    from wizard.standin.durations import Durations

    def make(*, closed: bool = False, **options: Any) -> "StandIn":
        if options.get("scale") is not None:
            options = {"durations": Durations(), **options}
            monkeypatch.setenv(PACE_VARIABLE, os.environ.get(PACE_VARIABLE, str(SCALE)))
        monkeypatch.delenv(CLOCK_VARIABLE, raising=False)
        standin_server.reset(**options)
        standin_server.behaviour.closed = closed
        for name, value in standin_server.environment().items():
            monkeypatch.setenv(name, value)
        accounts.standin = standin_server
        return standin_server

    yield make
    accounts.standin = None


@pytest.fixture
def standin(new_account: NewAccount) -> "StandIn":
    """A new AWS account: App Runner open, a catalogue behind the Data API."""
    return new_account()


@dataclass(frozen=True, slots=True)
class Held:
    """An account whose time does not jump: a run that waits for AWS waits until the test is done.

    Time passes as on this machine meanwhile.
    """

    account: "StandIn"

    def hold(self) -> None:
        """From now on nobody jumps."""
        self._jumps.held = True

    def release(self) -> None:
        """From now on nobody waits any more."""
        self._jumps.held = False

    def passes(self, seconds: float) -> None:
        """So much time has passed at once, for everybody."""
        self._jumps.put(self._jumps.seconds() + seconds)

    @property
    def _jumps(self) -> Skipped:
        jumps = self.account.world.clock.jumps
        assert jumps
        return jumps


@pytest.fixture
def held(standin: "StandIn") -> Iterator[Held]:
    """A new AWS account in which nobody's time jumps before the test says so."""
    account = Held(standin)
    account.hold()
    yield account
    account.release()


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator["PostgresDatabases"]:
    """Real PostgreSQL servers; skips where PostgreSQL is not installed."""
    from tests.support.postgres import PostgresDatabases

    databases = PostgresDatabases()
    yield databases
    databases.close()


@pytest.fixture
def standin_postgres(new_account: NewAccount, postgres_databases: "PostgresDatabases") -> "StandIn":
    """A new AWS account with real PostgreSQL behind the Data API."""
    return new_account(databases=postgres_databases)


@pytest.fixture
def aws(standin: "StandIn") -> Callable[[str], Any]:
    """A boto3 client of a service, in REGION, on the stand-in's account."""
    return client


def client(service: str, region: str = REGION, **options: Any) -> Any:
    """A boto3 client, as the environment says now; boto3's own session would remember it.

    Clients are slow to make, so they are shared. Give options to have one of your own.
    """
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    given = tuple(os.environ[name] for name in names)
    return _made(service, region, *given, **options) if options else _kept(service, region, *given)


def _made(service: str, region: str, url: str, key: str, secret: str, **options: Any) -> Any:
    import boto3

    return boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        **options,
    )


_kept = functools.cache(_made)


def passes(seconds: float = 1.0) -> None:
    """Let time pass on the account that the environment leads to, for who waits without a run."""
    Clock().sleep(seconds, threading.Event())


def own_account(folder: Path | None = None) -> "StandIn":
    """A stand-in for a process of its own, not started; its clock jumps as that of the tests."""
    from wizard.standin.durations import BRIEF
    from wizard.standin.server import StandIn

    return StandIn(scale=None, durations=BRIEF, docker=True, folder=folder)
