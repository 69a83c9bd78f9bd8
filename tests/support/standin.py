"""The AWS stand-in as fixtures."""

from collections.abc import Iterator

import pytest

from wizard.standin.server import StandIn

REGION = "eu-west-1"
SCALE = 0.002
"""AWS's ten minutes in about a second."""


@pytest.fixture(scope="session")
def standin_server() -> Iterator[StandIn]:
    """One server per test process; `standin` gives it out fresh."""
    with StandIn(scale=SCALE, docker=True) as running:
        yield running


@pytest.fixture
def standin(standin_server: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A new AWS account, and the environment that leads there."""
    standin_server.reset()
    for name, value in standin_server.environment().items():
        monkeypatch.setenv(name, value)
    return standin_server
