"""Bring one thing back that sleeps, or is on its way out and holds its name until then."""

from __future__ import annotations

from functools import partial

from wizard.base.errors import WizardError
from wizard.base.events import State
from wizard.engine import matching
from wizard.engine.apply.context import Context
from wizard.engine.apply.waiting import ordered
from wizard.plan.model import Revival


def revive(context: Context) -> bool:
    """Bring back what the step's look found, where that is needed; whether it was.

    Raises AwsError, Interrupted, and WizardError where it does not come back.
    """
    revival = context.step.revival
    if revival is None or not matching.dormant(context.step, context.scope):
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
    while not _awake(context) or matching.stirring(context.step, context.scope):
        if clock.now() > deadline:
            raise WizardError(
                f"{context.step.title}: AWS took the order to bring it back, but does not do it.",
                "",
                "Run the same command again in a minute: it goes on from here.",
            )
        clock.sleep(revival.every, context.stop)


def _awake(context: Context) -> bool:
    there = matching.look(context.step, context.scope, context.call)
    return there and not matching.dormant(context.step, context.scope)
