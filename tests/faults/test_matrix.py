"""A sample of the matrix: of every kind of trouble some cases; `matrix --full` plays them all."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.faults.matrix.cases import Death, Trouble
from tests.faults.matrix.verbs import Verb
from tests.support.tiers import second_tier
from wizard.standin.faults import Kind

if TYPE_CHECKING:
    from tests.faults.matrix.stage import Stage
    from wizard.standin.server import StandIn

pytestmark = second_tier

OF_EACH = 2
TROUBLES: list[Trouble] = [*Kind, *Death]


@pytest.fixture(scope="session")
def stages() -> "list[Stage]":
    """Of one process: the undisturbed run is played once."""
    return []


@pytest.fixture
def stage(
    home: object,
    standin_server: "StandIn",
    stages: "list[Stage]",
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Stage]":
    from tests.faults.matrix.stage import Stage

    if not stages:
        stages.append(Stage(standin_server, tmp_path_factory.mktemp("stage")))
    (only,) = stages
    with only.lit():
        yield only


def test_every_call_is_in_it(stage: "Stage") -> None:
    everything = stage.cases()
    assert len(everything) >= 500
    assert {case.trouble for case in everything} == set(TROUBLES)
    assert len({str(case) for case in everything}) == len(everything)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.value)
def test_one_more_run_and_all_is_as_undisturbed(stage: "Stage", trouble: Trouble) -> None:
    place = TROUBLES.index(trouble)
    same = [case for case in stage.cases() if case.trouble is trouble]
    step = len(same) // OF_EACH
    for case in same[place * 5 % step :: step][:OF_EACH]:
        verdict = stage.play(case)
        assert not verdict.problems, f"{case}: {verdict.problems}"


OTHERS = [
    "destroy access-role iam:DeleteRole#1 killed after the call, before the record",
    "destroy cluster rds:DeleteDBCluster#1 applied but reset",
    "rotate service apprunner:UpdateService#1 killed after the call, before the record",
]


def test_a_removal_and_a_rotation_go_on_as_well(stage: "Stage") -> None:
    everything = {str(case): case for case in stage.cases(Verb.DESTROY, Verb.ROTATE)}
    for name in OTHERS:
        verdict = stage.play(everything[name])
        assert not verdict.problems, f"{name}: {verdict.problems}"
