"""Make one thing: what each kind of action means in the live run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never

import jmespath

from wizard.base.errors import WizardError
from wizard.base.events import StepState
from wizard.base.secret import Secret
from wizard.base.values import Scope, Verifier, resolve
from wizard.engine.apply.context import Context
from wizard.engine.apply.waiting import UNDONE, with_retries
from wizard.local.formae.config import ClientConfig
from wizard.local.postgresql import DatabaseOrder, NotYet
from wizard.plan.model import (
    AskThroughClient,
    Call,
    CopyImage,
    LookOnly,
    PrepareDatabase,
    Probe,
    TakeAway,
    WriteClientConfig,
)
from wizard.plan.world import HttpAnswer, ImageOrder


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
            "The agent accepts requests without a password: pause the service immediately with "
            f"`{action.stop_it}`, and check the agent's config."
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
