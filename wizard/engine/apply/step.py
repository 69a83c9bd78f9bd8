"""One step of a run: look, keep, change or make what it is about; or remove it, and wait.

What sleeps, or is on its way out and holds its name until then, is brought back first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import jmespath

from wizard.base.errors import AwsError, ExitCode, Interrupted, WizardError
from wizard.base.events import StepState
from wizard.base.patience import Pauses, Trouble
from wizard.catalogue import entry, explain
from wizard.engine import matching
from wizard.engine.apply.actions import (
    GivenUp,
    Made,
    make,
    news_so_far,
    ordered,
    wait,
)
from wizard.engine.apply.context import Context, surely
from wizard.local import process
from wizard.plan.model import (
    PROOFS,
    Before,
    Call,
    Expectation,
    LookOnly,
    RestoreSpec,
    Step,
    TakeAway,
)

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
    spec = context.step.delete_spec
    try:
        ordered(context, call, lambda: gone(context) or _is(context, spec.busy), spec.retry)
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


def revive(context: Context) -> bool:
    """Bring back what the step's look found, where that is needed; whether it was.

    Raises AwsError, Interrupted, and WizardError where it does not come back.
    """
    revival = context.step.restore
    if revival is None or not matching.dormant(context.step, context.scope):
        return False
    context.moved(StepState.WORKING, note=f"{revival.state}: {revival.then}")
    first, *others = revival.calls
    ordered(context, first, partial(_awake, context))
    _settle(context, revival)
    for call in others:
        ordered(context, call, lambda: False)
    return True


def _settle(context: Context, revival: RestoreSpec) -> None:
    clock = context.world.clock
    deadline = clock.now() + revival.limit
    while not _awake(context) or matching.stirring(context.step, context.scope):
        if clock.now() > deadline:
            raise WizardError(
                (
                    f"{context.step.title}: AWS accepted the request to restore it, but has not "
                    "done so."
                ),
                "",
                "Wait a minute, then run the same command again to resume.",
            )
        clock.sleep(revival.every, context.stop)


def _awake(context: Context) -> bool:
    there = matching.look(context.step, context.scope, context.call)
    return there and not matching.dormant(context.step, context.scope)


APPEARS = 60.0
"""Seconds until a thing just made must be seen by its own look."""


class Residue(StrEnum):
    """What a step that was cut off or failed leaves in the account."""

    NOTHING = "it does not exist"
    THERE = "it exists"
    GOING = "AWS is still working on it"


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step of a run ended, with its outputs or its problem."""

    state: StepState
    outputs: Mapping[str, Any] = field(default_factory=dict)
    error: WizardError | None = None
    seconds: float = 0.0
    left: Residue = Residue.NOTHING
    """Of a step that failed or was stopped."""
    status: str = ""
    """AWS's last word, where AWS goes on with it."""


def bring_about(context: Context) -> StepResult:
    """Bring the step about. Never raises for what AWS or the world does: the result says it."""
    started = context.world.clock.now()
    try:
        made = _brought(context)
        outputs = matching.outputs(context.step, context.scope)
        _demand(context, made, outputs)
    except Exception as trouble:
        return _broken_off(context, problem_of(trouble, context), started)
    context.moved(made.state, note=made.note, outputs=outputs)
    return StepResult(made.state, outputs, None, context.world.clock.now() - started)


def _demand(context: Context, made: Made, outputs: Mapping[str, Any]) -> None:
    """AWS must have what it was given, and nothing that somebody put in its place meanwhile."""
    for name, value in made.expected.items():
        if outputs.get(name) != value:
            raise WizardError(
                f"{context.step.title}: AWS has a different value than the one sent.",
                f"Its {name} is {outputs.get(name)}, and should be {value}.",
                "Someone else may have changed it at the same moment. Check who has write access, "
                "remove the value, then run the same command again.",
            )


def _broken_off(context: Context, error: WizardError | None, started: float) -> StepResult:
    left, trail = _left(context, error), context.trail
    state = StepState.FAILED if error else StepState.SKIPPED
    status = trail.status if left is Residue.GOING else ""
    note = error.what if error else "stopped" if left is Residue.NOTHING else left.value
    context.moved(state, status=status, note=note, problem=error)
    seen = left is not Residue.NOTHING and context.scope.thing is not None
    outputs = matching.outputs(context.step, context.scope) if seen else {}
    seconds = context.world.clock.now() - started
    return StepResult(state, outputs, error, seconds, left, status)


def _left(context: Context, error: WizardError | None) -> Residue:
    """What is there of a step that failed or was stopped, as far as this run can know."""
    step, trail = context.step, context.trail
    if isinstance(step.make, PROOFS):
        return Residue.NOTHING
    found = context.scope.thing is not None and error is None
    if not trail.ordered and not found:
        return Residue.NOTHING
    waited = step.wait is not None and trail.state is StepState.WAITING_ON_AWS
    ended_badly = step.wait is not None and trail.status in step.wait.fail
    return Residue.GOING if waited and not ended_badly else Residue.THERE


def problem_of(trouble: Exception, context: Context) -> WizardError | None:
    """What went wrong, in words; None where the person merely stopped the run."""
    match trouble:
        case Interrupted():
            return None
        case WizardError():
            return None if trouble.code is ExitCode.INTERRUPTED else trouble
        case AwsError():
            return explain(trouble, context.step.title)
        case _:
            return process.problem(trouble)


def _brought(context: Context) -> Made:
    try:
        return _brought_once(context)
    except GivenUp as end:
        context.news(str(end))
    remove(context, note="removing what AWS has given up, to create it again")
    try:
        return _made(context)
    except GivenUp as end:
        known = entry(end.code)
        what = f"{context.step.title}: AWS has given it up again."
        raise WizardError(what, str(end), known.fix, entry=known.code) from end


def _brought_once(context: Context) -> Made:
    step, scope = context.step, context.scope
    if step.lookups:
        context.moved(StepState.LOOKING)
    if not matching.look(step, scope, context.call):
        return Made(StepState.KEPT) if _needless(step) else _made(context)
    problem = matching.refusal(step, scope)
    if problem:
        raise problem
    if isinstance(step.make, TakeAway):
        remove(context, note="removing it")
        return Made(StepState.CHANGED, "removed")
    if matching.broken(step, scope):
        if step.delete:
            remove(context, note="removing what an earlier attempt left unusable")
        return _made(context)
    return _as_wanted(context)


def _as_wanted(context: Context) -> Made:
    """Bring what is there to what is wanted, once AWS has done with it."""
    step = context.step
    revived = revive(context)
    wait(context, strict=False)
    if revived or step.wait:  # it may be another now
        there = matching.look(step, context.scope, context.call)
        if not there and _needless(step):
            return Made(StepState.KEPT)
    made = _mended(context)
    return Made(StepState.CHANGED) if revived else made


def _needless(step: Step) -> bool:
    """Whether all is well where nothing is found."""
    return isinstance(step.make, TakeAway) or (
        isinstance(step.make, LookOnly) and bool(step.lookups) and not step.make.missing
    )


def _made(context: Context) -> Made:
    context.moved(StepState.WORKING)
    try:
        made = _made_once(context)
        context.trail.ordered = True
    except AwsError as error:
        if not _there_already(error) or not _there(context):
            raise
        made = Made(StepState.KEPT)  # someone was quicker, or an answer of ours got lost on the way
    _appear(context)
    wait(context)
    if context.step.wait and context.step.lookups:
        matching.look(context.step, context.scope, context.call)
    return made


def _made_once(context: Context) -> Made:
    pauses = Pauses(context.patience(frozenset({Trouble.UNSURE})))
    return surely(pauses, lambda: make(context), lambda: _there(context)) or Made()


def _there(context: Context) -> bool:
    return bool(context.step.lookups) and matching.look(context.step, context.scope, context.call)


def _there_already(error: AwsError) -> bool:
    taken = any(each in error.message for each in ("already exists", "has been taken"))
    return "AlreadyExists" in error.code or taken


def _appear(context: Context) -> None:
    clock = context.world.clock
    wait = context.step.wait
    deadline = clock.now() + max(APPEARS, wait.limit if wait else 0)
    while context.step.lookups and not _there(context):
        if clock.now() > deadline:
            raise WizardError(
                f"{context.step.title}: AWS accepted the request, but does not show the result.",
                "",
                "Wait a minute, then run the same command again to resume.",
                entry="FW-RUN-002",
            )
        clock.sleep(1, context.stop)


def _mended(context: Context) -> Made:
    misfits = matching.misfits(context.step, context.scope)
    if not misfits:
        return Made(StepState.KEPT)
    told = news_so_far(context)
    for call, fit in _mends(context, misfits):
        context.moved(StepState.WORKING, note=fit.doing or f"changing {fit.what}")
        if fit.room and _crowded(context, fit):
            ordered(context, fit.room.call, partial(_roomy, context, fit))
        ordered(context, call, partial(_in_line, context, call, waits=fit.waits))
        if fit.waits:
            wait(context, told=told)
    matching.look(context.step, context.scope, context.call)
    return Made(StepState.CHANGED)


def _mends(context: Context, misfits: list[Expectation]) -> list[tuple[Call, Expectation]]:
    """Every call that puts something right, once, with the first misfit it is for."""
    mends: list[tuple[Call, Expectation]] = []
    for fit in misfits:
        if fit.update is None:
            raise WizardError(
                f"{context.step.title}: {fit.what} differs and cannot be changed.",
                "",
                "Choose another name for the deployment (--name).",
                entry="FW-RUN-005",
            )
        if all(fit.update != call for call, _ in mends):
            mends.append((fit.update, fit))
    return mends


def _crowded(context: Context, fit: Expectation) -> bool:
    return bool(fit.room and jmespath.search(fit.room.when, context.scope.thing))


def _roomy(context: Context, fit: Expectation) -> bool:
    return not _there(context) or not _crowded(context, fit)


def _in_line(context: Context, mend: Call, *, waits: bool) -> bool:
    """Whether nothing is left for that call to mend, at the latest when AWS is done with it."""
    if not _to_mend(context, mend):
        return True
    if not (waits and context.step.wait):
        return False
    wait(context, strict=False)
    return not _to_mend(context, mend)


def _to_mend(context: Context, mend: Call) -> bool:
    misfits = matching.misfits(context.step, context.scope) if _there(context) else []
    return any(fit.update == mend for fit in misfits)
