"""Take one thing back: its `delete` ordered, and waited for until it is really gone."""

from __future__ import annotations

import jmespath

from wizard.base.errors import AwsError, WizardError
from wizard.base.events import StepState
from wizard.engine import matching
from wizard.engine.apply.context import Context
from wizard.engine.apply.waiting import with_retries
from wizard.plan.model import Before, Call

ORDERS = 3
"""How often a removal is ordered that AWS gives up."""
SETTLES = 1.0
"""Seconds between an order and the first look whether it was carried out."""


def remove(context: Context, note: str = "removing", *, agreed: bool = False) -> bool:
    """Remove the thing of the context's step; whether there was anything to remove.

    What is busy is waited out; what stands in the way is done first, and what needs consent only
    where the person has `agreed`; what AWS gave up is ordered again. Raises AwsError, Interrupted,
    and WizardError for what does not go.
    """
    spec, clock = context.step.delete_spec, context.world.clock
    deadline, orders = 0.0, 0
    while not gone(context):
        deadline = deadline or clock.now() + spec.limit  # a slow first look takes none of it
        if clock.now() > deadline:
            raise _too_long(context)
        before = _in_the_way(context)
        if _is(context, spec.busy):
            _wait(context)
        elif before:
            _clear(context, before, agreed)
        elif orders and not _is(context, spec.failed):
            _wait(context)
        else:
            orders += 1
            _removal(context, note, orders)
    return context.trail.ordered


def _clear(context: Context, before: Before, agreed: bool) -> None:
    if before.consent and not agreed:
        raise _not_agreed(context, before)
    context.moved(StepState.WORKING, note=before.what)
    _order(context, before.call)
    context.world.clock.sleep(context.step.delete_spec.every, context.stop)


def _removal(context: Context, note: str, orders: int) -> None:
    if orders > ORDERS:
        raise _given_up(context)
    context.moved(StepState.WORKING, note=note)
    for call in context.step.delete:
        _order(context, call)
    context.world.clock.sleep(SETTLES, context.stop)


def gone(context: Context) -> bool:
    """Look whether the thing is gone, or as good as gone."""
    try:
        there = matching.look(context.step, context.scope, context.call)
    except AwsError as error:
        if error.not_there:
            return True  # it went between two looks
        raise
    return not there or _is(context, context.step.delete_spec.gone)


def _is(context: Context, path: str) -> bool:
    return bool(path) and bool(jmespath.search(path, context.scope.thing))


def _in_the_way(context: Context) -> Before | None:
    first = context.step.delete_spec.first
    return next((each for each in first if _is(context, each.path)), None)


def _wait(context: Context) -> None:
    status = _status(context)
    if (context.trail.state, context.trail.status) != (StepState.WAITING_ON_AWS, status):
        context.moved(StepState.WAITING_ON_AWS, status=status)
    context.world.clock.sleep(context.step.delete_spec.every, context.stop)


def _status(context: Context) -> str:
    path = context.step.delete_spec.status
    return str(jmespath.search(path, context.scope.thing) or "") if path else ""


def _order(context: Context, call: Call) -> None:
    try:
        with_retries(context, lambda: context.call(call), context.step.delete_spec.retry)
        context.trail.ordered = True
    except AwsError as error:
        if not error.not_there:
            raise  # otherwise someone was quicker; the next look tells


def _not_agreed(context: Context, before: Before) -> WizardError:
    return WizardError(
        f"{context.step.title}: it can only be removed if {before.what}.",
        "Someone protected it against this, and it was not confirmed.",
        "Run the same command again, and confirm.",
        entry="FW-RUN-012",
    )


def _given_up(context: Context) -> WizardError:
    return WizardError(
        f"{context.step.title}: AWS failed to remove it {ORDERS} times.",
        f"Its status: {_status(context) or 'it still exists'}.",
        "Check in the AWS console what still uses it, then run the same command again.",
        entry="FW-RUN-010",
    )


def _too_long(context: Context) -> WizardError:
    return WizardError(
        f"{context.step.title}: it still exists after {context.step.delete_spec.limit / 60:.0f} "
        "minutes.",
        f"AWS reports {_status(context) or 'no status'}, and may still be working on it.",
        "Check it in the AWS console, then run the same command again to resume.",
        entry="FW-RUN-011",
    )
