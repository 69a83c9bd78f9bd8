"""Two tiers of tests: `pytest` plays the first; `python -m tests.tier2` the long series.

What is long because every place is played, and where one place tells little more than another, is
in the second; of most such series a few places are in the first, too.
"""

from collections.abc import Sequence
from typing import Any

import pytest

second_tier = pytest.mark.second_tier
"""Not played by `pytest` alone."""
unsampled = [second_tier, pytest.mark.unsampled]
"""Nor by `python -m tests.tier2 --sample`, but by the whole second tier."""
EVERY = 6
"""Of a series, one case in so many is in the first tier."""


def sampled(cases: Sequence[tuple[Any, ...]], every: int = EVERY) -> list[Any]:
    """The cases for `parametrize`: of each run of `every` one in the first tier, one in the sample.

    The rest is for the whole second tier.
    """
    return [pytest.param(*case, marks=_marks(place % every)) for place, case in enumerate(cases)]


def _marks(place: int) -> list[Any]:
    return [[], [second_tier]][place] if place < 2 else unsampled
