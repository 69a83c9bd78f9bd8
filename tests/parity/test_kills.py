"""A sample of the kills: `python -m tests.parity.kills --full` plays them all."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.parity.test_ecs import HOSTS
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.tiers import second_tier, unsampled

if TYPE_CHECKING:
    from tests.parity.kills.series import Series
    from wizard.standin.server import StandIn


@pytest.fixture(params=["defaults", *(pytest.param(h, marks=unsampled) for h in HOSTS)])
def series(
    request: pytest.FixtureRequest,
    home: object,
    standin_server: "StandIn",
    quick_aws: QuickAws,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Series]":
    from tests.parity.kills.series import Series

    need("docker", package="docker-cli")
    made = Series(
        standin_server, quick_aws.folder, tmp_path_factory.mktemp("series"), request.param
    )
    with made.lit():
        yield made


@second_tier
def test_killed_and_run_again(series: "Series") -> None:
    """One before its call and one after; which ones is spread over the run."""
    everything = series.cases()
    assert len(everything) >= 24
    for case in (everything[6], everything[-9]):
        verdict = series.play(case)
        assert not verdict.problems, f"{case}: {verdict.problems}"
