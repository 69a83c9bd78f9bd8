"""Bring one thing back that sleeps, or is on its way out and holds its name until then."""

from __future__ import annotations

from functools import partial

from wizard.failures.errors import WizardError
from wizard.plan.model import Revival
from wizard.readings import looking
from wizard.readings.apply.context import Context
from wizard.readings.apply.waiting import ordered
from wizard.telling.events import State


def revive(context: Context) -> bool:
    """Bring back what the step's look found, where that is needed; whether it was.

    Raises AwsError, Interrupted, and WizardError where it does not come back.
    """
    revival = context.step.revival
    if revival is None or not looking.dormant(context.step, context.scope):
        return False
    context.moved(State.WORKING, note=f"{revival.state}: {revival.then}")
    first, *others = revival.calls
    ordered(context, first, partial(_awake, context))
    _settle(context, revival)
    for call in others:
        ordered(context, call, lambda: False)
    return True


def _settle(context: Context, revival: Revival) -> None:
    clock = context.tools.clock
    deadline = clock.now() + revival.limit
    while not _awake(context) or looking.stirring(context.step, context.scope):
        if clock.now() > deadline:
            raise WizardError(
                f"{context.step.title}: AWS took the order to bring it back, but does not do it.",
                "",
                "Run the same command again in a minute: it goes on from here.",
            )
        clock.sleep(revival.every, context.stop)


def _awake(context: Context) -> bool:
    there = looking.look(context.step, context.scope, context.call)
    return there and not looking.dormant(context.step, context.scope)
