"""Whatever happens in whatever order: after a resume as undisturbed, after a destroy as before."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from tests.faults.matrix.stage import Stage
    from wizard.standin.server import StandIn

pytestmark = second_tier


@pytest.fixture
def stage(
    home: object, standin_server: "StandIn", tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Stage]":
    from tests.faults.matrix.stage import Stage

    made = Stage(standin_server, tmp_path_factory.mktemp("stage"))
    with made.lit():
        yield made


def test_any_sequence(stage: "Stage") -> None:
    from tests.faults import sequences

    machine = type("Any", (sequences.Sequences,), {"stage": stage})
    machine.fresh = sequences.fresh(stage)  # type: ignore[attr-defined]
    run_state_machine_as_test(machine, settings=sequences.SETTINGS)
