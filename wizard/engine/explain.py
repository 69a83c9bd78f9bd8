"""What a step means to a person: its commands, its page in the console, and how long it takes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, assert_never
from urllib.parse import quote

from wizard.base.events import StepState
from wizard.base.values import JsonText, Scope, Template, Value, resolve
from wizard.plan.graph import longest_path
from wizard.plan.model import (
    AskThroughClient,
    Call,
    CopyImage,
    LookOnly,
    Plan,
    PrepareDatabase,
    Probe,
    Step,
    TakeAway,
    WriteClientConfig,
)
from wizard.plan.page import Cut
from wizard.plan.placeholders import NOTHING, Outputs, Preview

WORLDWIDE = frozenset({"iam", "sts"})
"""Services that are asked without a region."""
_WORD = re.compile(r"(.)([A-Z][a-z]+)")
_END = re.compile(r"([a-z0-9])([A-Z])")


def command(
    call: Call, plan: Plan, known: Outputs = NOTHING, profile: str = "", step: Step | None = None
) -> str:
    """The `aws` command that makes this call, quoted for a shell.

    Documents are given as `file://` and their name, secrets are dots. `known` are outputs of steps
    that have ended; what is not known yet looks as it is likely to. `step` is the call's own.
    """
    return shlex.join(_words(call, plan, Preview(plan, known, step), profile))


def equivalent(step: Step, plan: Plan, known: Outputs = NOTHING, profile: str = "") -> str:
    """What a person would type to do the step by hand: one line or several."""
    action, scope = step.make, Preview(plan, known, step)
    match action:
        case Call() | TakeAway():
            calls = (action,) if isinstance(action, Call) else step.delete
            return "\n".join(command(each, plan, known, profile, step) for each in calls)
        case LookOnly():
            return _asking(step, plan, known, profile)
        case CopyImage():
            return _copying(action, plan, scope, profile)
        case PrepareDatabase():
            return _preparing(action, plan, scope)
        case Probe():
            return _probing(action, scope)
        case WriteClientConfig() | AskThroughClient():
            return _with_client(action, scope)
        case _:
            assert_never(action)


def watch(step: Step, plan: Plan, known: Outputs = NOTHING, profile: str = "") -> str:
    """The command that asks AWS how far the step is; empty where AWS has no state to ask for."""
    if step.wait is None:
        return ""
    words = _words(step.wait.call, plan, Preview(plan, known, step), profile)
    return shlex.join([*words, "--query", step.wait.path])


def cli_name(name: str) -> str:
    """An API's name of an operation or parameter, as the `aws` command spells it."""
    return _END.sub(r"\1-\2", _WORD.sub(r"\1-\2", name)).lower()


def _words(call: Call, plan: Plan, scope: Preview, profile: str) -> list[str]:
    words = ["aws", call.service, cli_name(call.operation)]
    request = next(
        (
            document.name
            for document in plan.documents
            if isinstance(document.body, JsonText) and document.body.value == call.params
        ),
        "",
    )
    if request:
        words += ["--cli-input-json", f"file://{request}"]
    else:
        for name, value in call.params.items():
            words += _option(cli_name(name), value, plan, scope)
    if call.service not in WORLDWIDE:
        words += ["--region", plan.region]
    if profile:
        words += ["--profile", profile]
    return words


def _option(name: str, value: Value, plan: Plan, scope: Preview) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"--{name}" if value else f"--no-{name}"
        return
    yield f"--{name}"
    if isinstance(value, Template):
        document = next((each.name for each in plan.documents if each.body == value), "")
        yield f"file://{document}" if document else str(resolve(value, scope))
    elif isinstance(value, JsonText):
        yield _json(resolve(value.value, scope))
    else:
        yield from _argument(resolve(value, scope))


def _argument(value: Any) -> Sequence[str]:
    """A value as the command takes it: bare words, or JSON where it has a structure."""
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return value
    if isinstance(value, list | Mapping):
        return [_json(value)]
    return [str(value)]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _asking(step: Step, plan: Plan, known: Outputs, profile: str) -> str:
    if not step.lookups:
        return watch(step, plan, known, profile)
    look = step.lookups[0]
    query = ["--query", look.pick] if look.pick != "@" else []
    return shlex.join([*_words(look.call, plan, Preview(plan, known, step), profile), *query])


def _copying(action: CopyImage, plan: Plan, scope: Preview, profile: str) -> str:
    source, destination = (
        str(resolve(each, scope)) for each in (action.source, action.destination)
    )
    registry = destination.partition("/")[0]
    token = Call(service="ecr", operation="GetLoginPassword", params={})
    return "\n".join(
        (
            f"{command(token, plan, profile=profile)} | "
            + shlex.join(["docker", "login", "--username", "AWS", "--password-stdin", registry]),
            shlex.join(["docker", "pull", "--platform", action.platform, source]),
            shlex.join(["docker", "tag", source, destination]),
            shlex.join(["docker", "push", destination]),
        )
    )


def _preparing(action: PrepareDatabase, plan: Plan, scope: Preview) -> str:
    """Psql, which takes the token of the first line as its password."""
    host, port = (str(resolve(each, scope)) for each in (action.host, action.port))
    where = ["--hostname", host, "--port", port, "--username", action.master]
    token = ["aws", "rds", "generate-db-auth-token", *where, "--region", plan.region]
    to = f"host={host} port={port} user={action.master} dbname=postgres sslmode=verify-full"
    return "\n".join(
        (
            f"export PGPASSWORD=$({shlex.join(token)})",
            f"psql '{to}' -c '\\password {action.role}'  # after CREATE ROLE {action.role} LOGIN",
            f"psql '{to}' -c 'CREATE DATABASE \"{action.database}\" OWNER {action.role}'",
        )
    )


def _probing(action: Probe, scope: Preview) -> str:
    words = ["curl", "-sS", "-w", r"\nHTTP %{http_code}\n"]
    if action.username is not None:
        words += ["--user", str(resolve(action.username, scope))]  # curl asks for the password
    return shlex.join([*words, _url(action, scope)])


def _with_client(action: WriteClientConfig | AskThroughClient, scope: Preview) -> str:
    if isinstance(action, WriteClientConfig):
        return f"# The wizard itself writes the formae CLI's config, for {_url(action, scope)}"
    return "formae status agent"


def _url(action: Probe | WriteClientConfig, scope: Preview) -> str:
    return str(resolve(action.url, scope))


UNKNOWN = re.compile(r"<.*>")
"""What stands for a part of an ARN that is not known yet."""


def console_link(step: Step, plan: Plan, known: Outputs = NOTHING) -> str | None:
    """The page of what the step makes or looks at; None where the console has none."""
    page = step.page
    if page is None:
        return None
    scope = Preview(plan, known)
    parts = {name: _text(value, scope) for name, value in page.parts.items()}
    missing = any(not text or UNKNOWN.search(text) for text in parts.values())
    path = page.otherwise if missing and page.otherwise else page.path
    quoted = {name: quote(text, safe="") for name, text in parts.items()}
    home = "" if page.worldwide else f"{plan.region}."
    return f"https://{home}console.aws.amazon.com/{path.format(region=plan.region, **quoted)}"


def _text(value: Value | Cut, scope: Scope) -> str:
    if not isinstance(value, Cut):
        return str(resolve(value, scope))
    text = str(resolve(value.of, scope))
    if value.after:
        text = text.rpartition(value.after)[2]
    return text.partition(value.before)[0] if value.before else text


GRACE = 5.0
"""Seconds beyond the usual that nobody needs to hear of."""
LATE = 0.25
"""Of a step that is late it is said that it may take this much again."""


class Pace(StrEnum):
    """How a step's time compares with the usual; the words are shown as they are."""

    USUAL = "usual"
    SLOW = "slower than usual"
    VERY_SLOW = "much slower than usual"


def usual(step: Step) -> str:
    """How long the step usually takes, in words."""
    low, high = step.usual
    if high < 2:
        return "takes a moment"
    if high < 90:
        return f"usually {low} to {high} seconds" if low else f"usually up to {high} seconds"
    last = -(-high // 60)
    if low < 60:
        return f"usually {low} seconds to {last} minutes"
    first = low // 60
    return f"usually {first} to {last} minutes" if first < last else f"usually {last} minutes"


def pace(step: Step, elapsed: float) -> Pace:
    """Whether the step takes longer than it usually does."""
    high = step.usual[1]
    if elapsed <= high + GRACE:
        return Pace.USUAL
    return Pace.SLOW if elapsed <= 2 * high + 6 * GRACE else Pace.VERY_SLOW


def remaining(
    plan: Plan,
    states: Mapping[str, StepState],
    elapsed: Mapping[str, float],
    usual_of: Mapping[str, tuple[int, int]] | None = None,
    known: Mapping[str, frozenset[str]] | None = None,
) -> tuple[float, float]:
    """From how many to how many seconds the rest takes, along the critical path.

    `states` and `elapsed` (seconds since its beginning) are by step; what is missing has not
    begun. `usual_of` replaces a step's own usual time, as for a step that is there already. `known`
    are the plan's edges, for those who ask again and again.
    """
    ranges = {
        step.id: _left(
            (usual_of or {}).get(step.id, step.usual),
            states.get(step.id, StepState.WAITING),
            elapsed.get(step.id, 0.0),
        )
        for step in plan.steps
    }
    low = longest_path(plan, {step_id: span[0] for step_id, span in ranges.items()}, known)
    high = longest_path(plan, {step_id: span[1] for step_id, span in ranges.items()}, known)
    return low, high


def _left(span: tuple[int, int], state: StepState, elapsed: float) -> tuple[float, float]:
    if state.ended:
        return 0.0, 0.0
    low, high = span
    if elapsed > high:
        return 0.0, elapsed * LATE
    return max(low - elapsed, 0.0), high - elapsed
