"""The formae CLI's config as bash: written where the CLI reads it, and never over another one.

Each step of the plan as bash: its reason, the look for it, and the commands that make it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from wizard.base.values import Found, JsonText, NewPassword, NewPasswordHash, Ref, SecretRef, parts
from wizard.documents.document import Body, DocumentKind
from wizard.engine.refresh import leaves
from wizard.export.bash.commands import Commands, file_name, quoted
from wizard.export.bash.conditions import (
    answers,
    conditions,
    is_secret,
    place,
    relative,
    roots,
    settings_of,
    with_only,
)
from wizard.export.bash.quoting import (
    CONTINUED,
    WIDTH,
    filled,
    inside,
    piece,
    queried,
    reason,
    seen,
    word,
)
from wizard.plan.model import (
    AskThroughClient,
    Call,
    CopyImage,
    Expectation,
    LookOnly,
    Lookup,
    Poll,
    PrepareDatabase,
    Probe,
    Step,
    TakeAway,
    WriteClientConfig,
)


def client_lines(action: WriteClientConfig, commands: Commands) -> list[str]:
    """Return the lines that write the config, or put it beside a file that says something else."""
    document = next(
        each for each in commands.plan.documents if each.kind is DocumentKind.CLIENT_CONFIG
    )
    written, _ = commands.document(document)
    proofs = (each.make for each in commands.plan.steps)
    read = any(isinstance(each, Probe) and each.password is not None for each in proofs)
    lines = [each for each in written if not (read and each.startswith("member "))]
    profile = word(action.name)
    lines += piece("client", file=file_name(document), profile=profile)
    return [*lines, *(piece("activate", profile=profile) if action.activate else [])]


_REPORT = re.compile(r"(.*)\[\]\.\{id: \w+, text: (\w+)\}")
UNUSED = "FOUND"
"""The variable of what only has to be there."""
_WORDS = re.compile(r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^'"\\ ])+""", re.DOTALL)
"""Words of bash, each with its quotes as they are."""
_PATTERN = re.compile(r"\^(\w+|\([\w|]+\))(?:: (.*))?")
_OR = re.compile(r"\|(?![^(]*\))")
"""Between the alternatives of an expression, but not between those in parentheses."""


def step_lines(step: Step, commands: Commands, *, told: bool = True) -> list[str]:
    """Return the step's part of the script; nothing for what a script has no need of.

    Its reason stands above it where that is not `told` already.
    """
    body = _body(step, commands)
    if not body or not told:
        return body
    if isinstance(step.make, Probe):
        return [f"# {step.title}.", *body]
    return [*reason(step.title, step.why), *body]


def _body(step: Step, commands: Commands) -> list[str]:
    lines: list[str] = []
    match step.make:
        case Call() as make:
            lines = _call(step, make, commands)
        case LookOnly() as make:
            lines = _look_only(step, make, commands)
        case CopyImage() as make:
            lines = _copy(step, make, commands)
        case PrepareDatabase() as make:
            lines = _prepare(step, make, commands)
        case Probe() as make:
            lines = _probe(step, make, commands)
        case WriteClientConfig() as make:
            lines = client_lines(make, commands)
        case AskThroughClient() | TakeAway():
            pass
        case _ as never:
            assert_never(never)
    return lines


def _call(step: Step, make: Call, commands: Commands) -> list[str]:
    """Write the looks, the call that is made where nothing is there, and the wait."""
    if _comes_with_cluster(step, commands):
        return []  # the wait for the Data API asks for it
    first, *others = step.lookups
    names = names_of(step, first, commands) or {UNUSED: member_of(step)}
    look = look_lines(step, first, names, commands)
    if first.call.service == "rds-data" and step.wait:
        look = _sign_in(step, commands)
    elif first.call.service == "rds-data":  # nothing answers before the wait in the second pass
        look[0] = f"[[ $PASS == look ]] || {look[0]}"
    before = ["MADE=0"] if step.wait and step.wait.aged else []
    lines = [*_documents(step, commands), *before, *or_made(look, _made(step, make, commands))]
    lines += _settings(step, first, f"[[ -z ${thing_of(step, commands)} ]] || ", commands)
    more = [line for other in others for line in _other_look(step, other, commands)]
    waits = wait_lines(step, step.wait, commands) if step.wait else []
    return [*lines, *waits, *more]  # what is looked at may be there only after the wait


def _sign_in(step: Step, commands: Commands) -> list[str]:
    """Write a look that fails where the secret's user is not let in, for whatever reason."""
    command = commands.aws(step.lookups[0].call, step)
    head = f"[[ $PASS == look ]] || {command.head}"
    return filled([head, *command.flags, '>"$WORK/seen" 2>&1'])


def or_made(look: list[str], made: list[str]) -> list[str]:
    """Write commands behind a look, to be run where it finds nothing."""
    body = [f"  {each}" for each in made]
    if all(each.endswith("\\") for each in made[:-1]):
        return [*look[:-1], f"{look[-1]} ||", *body]
    return [*look[:-1], f"{look[-1]} || {{", *body, "}"]


def names_of(step: Step, look: Lookup, commands: Commands) -> dict[str, str]:
    """Return the variables that a look fills, each with its JMESPath of the thing found."""
    later = {other.into for other in step.lookups if other.into}
    found = {
        name: path
        for name, path in commands.names.of(step).items()
        if (look.into in roots(path) if look.into else not roots(path) & later)
    }
    beside = found.keys() <= seen(step).keys() and not look.into  # they may be empty
    return {UNUSED: member_of(step), **found} if found and beside else found


def thing_of(step: Step, commands: Commands) -> str:
    """Return the variable that is empty where the step's thing is not there."""
    return next(iter(names_of(step, step.lookups[0], commands)), UNUSED)


def member_of(step: Step) -> str:
    """Return a member that the thing has, for what is only looked for."""
    known = [output.path for output in step.outputs.values()]
    return (known or ["PolicyArn" if "PolicyArn" in step.lookups[0].pick else "PolicyName"])[0]


def look_lines(
    step: Step, look: Lookup, names: dict[str, str], commands: Commands, guard: str = ""
) -> list[str]:
    """Write a look that fills the variables in `names` and demands all its conditions.

    It stands behind `guard`, which ends in a blank.
    """
    fields = [inside(relative(path, look)) for path in names.values()]
    fields += conditions(step, look, commands.known)
    paged = bool(look.more) and not look.call.params
    pick = place(look)
    if paged:
        fields, pick = [*(pick + each for each in fields), look.more], ""
    if look.into and "&&" in look.pick:  # it is written once
        fields = [inside(re.sub(rf"\b{look.into}\.", "", path)) for path in names.values()]
        fields += conditions(step, replace(look, pick="@"), commands.known)
        pick = f"{inside(look.pick)} | "
    helper = f"look {word(' '.join(names))}" if names else "check"
    command = commands.aws(look.call, step)
    head = f"{guard}{helper} {'pages ' if paged else ''}{command.head}"
    return queried([head, *command.flags], pick, fields)


def _made(step: Step, make: Call, commands: Commands) -> list[str]:
    """Write the call, with one flag a line."""
    command = commands.aws(make, step)
    usual = bool(step.retry and step.retry.expected)
    patience = f"NOT_YET={word(not_yet(step.retry.pattern))} " if step.retry and usual else ""
    lines = [*passwords(make), *command.before]
    lines += one_a_line(f"{patience}make {command.head}", command.flags)
    return [*lines, *(["MADE=$SECONDS"] if step.wait and step.wait.aged else [])]


def one_a_line(head: str, flags: Sequence[str]) -> list[str]:
    """Write one flag a line, the first one beside the command."""
    first = (
        [f"{head} {flags[0]}"] if len(head) + len(flags[0]) < WIDTH - 2 else [head, f"  {flags[0]}"]
    )
    lines = [*first, *(line for each in flags[1:] for line in _flag_lines(each))]
    return [*(f"{each} \\" for each in lines[:-1]), lines[-1]]


def _flag_lines(flag: str) -> list[str]:
    """Return a flag as one line, or as several where it has more words than fit."""
    if len(flag) < WIDTH - 6:
        return [f"  {flag}"]
    words = _WORDS.findall(flag)
    return [f"  {each.removesuffix(CONTINUED)}" for each in filled(words)]


def not_yet(pattern: str) -> str:
    """Turn an expression for `Code: message` into one for what the `aws` command prints."""
    found = (_PATTERN.fullmatch(each) for each in _OR.split(pattern))
    return "|".join(each[2] or each[1].removesuffix("Exception") for each in found if each)


def passwords(make: Call) -> list[str]:
    """Write the API password's hash into a file, where the call needs it."""
    return piece("hash") if any(isinstance(each, NewPasswordHash) for each in parts(make)) else []


def _documents(step: Step, commands: Commands) -> list[str]:
    """Write the documents that the step's looks compare with, or that its call sends."""
    lines: list[str] = []
    alike: list[Body] = []
    for document in commands.plan.documents:
        if document.body in alike:
            continue  # the first of that text stands for all
        alike.append(document.body)
        wanted = any(fit.want == document.body for fit in step.fits)
        sent = isinstance(step.make, Call) and document.body == JsonText(step.make.params)
        if wanted or sent:
            lines += commands.document(document)[0]
    return lines


def _other_look(step: Step, look: Lookup, commands: Commands) -> list[str]:
    """Write a look at a further part of the thing, where the thing is there."""
    command = commands.aws(look.call, step)
    found = (each.path for each in parts(look.call) if isinstance(each, Found))
    needed = [commands.names.found(step, path) for path in found]
    guard = f"[[ -z ${' || -z $'.join(dict.fromkeys(needed) or [thing_of(step, commands)])} ]] || "
    lines: list[str] = []
    if is_secret(look):
        return _secret_text(step, guard, " ".join([command.head, *command.flags]), commands)
    names = names_of(step, look, commands)
    if names or conditions(step, look, commands.known):
        lines += look_lines(step, look, names, commands, "" if names or needed else guard)
    return [*lines, *_settings(step, look, guard, commands)]


def _settings(step: Step, look: Lookup, guard: str, commands: Commands) -> list[str]:
    """Compare what this look shows with the document that the thing is made with."""
    compared = (fit for fit in step.fits if settings_of(fit, step))
    if not isinstance(step.make, Call) or not any(answers(step, look, f.path) for f in compared):
        return []
    command = commands.aws(look.call, step)
    file = commands.aws(step.make, step).flags[0].partition("file://")[2]
    return filled([f'{guard}holds "{file} {command.head}', *command.flags])


def _secret_text(step: Step, guard: str, command: str, commands: Commands) -> list[str]:
    """Compare a secret's text in files, so that it is seen nowhere."""
    lines: list[str] = []
    for fit in step.fits:
        document = next((each for each in commands.plan.documents if each.body == fit.want), None)
        if document:
            file = commands.path(document)
            lines += filled([f'{guard}same "{file}"', command, "--query SecretString"])
    if any(isinstance(part, NewPassword) for part in parts(step.make)):
        arn = re.sub(r"\W", "", guard.partition("$")[2].partition(" ")[0])
        given = f"[[ -z ${arn} || -z ${{API_PASSWORD_FILE:-}} ]]"
        lines.append(f'{given} || same "$WORK/password.api" member password "${arn}"')
    return lines


def _look_only(step: Step, action: LookOnly, commands: Commands) -> list[str]:
    """Write the look for what must be there already, or the wait for it."""
    if not step.lookups:
        return wait_lines(step, step.wait, commands) if step.wait else []
    look, *others = step.lookups
    more = [line for other in others for line in _other_look(step, other, commands)]
    names = names_of(step, look, commands) or {UNUSED: member_of(step)}
    (name, path), *_ = names.items()
    missing = word(f"{action.missing} {action.fix}".strip())
    early = "$PASS == look || " if step.part_of else ""
    mended = [fit for fit in step.fits if fit.update]
    bare = replace(step, fits=tuple(fit for fit in step.fits if not fit.update))
    command = commands.aws(look.call, step)
    if not conditions(bare, look, commands.known) and not mended:
        query = path if look.pick == "@" else f"{inside(look.pick)}.{path}"
        lines = filled([f"{name}=$({command.head}", *command.flags, f'--query "{query}")'])
        there = [f"[[ ${name} != None ]] || stop {missing}"] if look.pick != "@" else []
        return [*lines, *there, *more]
    lines = look_lines(bare, look, names, commands)
    lines = [*lines[:-1], f"{lines[-1]} || true", f"[[ {early}-n ${name} ]] || stop {missing}"]
    for fit in mended:
        lines += _switched_on(step, look, fit, path, commands)
    return [*lines, *more, *(wait_lines(step, step.wait, commands) if step.wait else [])]


def _switched_on(
    step: Step, look: Lookup, fit: Expectation, path: str, commands: Commands
) -> list[str]:
    """Write the call that changes what the person agreed to have changed, where it is not so."""
    assert fit.update is not None  # noqa: S101 - chosen by it
    holds = " && ".join(f"{each} == {commands.known(want)}" for each, want in leaves(fit))
    query = f"[{look.pick}][?{holds}] | [0].[{path}]"
    command, mend = commands.aws(look.call, step), commands.aws(fit.update, step)
    head = [f"look {UNUSED} {command.head}", *command.flags, f'--query "{query}"']
    made = step.part_of and step.retry  # AWS may still be at work with it
    patience = f"NOT_YET={word(not_yet(step.retry.pattern))} " if made and step.retry else ""
    return or_made(filled(head), one_a_line(f"{patience}make {mend.head}", mend.flags))


def _comes_with_cluster(step: Step, commands: Commands) -> bool:
    """Whether the step's database is one that the plan's own cluster is made with."""
    creates = [each.make.params for each in commands.plan.steps if isinstance(each.make, Call)]
    names = [output.like for output in step.outputs.values()]
    return step.id == "database" and any(each.get("DatabaseName") in names for each in creates)


def wait_lines(step: Step, poll: Poll, commands: Commands) -> list[str]:
    """Write the wait; where it ends badly, what AWS wrote about it is shown."""
    call, path, until = poll.call, poll.path, "|".join(sorted(poll.until))
    database = next((each for each in commands.plan.steps if each.id == "database"), step)
    if "database" in call.params and not step.lookups and _comes_with_cluster(database, commands):
        call = replace(call, params={**call.params, "database": database.outputs["name"].like})
    if poll.aged:
        return [f"aged {poll.aged} {word(poll.why)}"]
    command = commands.aws(call, step)
    ends = _either(poll.fail) or "-"
    not_yet = _beginnings(poll.tolerate) or "^$"
    query = word(path) if "'" in path else f"'{path}'"
    head = f"wait_for {max(1, round(poll.limit / 60))} {word(until)}"
    lines = filled(
        [head, word(ends), word(not_yet), command.head, *command.flags, f"--query {query}"]
    )
    said = _reports(step, poll, commands)
    if said:
        lines = [*lines[:-1], f"{lines[-1]} ||", *(f"  {each}" for each in said)]
    return [*lines, *(wait_lines(step, poll.then, commands) if poll.then else [])]


def _reports(step: Step, poll: Poll, commands: Commands) -> list[str]:
    """Write what is shown where a wait ends badly, and the end of the script."""
    shown = [poll.news if poll.causes else None, poll.autopsy]
    told: list[list[str]] = []
    for report in filter(None, shown):
        command = commands.aws(report.call, step)
        query = f"--query {word(_texts(report.lines))} >&2 || true;"
        told.append(filled([command.head, *command.flags, query]))
    lines = [line for n, each in enumerate(told) if each not in told[:n] for line in each]
    if not lines:
        return []
    lines[0] = f"{{ {lines[0]}"
    return [*lines[:-1], f"{lines[-1]} exit 1; }}"]


def _texts(lines: str) -> str:
    """Return the JMESPath of a report's last lines, without what tells them apart."""
    found = _REPORT.fullmatch(lines)
    assert found  # noqa: S101 - reports are written so
    return f"{found[1]}[-20:].[{found[2]}]"


def _either(names: Iterable[str]) -> str:
    """Return an expression that one of the names matches; several with one beginning are one."""
    heads = Counter(name.partition("-")[0] for name in names)
    told = (f"{h}-.*" if heads[h := name.partition("-")[0]] > 1 else name for name in sorted(names))
    return "|".join(dict.fromkeys(told))


def _beginnings(names: Iterable[str]) -> str:
    """Return an expression that finds one of these error codes in what the `aws` command prints."""
    heads = [re.findall(r"[A-Z][a-z]+", name)[0] for name in names]
    told = (
        head if heads.count(head) > 1 else re.sub(r"(Exception|Error)$", "", name)
        for head, name in sorted(zip(heads, names, strict=True))
    )
    return "|".join(dict.fromkeys(told))


def _copy(step: Step, action: CopyImage, commands: Commands) -> list[str]:
    """Write the walkthrough's pull, tag and push, or what does the same where Docker is missing.

    The token is in a folder that goes at the end.
    """
    look, *more = step.lookups
    found = member_of(step)
    if step.broken:  # another image with this tag is as good as none
        another = step.broken.replace(more[0].into, "imageManifest")
        look = replace(more[0], pick=f"images[?!({another})] | [0]", into="")
        step, found = replace(step, broken=""), "imageId.imageDigest"
    target, source = f'"{commands.text(action.destination)}"', word(str(action.source))
    place, unknown, _ = target[1:-1].partition("}")
    registry = f"{place}%%/*}}" if unknown else place.partition("/")[0]
    system, _, architecture = action.platform.partition("/")
    words = {"platform": action.platform, "system": system, "architecture": architecture}
    made = piece("copy", registry=registry, source=source, target=target, **words)
    names = dict.fromkeys(commands.names.of(step) or [UNUSED], found)
    if UNUSED not in names:
        made = [*made, 'look "${LOOKED[@]}"']  # what others need of the copy
    return or_made(look_lines(step, look, names, commands), made)


def _prepare(step: Step, action: PrepareDatabase, commands: Commands) -> list[str]:
    """Write the look that signs in as the role, and what the master user does where it fails."""
    assert isinstance(action.password, SecretRef)  # noqa: S101 - it is in the database's secret
    words = {
        "host": quoted(commands.text(action.host)),
        "port": quoted(commands.text(action.port)),
        "secret": quoted(commands.text(action.password.arn)),
        "master": action.master,
        "role": action.role,
        "database": action.database,
    }
    waits = wait_lines(step, step.wait, commands) if step.wait else []
    assert isinstance(action.host, Ref)  # noqa: S101 - of the cluster that was made
    cluster = commands.plan.step(action.host.step)
    address = look_lines(  # it may only be known since the cluster is available
        with_only((), cluster),
        cluster.lookups[0],
        {
            name: path
            for name, path in names_of(cluster, cluster.lookups[0], commands).items()
            if path in {"Endpoint", "Port"}
        },
        commands,
    )
    return [*or_made(_sign_in(step, commands), [*address, *piece("prepare", **words)]), *waits]


def _probe(step: Step, action: Probe, commands: Commands) -> list[str]:
    url = f'"{commands.text(action.url)}"'
    if action.username is None:
        return [f"answers {action.status} {url}"]
    before, _ = commands.file(action.password, "password", step)
    return [*before, f"answers {action.status} {url} {word(str(action.username))}"]
