"""A sample of the kills: `python -m tests.parity.kills --full` plays them all."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from tests.parity.kills.series import Series
    from wizard.standin.server import StandIn


@pytest.fixture
def series(
    home: object,
    standin_server: "StandIn",
    quick_aws: QuickAws,
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Series]":
    from tests.parity.kills.series import Series

    need("docker", package="docker-cli")
    made = Series(standin_server, quick_aws.folder, tmp_path_factory.mktemp("series"))
    with made.lit():
        yield made


@pytest.mark.parametrize("place", [-9, pytest.param(6, marks=second_tier)])
def test_killed_and_run_again(series: "Series", place: int) -> None:
    """One after its call and one before; which ones is spread over the run."""
    everything = series.cases()
    assert len(everything) >= 24
    case = everything[place]
    verdict = series.play(case)
    assert not verdict.problems, f"{case}: {verdict.problems}"
    assert case.applied is (place < 0)
