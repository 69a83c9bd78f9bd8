"""What was seen of a resource, as far as a change of it goes by it: plain values, and no secret.

See what is there before anything is made: the plan against the account, without a change.

A `Snapshot` is the account as one command sees it: each read call is made once. What is about to be
changed is never judged by it: the step-runner of `apply` takes `World`, which a `Snapshot` is not,
so the look right before a change always goes to AWS. Nor does anything that polls use it. After a
run it is thrown away.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

import jmespath

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.patience import Trouble, trouble
from wizard.base.secret import Secret
from wizard.base.values import Found, Joined, Merged, NewPassword, NewPasswordHash, Value, parts
from wizard.catalogue import explain
from wizard.engine import matching
from wizard.engine.apply.actions import client_config
from wizard.engine.apply.context import Known
from wizard.engine.diff import Action, Difference, PlannedChange, differences, renews, settings_diff
from wizard.local.clock import Clock
from wizard.local.formae.config import ClientConfig, Compared
from wizard.plan.graph import edges, sorter
from wizard.plan.model import Expectation, LookOnly, Plan, Step, TakeAway, WriteClientConfig
from wizard.plan.world import Reads, changes_nothing

VERSION = "VersionIdsToStages"
"""Stands for the id of a secret's current version."""
_NAME = re.compile(r"[A-Za-z_]\w*")


def seen(step: Step, thing: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what was found at the paths of the step's expectations and of its calls.

    A secret's text is left out; `VERSION` is then the id of its current version. Of what others
    set beside ours only the names are kept, as `keys(path)`.
    """
    if thing is None:
        return {}
    values = {path: jmespath.search(path, thing) for path in _paths(step) if not _secret(path)}
    for part in parts(step.fits):
        if isinstance(part, Merged):
            values[f"keys({part.path})"] = sorted(jmespath.search(part.path, thing) or {})
    stages = thing.get(VERSION)
    if isinstance(stages, Mapping):
        values[VERSION] = next((k for k, each in stages.items() if "AWSCURRENT" in each), None)
    return values


def leaves(fit: Expectation) -> Iterator[tuple[str, Value]]:
    """Yield the path of every value that the expectation compares, and what is wanted there."""
    if fit.reading != "subset":
        yield fit.path, fit.want
    else:
        yield from _leaves(fit.path, fit.want)


def _leaves(path: str, want: Value) -> Iterator[tuple[str, Value]]:
    if not isinstance(want, Mapping):
        yield path, want
        return
    for key, value in want.items():
        name = key if _NAME.fullmatch(key) else json.dumps(key)
        yield from _leaves(f"{path}.{name}", value)


def _paths(step: Step) -> Iterator[str]:
    for fit in step.fits:
        yield from (path for path, _ in leaves(fit))
        if fit.room:
            yield fit.room.when
    for part in parts((step.lookups, step.fits, step.restore, step.delete)):
        if isinstance(part, Found | Joined):
            yield part.path


def _secret(path: str) -> bool:
    return path.startswith("Value.")


Answer = TypeVar("Answer")


class Snapshot:
    """What AWS has told one command of one region, by service, operation and parameters.

    Refusals are remembered like answers (that a thing is not there is one). What may be another in
    a moment is not: throttling, a network that is down, a sign-in that has ended. Every reader gets
    a copy of its own. Safe to use from several threads: two that ask the same at once ask once.
    """

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str, str], Future[Any]] = {}

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """AWS's answer to a read call, all pages. Raises AwsError or WizardError as `World.call`.

        Raises ValueError, without calling AWS, for an operation that changes something.
        """
        if not changes_nothing(operation, params):
            raise ValueError(f"A snapshot makes no changing call: {service} {operation}")
        key = (service, operation, json.dumps(params, sort_keys=True, default=str))
        with self._lock:
            answer = self._answers.get(key)
            if asks := answer is None:
                answer = self._answers[key] = Future()
        if asks:
            self._ask(key, answer, partial(self._reads.call, service, operation, params))
        return copy.deepcopy(answer.result())

    def _ask(self, key: tuple[str, str, str], answer: Future[Any], ask: Callable[[], Any]) -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            if not (isinstance(error, AwsError) and trouble(error) is Trouble.REFUSED):
                with self._lock:
                    del self._answers[key]
            answer.set_exception(error)

    @property
    def clock(self) -> Clock:
        """That of the world."""
        return self._reads.clock

    def compare_client_config(self, config: ClientConfig) -> Compared:
        """How the CLI's config on this machine would change. Raises WizardError."""
        return self._reads.compare_client_config(config)

    def password(self, name: str) -> Secret:
        """The new password of that name."""
        return self._reads.password(name)

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of the new password of that name."""
        return self._reads.password_hash(name)


def in_order(
    edges: Mapping[str, frozenset[str]],
    look: Callable[[str], Answer],
    take: Callable[[str, Answer], None],
) -> None:
    """Look at every step of a graph, each after those that it needs; `edges` as of `plan.graph`.

    `look` is called from several threads, `take` from this one, with what `look` returned.
    """
    graph = sorter(edges)
    while graph.is_active():
        asks = {step_id: partial(look, step_id) for step_id in graph.get_ready()}
        for step_id, answer in fan_out(asks).items():
            take(step_id, answer)
            graph.done(step_id)


class _Foreseen(Known):
    """What is there now, but for what the run would make anew before it is used."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self._rewritten: set[str] = set()

    def secret(self, arn: str, key: str, stage: str = "") -> str:
        """A member of a stored secret; KeyError where the run would put another one there."""
        if arn in self._rewritten:
            raise KeyError(arn)
        return super().secret(arn, key, stage)

    def found_as(self, change: PlannedChange) -> None:
        """Take note of what is there of a step, as far as it will still be so when it is used."""
        if change.action in {Action.REFUSE, Action.REPLACE}:
            return
        if any(renews(each, change.step) for each in change.differences):
            return
        self.add(change.step.id, change.outputs)
        mends = [each.update for each in change.differences]
        new = (isinstance(part, NewPassword | NewPasswordHash) for part in parts(mends))
        if change.restores or any(new):
            self._rewritten |= {str(value) for value in change.outputs.values()}


def survey(plan: Plan, snapshot: Snapshot) -> dict[str, PlannedChange]:
    """What is there of every step, in the plan's order. Only read calls are made.

    A step that refers to something not there yet counts as not there itself. Raises WizardError
    when AWS cannot be asked at all.
    """
    known = _Foreseen(snapshot)
    changes: dict[str, PlannedChange] = {}

    def take(step_id: str, change: PlannedChange) -> None:
        changes[step_id] = change
        if change.outputs:
            known.found_as(change)

    in_order(edges(plan), lambda step_id: _seen(plan.step(step_id), known, snapshot), take)
    return {step.id: changes[step.id] for step in plan.steps}


def unseen(plan: Plan) -> dict[str, PlannedChange]:
    """The changes where nobody looked: as if nothing were there."""
    return {
        step.id: PlannedChange(
            step,
            Action.RUN if not step.lookups or isinstance(step.make, LookOnly) else Action.CREATE,
        )
        for step in plan.steps
    }


def problems(changes: Mapping[str, PlannedChange]) -> Iterator[WizardError]:
    """What stands in the way, step by step."""
    return (change.problem for change in changes.values() if change.problem)


def _seen(step: Step, known: Known, reads: Reads) -> PlannedChange:
    scope = matching.StepScope(known)
    if isinstance(step.make, WriteClientConfig):
        return _client_config(step, step.make, scope, reads)
    if not step.lookups:
        return PlannedChange(step, Action.RUN)
    try:
        there = matching.look(step, scope, matching.asking(reads))
        return _found(step, scope, reads.clock) if there else _absent(step)
    except KeyError:
        return PlannedChange(step, Action.CREATE)  # it refers to something that is not there yet
    except AwsError as error:
        return PlannedChange(step, Action.REFUSE, problem=explain(error, step.title))


def _client_config(
    step: Step, make: WriteClientConfig, scope: matching.StepScope, reads: Reads
) -> PlannedChange:
    try:
        wanted = client_config(make, scope)
    except KeyError:
        return PlannedChange(step, Action.RUN)  # the agent's address or password is not known yet
    try:
        compared = reads.compare_client_config(wanted)
    except WizardError as problem:
        return PlannedChange(step, Action.REFUSE, problem=problem)
    if compared.new:
        return PlannedChange(step, Action.CREATE)
    if not compared.changes:
        return PlannedChange(step, Action.KEEP)
    difference = Difference(
        what="the formae CLI's config",
        have="unchanged",
        want="connected to this agent",
        diff=compared.diff,
        effect="The old file is kept as a backup, unless only the password in it differed.",
    )
    return PlannedChange(step, Action.UPDATE, (difference,))


def _absent(step: Step) -> PlannedChange:
    if isinstance(step.make, LookOnly) and step.make.missing:
        missing = WizardError(step.make.missing, "", step.make.fix, entry="FW-RUN-006")
        return PlannedChange(step, Action.REFUSE, problem=missing)
    nothing = isinstance(step.make, TakeAway | LookOnly)
    return PlannedChange(step, Action.KEEP if nothing else Action.CREATE)


def _found(step: Step, scope: matching.StepScope, clock: Clock) -> PlannedChange:
    problem = matching.refusal(step, scope)
    outputs = matching.outputs(step, scope)
    if problem:
        lifted = matching.lifted(step, scope)
        return PlannedChange(step, Action.REFUSE, problem=problem, outputs=outputs, lifted=lifted)
    if isinstance(step.make, TakeAway):
        return PlannedChange(step, Action.DELETE, outputs=outputs, seen=seen(step, scope.thing))
    if matching.broken(step, scope) or matching.stuck(step, scope, clock):
        return PlannedChange(step, Action.REPLACE, outputs=outputs, seen=seen(step, scope.thing))
    try:
        found = differences(step, scope)
    except WizardError as unusable:  # a secret that holds something else
        return PlannedChange(step, Action.REFUSE, problem=unusable, outputs=outputs)
    return PlannedChange(
        step,
        Action.UPDATE if found else Action.KEEP,
        found,
        outputs=outputs,
        seen=seen(step, scope.thing),
        settings=settings_diff(step, scope) if found else "",
        theirs=matching.theirs(step, scope),
    )
