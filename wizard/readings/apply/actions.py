"""Make one thing: what each kind of action means in the live run."""

from __future__ import annotations

from typing import assert_never

import jmespath

from wizard.errors import WizardError
from wizard.events import State
from wizard.plan.model import (
    AskThroughClient,
    Call,
    CopyImage,
    LookOnly,
    Probe,
    WriteClientConfig,
)
from wizard.readings.apply.context import Context
from wizard.readings.apply.waiting import with_retries
from wizard.tools import ClientConfig, HttpAnswer
from wizard.values import resolve


def make(context: Context) -> State:
    """Do the step's action; the state it leaves the step in. Raises AwsError, WizardError."""
    action = context.step.make
    match action:
        case Call():
            with_retries(context, lambda: context.call(action))
            return State.DONE
        case CopyImage():
            return _copy(context, action)
        case Probe():
            return _probe(context, action)
        case WriteClientConfig():
            return _write(context, action)
        case AskThroughClient():
            return _ask(context, action)
        case LookOnly():
            if context.step.see:
                raise WizardError(action.missing, "", action.fix)
            return State.DONE
        case _:
            assert_never(action)


def _copy(context: Context, action: CopyImage) -> State:
    context.tools.copy_image(
        resolve(action.source, context.scope),
        resolve(action.destination, context.scope),
        action.platform,
        context.layer,
        context.stop,
    )
    return State.DONE


def _probe(context: Context, action: Probe) -> State:
    url = resolve(action.url, context.scope)
    username = resolve(action.username, context.scope)
    password = resolve(action.password, context.scope)
    clock = context.tools.clock
    deadline = clock.now() + action.limit
    while True:
        answer = context.tools.probe(url, username, password)
        told = f"HTTP {answer.status}" if answer.status else answer.reason
        if answer.status == action.status:
            context.moved(State.WORKING, status=told, note=_shown(action, answer))
            return State.DONE
        context.moved(State.WAITING_ON_AWS, status=told, note=url)
        if clock.now() > deadline:
            raise _wrong_answer(context, action, url, told)
        clock.sleep(action.every, context.stop)


def _shown(action: Probe, answer: HttpAnswer) -> str:
    shown = jmespath.search(action.shows, answer.body) if action.shows else None
    return f"{action.shows}: {shown}" if shown else ""


def _wrong_answer(context: Context, action: Probe, url: str, told: str) -> WizardError:
    fix = "Read the agent's application log, then run the same command again."
    if action.status == 401:
        fix = (
            "The agent lets anyone in: pause the service at once with `aws apprunner "
            "pause-service`, and look at the agent's config."
        )
    return WizardError(
        f"{context.step.title}: {url} should answer HTTP {action.status}.",
        f"The last answer was: {told}.",
        fix,
    )


def _write(context: Context, action: WriteClientConfig) -> State:
    written = context.tools.write_client_config(
        ClientConfig(
            name=action.name,
            activate=action.activate,
            version=action.version,
            url=resolve(action.url, context.scope),
            username=resolve(action.username, context.scope),
            password=resolve(action.password, context.scope),
        )
    )
    context.moved(State.WORKING, note=written.note)
    return State.DONE if written.changed else State.KEPT


def _ask(context: Context, action: AskThroughClient) -> State:
    version = context.tools.ask_through_client(action.name, resolve(action.url, context.scope))
    context.moved(State.WORKING, note=f"the agent runs formae {version}")
    return State.DONE
