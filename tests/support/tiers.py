"""Two tiers of tests: `pytest` plays the first; `python -m tests.tier2` the long series.

What is long because every place is played, and where one place tells little more than another, is
in the second; of most such series a few places are in the first, too.
"""

import os
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import pytest
from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., object])

second_tier = pytest.mark.second_tier
"""Not played by `pytest` alone."""
unsampled = [second_tier, pytest.mark.unsampled]
"""Nor by `python -m tests.tier2 --sample`, but by the whole second tier."""
EVERY = 12
"""Of a series, one case in so many is in the first tier."""

PORTION = 1 if "EXAMPLES" in os.environ else 8
"""Of the examples that a property is tried with, one in so many is in the first tier."""


def unsampled_tier(test: Test) -> Test:
    """Mark a test as `unsampled` does a case."""
    second_tier(pytest.mark.unsampled(test))
    return test


def tried(examples: int) -> Callable[[Any], Any]:
    """Hypothesis's settings: so many examples in the whole second tier, a portion in the first."""
    return settings(max_examples=examples // PORTION, deadline=None)


def sampled(cases: Sequence[tuple[Any, ...]], every: int = EVERY) -> list[Any]:
    """The cases for `parametrize`: of each run of `every` one in the first tier, one in the sample.

    The rest is for the whole second tier.
    """
    return [pytest.param(*case, marks=marks(place, every)) for place, case in enumerate(cases)]


def tail(cases: Sequence[tuple[Any, ...]], ids: Sequence[str] = ()) -> list[Any]:
    """The cases for `parametrize`, all of the second tier; of the sample is the first."""
    return [
        pytest.param(*case, id=name or None, marks=unsampled if place else second_tier)
        for place, (case, name) in enumerate(zip_longest(cases, ids))
    ]


def marks(place: int, every: int = EVERY) -> list[Any]:
    """Those of the case at this place of such a series."""
    at = place % every
    return [[], [second_tier]][at] if at < 2 else unsampled
