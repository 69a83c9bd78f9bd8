"""See what is there: a step's looks, and whether the thing found is ours, fit and usable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jmespath

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.values import Ref, Scope, Value, resolve
from wizard.local.clock import Clock
from wizard.plan.model import Call, Expectation, Refusal, Step
from wizard.plan.world import Reads

Caller = Callable[[Call, "StepScope"], Any]
ACROSS = "'{across}'"
"""Stands in a refusal's path for what another look shows."""


def asking(reads: Reads) -> Caller:
    """How who only looks makes a step's calls: with their parameters resolved."""
    return lambda call, scope: reads.call(call.service, call.operation, resolve(call.params, scope))


class StepScope:
    """A scope for one step: everything from `outer`, and what its own looks found."""

    def __init__(self, outer: Scope) -> None:
        self._outer = outer
        self.thing: dict[str, Any] | None = None

    def ref(self, ref: Ref) -> Any:
        """The output of another step that a reference names."""
        return self._outer.ref(ref)

    def found(self, path: str) -> Any:
        """A part of the thing this step's looks found."""
        return jmespath.search(path, self.thing)

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """A member of a stored secret."""
        return self._outer.secret(arn, key, stage)

    def password(self, name: str) -> str:
        """The run's new password of that name."""
        return self._outer.password(name)

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of the run's new password of that name."""
        return self._outer.password_hash(name)

    def fingerprint(self, text: str) -> str:
        """The SHA-256 of a text."""
        return self._outer.fingerprint(text)

    def verifier(self, password: str) -> str:
        """What PostgreSQL keeps of a password."""
        return self._outer.verifier(password)


def look(step: Step, scope: StepScope, call: Caller) -> bool:
    """Do the step's looks; whether the thing is there. What was found is then in the scope."""
    scope.thing = None
    for each in step.lookups:
        try:
            answer = call(each.call, scope)
        except AwsError as error:
            if error.code in each.absent:
                return False
            raise
        picked = jmespath.search(each.pick, answer)
        if not each.into:
            if picked is None:
                return False
            scope.thing = dict(picked)
            if _unusable(step, scope) or _blind(step, scope):
                return True  # a closer look would only fail
        elif scope.thing is not None:
            scope.thing[each.into] = picked
    return scope.thing is not None


def ours(step: Step, scope: StepScope) -> bool:
    """Whether the thing found carries the wizard's tag, or cannot carry one."""
    return not step.owned or bool(jmespath.search(step.owned, scope.thing))


def broken(step: Step, scope: StepScope) -> bool:
    """Whether the thing found can only be removed and made again."""
    return bool(step.broken) and bool(jmespath.search(step.broken, scope.thing))


def stuck(step: Step, scope: StepScope, clock: Clock) -> bool:
    """Whether AWS has given the thing found up, which shows only with time."""
    sign = step.stuck
    if sign is None or not jmespath.search(sign.when, scope.thing):
        return False
    since = jmespath.search(sign.since, scope.thing)
    return bool(since) and clock.age(str(since)) >= sign.after


def dormant(step: Step, scope: StepScope) -> bool:
    """Whether the thing found sleeps, or is on its way out, and can be brought back."""
    return step.restore is not None and bool(jmespath.search(step.restore.when, scope.thing))


def stirring(step: Step, scope: StepScope) -> bool:
    """Whether the step's thing is still being brought back."""
    moving = step.restore.moving if step.restore else ""
    return dormant(step, scope) or (bool(moving) and bool(jmespath.search(moving, scope.thing)))


def _blind(step: Step, scope: StepScope) -> bool:
    return bool(step.restore and step.restore.foreign) and dormant(step, scope)


def refusal(step: Step, scope: StepScope) -> WizardError | None:
    """Why the thing found cannot be used, if so."""
    unusable = _unusable(step, scope)
    if unusable:
        picked = jmespath.search(whole(unusable), scope.thing)
        names = [str(each) for each in picked] if isinstance(picked, list) else []
        what = unusable.what.replace("{held}", ", ".join(names))
        fix = unusable.fix.replace("{held}", ",".join(names))
        return WizardError(what, "", fix, entry=unusable.entry)
    if not ours(step, scope):
        foreign = step.restore.foreign if step.restore and dormant(step, scope) else None
        if foreign:
            return WizardError(foreign.what, "", foreign.fix)
        return WizardError(
            f"{step.title}: a resource with this name exists, but the wizard did not create it.",
            f"It does not have the tag {TAG_KEY}={TAG_VALUE}, and the wizard does not change what "
            "it did not create.",
            "Choose another name for the deployment (--name), or let the wizard take it over "
            "(--adopt yes): it adds its tag and changes the resource to match.",
            entry="FW-RUN-003",
        )
    return None


def lifted(step: Step, scope: StepScope) -> str:
    """The question whose yes would make the thing found usable; empty where none would."""
    unusable = _unusable(step, scope)
    return unusable.lifted if unusable else ""


def _unusable(step: Step, scope: StepScope) -> Refusal | None:
    return next((each for each in step.refusals if jmespath.search(whole(each), scope.thing)), None)


def whole(refusal: Refusal) -> str:
    """The JMESPath of a refusal, with what it compares with of another look."""
    return refusal.path.replace(ACROSS, f"({refusal.across})")


def obstacles(step: Step, scope: StepScope, call: Caller) -> Iterator[WizardError]:
    """What would keep AWS from removing the thing found, each with its way out.

    What AWS does not let be asked is passed over: the removal itself would tell.
    """
    for each in step.delete_spec.obstacles:
        if each.ask and scope.thing is not None:
            try:
                answer = call(each.ask.call, scope)
            except AwsError:
                continue
            scope.thing[each.ask.into] = jmespath.search(each.ask.pick, answer)
        held = jmespath.search(each.path, scope.thing)
        if held:
            names = held if isinstance(held, list) else [held]
            listed, words = ", ".join(map(str, names)), " ".join(map(str, names))
            yield WizardError(
                each.what.replace("{held}", listed),
                "",
                each.fix.replace("{held}", words),
                ExitCode.NOT_READY,
                entry="FW-RUN-013",
            )


def misfits(step: Step, scope: StepScope) -> list[Expectation]:
    """What of the thing found is not as the plan wants it."""
    return [fit for fit in step.fits if not _holds(fit, scope)]


def _holds(fit: Expectation, scope: StepScope) -> bool:
    have, want = jmespath.search(fit.path, scope.thing), resolve(fit.want, scope)
    match fit.reading:
        case "json":
            return bool(read(have) == read(want))
        case "all of":
            return {*want} <= {*(have or ())}
        case "none of":
            return not {*(have or ())} & {*want}
        case "subset":
            return _contains(read(have), want)
        case _:
            return bool(have == want)


def read(value: Any) -> Any:
    """A JSON text as what it says; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return parsed_json(value)
    except json.JSONDecodeError:
        return value


def _contains(have: Any, want: Any) -> bool:
    if isinstance(want, Mapping):
        return isinstance(have, Mapping) and all(
            _contains(have.get(key), value) for key, value in want.items()
        )
    return bool(have == want)


def theirs(step: Step, scope: StepScope) -> tuple[str, ...]:
    """What others put beside ours, each with what it is; no values, for these may be secrets."""
    found = ((each.what, jmespath.search(each.path, scope.thing)) for each in step.theirs)
    return tuple(
        f"{what}: {', '.join(map(str, names)) if isinstance(names, list) else names}"
        for what, names in found
        if names
    )


def outputs(step: Step, scope: StepScope) -> dict[str, Value]:
    """The step's outputs, from what was found."""
    return {
        name: jmespath.search(output.path, scope.thing) for name, output in step.outputs.items()
    }
