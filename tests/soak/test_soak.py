"""A few rounds of the soak, so that it stays one; the figures of a thousand are its command's."""

from tests.soak.measured import Held, growth
from tests.soak.run import grown, soak
from tests.support.tiers import second_tier


@second_tier
def test_a_few_rounds_hold_no_more(capsys: object) -> None:
    held = soak(3)
    assert len(held) == 3
    assert grown(held, 3) == []
    assert held[-1].handles <= held[0].handles
    assert held[-1].threads <= held[0].threads


def test_growth_is_seen() -> None:
    leaking = [Held(100 + each, 10 + each, 5) for each in range(50)]
    assert growth(leaking) == Held(30.0, 30, 0)
    assert len(grown(leaking, 50)) == 2
    assert grown([Held(100, 10, 5)] * 50, 50) == []
