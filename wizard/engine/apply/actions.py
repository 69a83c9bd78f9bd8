"""One change in AWS: the call of each kind of action, and the wait until it has come about.

Polls know all their ends, and retries have known delays: none is unbounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, assert_never

import jmespath

from wizard.base.errors import AwsError, NoAnswer, WizardError
from wizard.base.events import StepState
from wizard.base.patience import Pauses, Trouble
from wizard.base.secret import Secret
from wizard.base.values import Scope, Verifier, resolve
from wizard.catalogue import APPLICATION, DEPLOYMENT, Raised, entry, find
from wizard.engine import matching
from wizard.engine.apply.context import Context, surely
from wizard.local.formae.config import ClientConfig
from wizard.local.postgresql import DatabaseOrder, NotYet
from wizard.plan.model import (
    AskThroughClient,
    Call,
    CopyImage,
    LookOnly,
    Poll,
    PrepareDatabase,
    Probe,
    Report,
    Retry,
    Stuck,
    TakeAway,
    WriteClientConfig,
)
from wizard.plan.world import HttpAnswer, ImageOrder

Result = TypeVar("Result")

STUCK_EVERY = 30.0
"""Seconds between two looks whether AWS has given a thing up."""

LAST_LINES = 3
"""Lines of the application's log that are told; a cause is told whole."""

UNDONE = frozenset({Trouble.BUSY, Trouble.UNREACHED})
"""Troubles after which an order may be given again without a look: AWS did not take it."""

LONGEST_LOOK = 60.0
"""Seconds that one look counts for at most: a program that was stopped, on a machine that slept or
stood still, has not waited meanwhile."""


class GivenUp(Exception):
    """AWS has given the step's thing up without saying so; it can only be removed."""

    def __init__(self, sign: Stuck) -> None:
        super().__init__(sign.what)
        self.code = sign.entry
        """Ours, in the catalogue."""


def wait(context: Context, *, strict: bool = True, told: Collection[str] = ()) -> None:
    """Poll until the end that is wanted.

    With `strict` off any end will do: used for things found, which only must not be moving. News
    in `told`, from `news_so_far`, are none. Raises WizardError for a bad end and for the limit,
    and GivenUp.
    """
    poll = context.step.wait
    while poll is not None:
        _wait(context, poll, strict=strict, seen={*told})
        poll = poll.then


def _wait(context: Context, poll: Poll, *, strict: bool, seen: set[str]) -> None:
    clock = context.world.clock
    waited, told, next_look = 0.0, "", 0.0
    while True:
        turn = clock.now()
        status = _status(context, poll)
        there = status in poll.until or (status in poll.fail and not strict)
        if there and not told:
            return
        if status != told and not there:
            context.moved(StepState.WAITING_ON_AWS, status=status)
        told = status or told
        _tell_news(context, poll.news, seen)
        if there:
            return
        if status in poll.fail:
            raise _bad_end(context, poll, status)
        if waited > poll.limit:
            raise _too_long(context, poll, status)
        if context.step.stuck and waited >= next_look:
            next_look = waited + STUCK_EVERY
            _demand_progress(context)
        clock.sleep(poll.every, context.stop)
        waited += min(clock.now() - turn, poll.every + LONGEST_LOOK)


def _demand_progress(context: Context) -> None:
    step, scope = context.step, context.scope
    there = matching.look(step, scope, context.call)
    if there and step.stuck and matching.stuck(step, scope, context.world.clock):
        raise GivenUp(step.stuck)


def _status(context: Context, poll: Poll) -> str:
    try:
        answer = context.call(poll.call, firm=poll.tolerate)
    except AwsError as error:
        if error.code in poll.tolerate:
            return error.code
        raise
    status = jmespath.search(poll.path, answer)
    if made := jmespath.search(poll.since, answer) if poll.since else None:
        _let_age(context, poll, str(made))
    return "" if status is None else str(status)


def _let_age(context: Context, poll: Poll, made: str) -> None:
    young = poll.aged - context.world.clock.age(made)
    if young > 0:
        context.moved(StepState.WAITING_ON_AWS, note=f"{young:.0f} s more: {poll.why}")
        context.world.clock.sleep(young, context.stop)


def _lines(context: Context, report: Report) -> list[dict[str, Any]]:
    scope = matching.StepScope(context.scope)
    try:
        if look := report.look:
            answer = context.call(look.call, passing=frozenset())
            scope.thing = {look.into: jmespath.search(look.pick, answer)}
        answer = context.call(report.call, scope if report.look else None, passing=frozenset())
        return jmespath.search(report.lines, answer) or []
    except (AwsError, NoAnswer):
        return []  # a log group appears only with its first line, and news are never worth failing


def _tell_news(context: Context, report: Report | None, seen: set[str]) -> None:
    if report is None:
        return
    for line in _lines(context, report):
        if _mark(line) not in seen:
            seen.add(_mark(line))
            context.news(str(line["text"]).rstrip())


def _mark(line: Mapping[str, Any]) -> str:
    return f"{line['id']} {line['text']}"


def news_so_far(context: Context) -> frozenset[str]:
    """What AWS has written by now about the step's thing, before it is changed."""
    poll = context.step.wait
    return frozenset(map(_mark, _lines(context, poll.news))) if poll and poll.news else frozenset()


def _bad_end(context: Context, poll: Poll, status: str) -> WizardError:
    causes = {each.says: _texts(context, each) for each in poll.causes}
    said, last = [each for told in causes.values() for each in told], _texts(context, poll.autopsy)
    for line in (*said, *last):
        context.news(line)
    why = f"AWS reports {status}."
    for says, told in causes.items():
        why += f" {says}: {' / '.join(each.rstrip('.') for each in told)}." if told else ""
    if last:
        why += " The application's last log lines: " + " / ".join(last[-LAST_LINES:])
    known = (
        find(Raised(service=DEPLOYMENT, message=" / ".join(said)))
        or find(Raised(service=APPLICATION, message=" / ".join(last)))
        or entry("FW-APP-004")
    )
    why = f"{known.why} {why}".strip()
    what = f"{context.step.title}: it did not start."
    return WizardError(what, why, known.fix, entry=known.code)


def _texts(context: Context, report: Report | None) -> list[str]:
    """The report's lines, each once."""
    lines = _lines(context, report) if report else []
    return list(dict.fromkeys(str(line["text"]).strip() for line in lines))


def _too_long(context: Context, poll: Poll, status: str) -> WizardError:
    return WizardError(
        f"{context.step.title}: still {status or 'without an answer'} after "
        f"{poll.limit / 60:.0f} minutes.",
        "AWS is still working on it; the wizard only stopped waiting.",
        "Check it in the AWS console, then run the same command again to resume.",
        entry="FW-RUN-001",
    )


def with_retries(
    context: Context, make: Callable[[], Result], retry: Retry | None = None
) -> Result:
    """Make something again while AWS answers with a known delay: the step's own, or that given."""
    retry = retry or context.step.retry
    clock = context.world.clock
    start = clock.now()
    while True:
        try:
            return make()
        except AwsError as error:
            if retry is None or not re.search(retry.pattern, str(error)):
                raise
            if clock.now() - start > retry.limit:
                raise
        note = f"retrying in {retry.every:g} s: {retry.say}"
        context.moved(StepState.RETRYING, note=note, retry_in=retry.every)
        clock.sleep(retry.every, context.stop)


def ordered(
    context: Context, call: Call, done: Callable[[], bool], retry: Retry | None = None
) -> None:
    """Have AWS change something, once: where its answer is lost, `done` says whether it did.

    `retry` as in `with_retries`.
    """
    pauses = Pauses(context.patience(frozenset({Trouble.UNSURE})))
    order = partial(context.call, call, passing=UNDONE)
    surely(pauses, lambda: with_retries(context, order, retry), done)
    context.trail.ordered = True


@dataclass(frozen=True, slots=True)
class Made:
    """The state an action leaves its step in, and a sentence about it."""

    state: StepState = StepState.DONE
    note: str = ""
    expected: Mapping[str, str] = field(default_factory=dict)
    """Outputs that AWS must tell of it now, by name: proof that it has what it was given."""


def make(context: Context) -> Made:
    """Do the step's action. Raises AwsError, WizardError."""
    action = context.step.make
    match action:
        case Call():
            with_retries(context, lambda: context.call(action, passing=UNDONE))
            return Made()
        case CopyImage():
            return _copy(context, action)
        case PrepareDatabase():
            return _prepare(context, action)
        case Probe():
            return _probe(context, action)
        case WriteClientConfig() | AskThroughClient():
            return _with_client(context, action)
        case LookOnly() | TakeAway():
            if context.step.lookups and isinstance(action, LookOnly) and action.missing:
                raise WizardError(action.missing, "", action.fix, entry="FW-RUN-006")
            return Made()
        case _:
            assert_never(action)


def _copy(context: Context, action: CopyImage) -> Made:
    order = ImageOrder(
        source=resolve(action.source, context.scope),
        destination=resolve(action.destination, context.scope),
        platform=action.platform,
        through_docker=action.through_docker,
        room=action.room,
    )
    copy = context.world.copy_image
    with context.about("ecr", "PutImage"):
        digest = context.held_up(lambda: copy(order, context, context.stop))
    return Made(expected={"digest": digest})


def _prepare(context: Context, action: PrepareDatabase) -> Made:
    verifier = Verifier(action.password)
    clock = context.world.clock
    deadline = clock.now() + action.limit
    while True:
        order = DatabaseOrder(
            host=resolve(action.host, context.scope),
            port=int(resolve(action.port, context.scope)),
            master=action.master,
            role=action.role,
            verifier=Secret(context.held_up(lambda: resolve(verifier, context.scope))),
            database=action.database,
        )
        try:
            with context.about("postgresql", "PrepareDatabase"):
                context.held_up(partial(context.world.prepare_database, order))
            return Made()
        except NotYet as error:
            if clock.now() > deadline:
                raise
            said = error.why
        note = f"trying again: {said}"
        context.moved(StepState.RETRYING, note=note, retry_in=action.every)
        clock.sleep(action.every, context.stop)


def _probe(context: Context, action: Probe) -> Made:
    url = resolve(action.url, context.scope)
    username = resolve(action.username, context.scope)
    password = context.held_up(lambda: resolve(action.password, context.scope))
    clock = context.world.clock
    deadline = clock.now() + action.limit
    while True:
        answer = context.world.probe(url, username, password)
        told = f"HTTP {answer.status}" if answer.status else answer.reason
        if answer.status == action.status:
            return Made(note=_shown(action, answer) or told)
        context.moved(StepState.WAITING_ON_AWS, status=told, note=url)
        if clock.now() > deadline:
            raise _wrong_answer(context, action, url, told)
        clock.sleep(action.every, context.stop)


def _shown(action: Probe, answer: HttpAnswer) -> str:
    shown = jmespath.search(action.shows, answer.body) if action.shows else None
    return f"{action.shows} {shown}" if shown else ""


def _wrong_answer(context: Context, action: Probe, url: str, told: str) -> WizardError:
    fix = "Read the agent's application log, then run the same command again."
    entry = "FW-APP-012"
    if action.stop_it:
        entry = "FW-APP-013"
        fix = (
            "The agent accepts requests without a password: stop it immediately with "
            f"`{action.stop_it}`, and check its config."
        )
    return WizardError(
        f"{context.step.title}: {url} should answer HTTP {action.status}.",
        f"The last answer was: {told}.",
        fix,
        entry=entry,
    )


def _write(context: Context, action: WriteClientConfig) -> Made:
    config = context.held_up(lambda: client_config(action, context.scope))
    with context.about("formae", "WriteConfig"):
        written = context.world.write_client_config(config)
    return Made(StepState.DONE if written.changed else StepState.KEPT, written.note)


def client_config(action: WriteClientConfig, scope: Scope) -> ClientConfig:
    """The config that is to be written; KeyError where a part of it is not known yet."""
    password = resolve(action.password, scope)
    return ClientConfig(
        name=action.name,
        activate=action.activate,
        version=action.version,
        url=resolve(action.url, scope),
        username=resolve(action.username, scope),
        password=None if password is None else Secret(password),
    )


def _with_client(context: Context, action: WriteClientConfig | AskThroughClient) -> Made:
    if isinstance(action, WriteClientConfig):
        return _write(context, action)
    return _ask(context, action)


def _ask(context: Context, action: AskThroughClient) -> Made:
    version = context.world.ask_through_client(action.name, resolve(action.url, context.scope))
    return Made(note=f"it runs formae {version}")
