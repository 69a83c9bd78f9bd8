"""One step as bash: a comment, its variables, and a function for each of its faces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from wizard.documents.document import Document, Kind
from wizard.plan.model import (
    PROOFS,
    AskThroughClient,
    Call,
    CopyImage,
    LookOnly,
    Poll,
    Probe,
    Report,
    Retry,
    Revival,
    Step,
    TakeAway,
    WriteClientConfig,
)
from wizard.readings.script import looks
from wizard.readings.script.commands import Commands, Line
from wizard.readings.script.renewal import renewed
from wizard.readings.script.shell import comment, continued, function, indented, inside, word
from wizard.readings.script.variables import function_name, variable
from wizard.values import Template, Text, Value, parts, refs

_NOT_POSIX = re.compile(r"\\[a-zA-Z]|\(\?")
"""What Python's regular expressions have and bash's have not."""
MISSING, UNCHANGEABLE = "FW-RUN-006", "FW-RUN-005"
"""Codes of the catalogue of errors, for what ends a step."""
PORT_LINE = "port = 443"
CLIENT_WHY = (
    "Written where the formae CLI of this machine reads it from. What is there already stays: a "
    "file with other things in it is left alone, and the connection goes beside it."
)


def step_lines(step: Step, commands: Commands, new: list[Document]) -> list[str]:
    """The step's part of the script; `new` are the documents that it is the first to need."""
    why = CLIENT_WHY if isinstance(step.make, WriteClientConfig) else step.why
    lines = [*comment(step.title), *comment(why)]
    names = _variables(step, commands)
    if names:
        lines.append(continued((f"{name}=''" for name in names), indent="  "))
    for face, body in _faces(step, commands, new):
        if body:
            lines += function(f"{face}_{function_name(step.id)}", body)
    return lines


def surveyed(step: Step) -> str:
    """The line that looks at the step before anything is made; empty where that cannot be.

    What hangs on another thing is looked at where that is there, and where it may be refused.
    """
    needed = sorted(variable(each.step, each.output) for each in refs(step.see))
    if not step.see or (needed and not step.refusals):
        return ""
    words = ["survey", function_name(step.id), word(step.title)]
    if isinstance(step.make, LookOnly):
        words += [word(step.make.missing), *([word(step.make.fix)] if step.make.fix else [])]
    if needed:
        there = " && ".join(f'-n "${{{name}}}"' for name in needed)
        return f"if [[ {there} ]]; then {continued(words)}; fi"
    return continued(words)


def brought(step: Step) -> str:
    """The line that brings the step about."""
    proof = ["proof"] if isinstance(step.make, PROOFS) else []
    return " ".join(["bring_about", function_name(step.id), word(step.title), *proof])


def unneeded(step: Step) -> list[str]:
    """After the role that policies were detached from: the line that takes away what is ours."""
    names = [
        word(text.removeprefix(":policy/"))
        for fit in step.fits
        if fit.mend and fit.mend.operation == "DetachRolePolicy"
        for part in parts(fit.mend)
        if isinstance(part, Text) and isinstance(text := part.parts[-1], str)
    ]
    role = word(str(step.make.params["RoleName"])) if names and isinstance(step.make, Call) else ""
    return [continued(["policies_go", '"${ACCOUNT_ID}"', role, *names])] if names else []


def _variables(step: Step, commands: Commands) -> list[str]:
    names = list(commands.variables.of(step)) if step.see else []
    names += [variable(step.id, f"refused_{n + 1}") for n in range(len(step.refusals))]
    names += [looks.fit_variable(step, number) for number in range(len(step.fits))]
    names += [looks.room_variable(step, n) for n, fit in enumerate(step.fits) if fit.room]
    return [*names, *map(commands.fingerprint, looks.fingerprints(step))]


def _faces(step: Step, commands: Commands, new: list[Document]) -> Iterator[tuple[str, list[str]]]:
    yield "prepare", _prepare(step, commands, new)
    if step.see:
        yield "look", looks.look_lines(step, commands)
    yield "make", _make(step, commands)
    if step.wait:
        yield "wait", _wait(step, step.wait, commands)
        reports = [each for each in (step.wait.news, step.wait.autopsy) if each]
        yield "report", [line for each in reports for line in _report(step, each, commands)]
    if step.revival:
        yield "revive", _revive(step, step.revival, commands)
    yield "mend", _mend(step, commands)
    if step.broken:
        yield "unmake", _unmake(step, commands)


def _prepare(step: Step, commands: Commands, new: list[Document]) -> list[str]:
    lines: list[str] = []
    for document in new:
        if document.kind is not Kind.CLIENT_CONFIG:
            name = commands.file_name(document)
            lines += commands.written(name, document.body, step, beside=True)
    for body in looks.fingerprints(step):
        path, before = commands.file(body, "fingerprint", step)
        lines += [*before, f'{commands.fingerprint(body)}=$(sha256_of "{path}")']
    return _fingerprints_first(lines)


def _fingerprints_first(lines: list[str]) -> list[str]:
    """A document that holds another one's fingerprint is written after it is known."""
    return sorted(lines, key=lambda line: "${SHA256_" in line)


def _make(step: Step, commands: Commands) -> list[str]:
    action = step.make
    match action:
        case Call():
            lines = _changing(step, action, commands)
        case CopyImage():
            words = (action.source, action.destination, action.platform)
            lines = [continued(["copy_image", *(_text(each, step, commands) for each in words)])]
        case Probe():
            lines = _probe(step, action, commands)
        case WriteClientConfig():
            lines = _client(step, action, commands)
        case AskThroughClient():
            lines = ["ask_through_client strictly"]
        case LookOnly():
            missing = continued(["die", MISSING, word(action.missing), "''", word(action.fix)])
            lines = [missing] if step.see else []
        case TakeAway():
            lines = []
        case _:
            assert_never(action)
    return lines


def _text(value: Value, step: Step, commands: Commands) -> str:
    return word(value) if isinstance(value, str) else commands.string(value, step)


def _changing(step: Step, call: Call, commands: Commands, end: str = "") -> list[str]:
    """A call that changes something, with the step's patience."""
    return _with_patience(step, call, commands.aws(call, step), end)


def _with_patience(step: Step, call: Call, line: Line, end: str = "") -> list[str]:
    retry = step.retry if step.retry and step.retry.of in {"", call.operation} else None
    words = [*(_patience(retry) if retry else ["change"]), *line.words]
    return [*line.before, continued(words) + end]


def _patience(retry: Retry) -> list[str]:
    if _NOT_POSIX.search(retry.pattern):
        raise ValueError(f"bash cannot match “{retry.pattern}”.")
    return [
        "retrying",
        word(retry.pattern),
        f"{retry.every:g}",
        f"{retry.limit:g}",
        word(retry.say),
    ]


def _wait(step: Step, poll: Poll, commands: Commands) -> list[str]:
    line = commands.aws(poll.call, step, f'--query "{inside(poll.path)}"')
    sets = [word(" ".join(sorted(each))) for each in (poll.until, poll.fail, poll.tolerate)]
    times = [f"{poll.every:g}", f"{poll.limit:g}"]
    return [*line.before, continued(["await", sets[0], sets[1], *times, sets[2], *line.words])]


def _report(step: Step, report: Report, commands: Commands) -> list[str]:
    query = f'--query "{inside(report.lines)} | [].text"'
    line = commands.aws(report.call, step, query)
    return [*line.before, continued(["tell_report", *line.words])]


def _revive(step: Step, revival: Revival, commands: Commands) -> list[str]:
    """The first call brings it back; the others follow once that is seen."""
    first, *others = (_changing(step, call, commands, " || refused") for call in revival.calls)
    told = f"say {word(f'{revival.state}: {revival.then}')}"
    seen = f"revived {revival.every:g} {revival.limit:g}"
    return [told, *first, seen, *(line for each in others for line in each)]


def _mend(step: Step, commands: Commands) -> list[str]:
    """For each call that mends: made where one of the fits it is for does not hold."""
    calls: list[Call | None] = []
    for fit in step.fits:
        if fit.mend not in calls:
            calls.append(fit.mend)
    lines: list[str] = []
    for call in calls:
        numbers = [number for number, fit in enumerate(step.fits) if fit.mend == call]
        tests = (f'"${{{looks.fit_variable(step, number)}}}" != true' for number in numbers)
        lines.append(f"if [[ {' || '.join(tests)} ]]; then")
        lines += [indented(line) for line in _mended(step, numbers[0], commands)]
        lines.append("fi")
    return lines


def _mended(step: Step, number: int, commands: Commands) -> list[str]:
    fit = step.fits[number]
    call = fit.mend
    if call is None:
        told = f"{step.title}: {fit.what} is not as wanted, and cannot be changed."
        fix = "Choose another name for the deployment."
        return [continued(["die", UNCHANGEABLE, word(told), "''", word(fix)])]
    lines = [f"mending {word(fit.what)}"]
    if fit.room:
        room = _changing(step, fit.room.call, commands, " || refused")
        lines.append(f'if [[ "${{{looks.room_variable(step, number)}}}" == true ]]; then')
        lines += [*(indented(line) for line in room), "fi"]
    line = renewed(step, call, commands) or commands.aws(call, step)
    lines += _with_patience(step, call, line, " || refused")
    return [*lines, "settled"] if fit.waits and step.wait else lines


def _unmake(step: Step, commands: Commands) -> list[str]:
    calls = (_changing(step, call, commands, " || return 1") for call in step.unmake)
    return [line for each in calls for line in each]


def _probe(step: Step, action: Probe, commands: Commands) -> list[str]:
    words = ["probe", _text(action.url, step, commands), str(action.status)]
    words += [f"{action.every:g}", f"{action.limit:g}", word(action.shows)]
    if action.username is None:
        return [continued(words)]
    password, before = commands.file(action.password, "api_password", step)
    return [*before, continued([*words, _text(action.username, step, commands), f'"{password}"'])]


def _client(step: Step, action: WriteClientConfig, commands: Commands) -> list[str]:
    """The config as a fresh file would hold it; the address is split as the CLI wants it."""
    kinds = (each for each in commands.plan.documents if each.kind is Kind.CLIENT_CONFIG)
    document = next(kinds)
    body = document.body
    if not isinstance(body, Template) or body.text.count(PORT_LINE) != 1:
        raise ValueError("The formae CLI's config has no place for the agent's port.")
    name = commands.file_name(document)
    text = body.text.replace(PORT_LINE, 'port = "${port}"')
    with_port = Template("pkl", text, body.holes)
    numbers = {"url": "AGENT_URL", "port": "AGENT_PORT"}
    asked = any(isinstance(each.make, AskThroughClient) for each in commands.plan.steps)
    words = [word(action.name), "true" if action.activate else "false", f'"${{WORK}}/{name}"']
    return [
        f"split_address {_text(action.url, step, commands)}",
        *commands.written(name, with_port, step, beside=True, given=numbers),
        continued(["point_client", *words]),
        *([] if asked else ["ask_through_client if-possible"]),
    ]
