"""Whoever is signed in to another account than the one that is meant hears of both."""

import pytest

from wizard.base.errors import ExitCode, WizardError
from wizard.engine.resolve_answers import demand_account

HERE, THERE = "111111111111", "222222222222"
PLAN = ("The saved plan p.json is for", "It is bound to one account.", "create a new plan")


@pytest.mark.parametrize("more", [(), PLAN], ids=["answers", "plan"])
def test_any_account_and_the_wanted_one_are_fine(more: tuple[str, ...]) -> None:
    demand_account("", HERE, *more)
    demand_account(HERE, HERE, *more)


@pytest.mark.parametrize("more", [(), PLAN], ids=["answers", "plan"])
def test_another_one_is_refused(more: tuple[str, ...]) -> None:
    with pytest.raises(WizardError) as told:
        demand_account(THERE, HERE, *more)
    assert told.value.code is ExitCode.USAGE
    said = f"{told.value.what} {told.value.fix}"
    assert said.count(THERE) == 2
    assert HERE in told.value.what
    assert "--profile" in said
    assert all(each in f"{said} {told.value.why}" for each in more)
