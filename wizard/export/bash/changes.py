"""A script of changes: only the commands that bring what is deployed to the wanted answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard import __version__
from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import offer
from wizard.base.values import Found, Joined, Merged, NewPassword, Ref, Sha256, Value, parts
from wizard.engine.changes import replaced
from wizard.engine.diff import Action, PlannedChange, renews
from wizard.engine.refresh import leaves
from wizard.export.bash.commands import Commands
from wizard.export.bash.conditions import as_seen, is_secret, many, place, with_only
from wizard.export.bash.quoting import Names, comment, filled, inside, queried, variable, word
from wizard.export.bash.script import answer, begin, rule, whole
from wizard.export.bash.steps import (
    UNUSED,
    look_lines,
    member_of,
    names_of,
    not_yet,
    one_a_line,
    or_made,
    passwords,
    step_lines,
    wait_lines,
)
from wizard.plan.model import Call, Lookup, Plan, Section, Step

if TYPE_CHECKING:
    from wizard.engine.flow import Prepared

NOTHING = "# Nothing differs: there is nothing to change.\n"
"""The whole script where the account is as the answers want it."""


class _SeenNames(Names):
    """Outputs and members that were found in the account, as they were found."""

    def __init__(self, plan: Plan, changes: Mapping[str, PlannedChange]) -> None:
        super().__init__(plan)
        self._changes = changes

    def known(self, ref: Ref) -> str | None:
        """Return an output that stays what it is; None where the script makes the thing anew."""
        change = self._changes[ref.step]
        value = change.outputs.get(ref.output)
        return super().known(ref) if value is None or _renewed(change) else str(value)

    def fingerprint(self, of: Sha256) -> str | None:
        """Return a document's fingerprint that was seen and stays; None where it will change."""
        for change in self._changes.values():
            moved = {f"{each.fit.path}.{each.path}" for each in change.differences if each.fit}
            for fit in change.step.fits:
                for path, want in leaves(fit):
                    if want == of and path not in moved and change.seen.get(path):
                        return str(change.seen[path])
        return None

    def given(self, step: Step, path: str) -> str:
        """Return a member of what was found; empty where it was not."""
        value = self._changes[step.id].seen.get(path)
        return super().given(step, path) if value is None else str(value)


def changes(plan: Plan, answers: Answers, found: Mapping[str, PlannedChange], account: str) -> str:
    """Return the script that makes the changes in `found`, by the step's id; NOTHING without any.

    It first looks whether the account is still as it was seen, and ends before it changes
    anything where it is not. Raises WizardError for a change that a script cannot make.
    """
    todo = [each for each in found.values() if each.action.changes]
    if not todo:
        return NOTHING
    if plan.others:
        raise WizardError(
            "A script cannot move the agent from one host to another.",
            "Where the new agent does not start, the old one has to be started again.",
            "Move it with `formae-wizard apply`.",
            ExitCode.USAGE,
        )
    commands = Commands(plan, _SeenNames(plan, found))
    calls = [call for each in todo for call in _calls(each)]
    made = Action.CREATE, Action.REPLACE
    steps = tuple(each.step for each in todo if each.action in made)
    body = [
        rule(Section.ACCOUNT.value),
        *begin(replace(plan, steps=steps), password=_stores_password(calls)),
        f"[[ $(aws sts get-caller-identity --query Account) == {account} ]] ||",
        f"  stop 'You are signed in to a different account than {account}.'",
        rule("Is everything unchanged since the script was written?"),
        *(line for each in found.values() for line in _seen(each, commands)),
        "PASS='make' # nothing was changed up to here",
    ]
    for section in Section:
        mine = [each for each in found.values() if each.step.section is section]
        lines = [line for each in mine for line in _lines(each, commands)]
        body += [rule(section.value), *lines] if lines else []
    body.append(answer(plan, commands))
    told = (
        f"Changes to the formae agent called {plan.name} on AWS {offer(answers.host).label} in "
        f"{plan.region}, account {account}.",
        f"Written by formae-wizard {__version__}: exactly what formae-wizard apply would change. "
        "If the account has changed since, the script stops before it changes anything; write it "
        "again then.",
    )
    return whole(plan, answers, told, body)


def changes_of(prepared: Prepared) -> str:
    """Return the script of changes of a plan that was checked against the account; else NOTHING.

    Raises WizardError for the first thing that stands in the way of a change, and for a change
    that a script cannot make.
    """
    found = prepared.preflight.findings
    in_the_way = [each.problem for each in found.values() if each.problem]
    for problem in in_the_way if found else prepared.preflight.problems:
        raise problem
    return changes(prepared.plan, prepared.answers, found, prepared.account)


def _stores_password(calls: Iterable[Call]) -> bool:
    """Whether a call stores a password of the API that is made, or given, when the script runs."""
    return any(isinstance(part, NewPassword) and part.name == "api" for part in parts(list(calls)))


def _calls(change: PlannedChange) -> Iterator[Call]:
    """Yield every call that the change takes, in order."""
    step = change.step
    if change.action in {Action.DELETE, Action.REPLACE}:
        yield from step.delete
    if change.action in {Action.CREATE, Action.REPLACE} and isinstance(step.make, Call):
        yield step.make
    if change.action is Action.UPDATE:
        yield from step.restore.calls if change.restores and step.restore else ()
        yield from _updates(change)


def _updates(change: PlannedChange) -> list[Call]:
    """Return the calls that put right what differs, each once, behind those that make room."""
    calls: list[Call] = []
    for each in change.differences:
        if each.fit is None or each.update is None:
            continue
        room = each.fit.room
        first = [room.call] if room and change.seen.get(room.when) else []
        calls += [call for call in (*first, each.update) if call not in calls]
    return calls


def _renewed(change: PlannedChange) -> bool:
    """Whether the change makes the thing anew, with another ARN."""
    return change.action is Action.REPLACE or any(
        renews(each, change.step) for each in change.differences
    )


def _seen(change: PlannedChange, commands: Commands) -> list[str]:
    """Write the looks that show whether a step's resource is still as it was seen."""
    step, lines = change.step, list[str]()
    if change.action is Action.CREATE and step.lookups:
        return _still_absent(step, commands)
    if change.action not in {Action.KEEP, Action.UPDATE, Action.REPLACE, Action.DELETE}:
        return []
    for look in step.lookups:
        wanted = as_seen(change, look)
        if not wanted or (look.more and not look.call.params):
            continue  # what a list shows, the look that follows shows as well
        command = commands.aws(look.call, step)
        lines += queried([f"still {command.head}", *command.flags], place(look), wanted)
    return lines


def _still_absent(step: Step, commands: Commands) -> list[str]:
    """Write the look that must find nothing; none where it refers to what is not there yet."""
    bare = with_only((), step)
    first = step.lookups[0]
    if "$" in " ".join(commands.aws(first.call, step).flags):
        return []
    told = word(f"{step.title}: this exists now, and did not before. Write the script again.")
    return [
        *look_lines(bare, first, {UNUSED: member_of(step)}, commands),
        f"[[ -z ${UNUSED} ]] || stop {told}",
    ]


def _lines(change: PlannedChange, commands: Commands) -> list[str]:
    """Write a change: what differs and what it does as comments, and its commands."""
    step = change.step
    if change.action is Action.RUN:
        return step_lines(step, commands) if step.section is Section.VERIFY else []
    if not change.action.changes:
        return []
    told = _told(change)
    match change.action:
        case Action.CREATE:
            return [*told, *step_lines(step, commands, told=False)]
        case Action.UPDATE:
            return [*told, *_update(change, commands)]
        case Action.REPLACE:
            removed = _removed(change, commands)
            return [*told, *removed, *step_lines(step, commands, told=False)]
        case _:
            return [*told, *_removed(change, commands)]


def _told(change: PlannedChange) -> list[str]:
    lines = comment(f"{change.action.symbol} {change.title}: {change.why}")
    for each in change.differences:
        lines += comment(each.words, "    ")
        lines += [line for text in each.diff.splitlines() for line in comment(text, "      ")]
    effects = dict.fromkeys(filter(None, (each.effect for each in change.differences)))
    again = replaced(change.step) if change.action is Action.REPLACE else ""
    for text in filter(None, (*effects, again, change.cost)):
        lines += comment(text, "    ")
    return lines


def _update(change: PlannedChange, commands: Commands) -> list[str]:
    step, lines = change.step, list[str]()
    if step.section is Section.CLIENT:
        return step_lines(step, commands, told=False)
    if change.restores and step.restore:
        for number, call in enumerate(step.restore.calls):
            lines += _changed(call, change, commands)
            lines += _settled(step, commands) if number == 0 else []
        lines += _unseen(change, commands)
    for call in _updates(change):
        lines += _changed(call, change, commands)
    waits = any(each.fit is not None and each.fit.waits for each in change.differences)
    if step.wait and (waits or change.restores):
        lines += wait_lines(step, step.wait, commands)
    if _renewed(change):
        names = names_of(step, step.lookups[0], commands)
        lines += look_lines(replace(step, fits=()), step.lookups[0], names, commands)
    return lines


def _settled(step: Step, commands: Commands) -> list[str]:
    """Write the wait until what sleeps, or is on its way out, is back."""
    assert step.restore is not None  # noqa: S101 - asked by the caller
    first = next(look for look in step.lookups if not look.into)
    moving = [each for each in (step.restore.when, step.restore.moving) if each]
    command = commands.aws(first.call, step)
    minutes = max(1, round(step.restore.limit / 60))
    query = inside(" || ".join(f"({each})" for each in moving))
    return queried(
        [f"wait_for {minutes} False - '^$' {command.head}", *command.flags], place(first), [query]
    )


def _unseen(change: PlannedChange, commands: Commands) -> list[str]:
    """Write what puts right a text that could not be read before its secret was back."""
    step, lines = change.step, list[str]()
    for look in (each for each in step.lookups if is_secret(each)):
        read = commands.aws(look.call, step)
        for fit in step.fits:
            document = next((d for d in commands.plan.documents if d.body == fit.want), None)
            if document is None or fit.update is None:
                continue
            lines += commands.document(document)[0]
            head = f'same "{commands.path(document)}" {read.head}'
            shown = filled([head, *read.flags, "--query SecretString", "2>/dev/null"])
            lines += or_made(shown, _changed(fit.update, change, commands))
    return lines


def _removed(change: PlannedChange, commands: Commands) -> list[str]:
    step, first = change.step, change.step.lookups[0]
    lines = [line for call in step.delete for line in _changed(call, change, commands)]
    if change.action is Action.REPLACE and step.delete:  # an image is pushed over
        look = look_lines(with_only((), step), first, {UNUSED: member_of(step)}, commands)
        lines += [look[0].replace(f"look {UNUSED}", "gone", 1), *look[1:]]
    return lines


def _changed(call: Call, change: PlannedChange, commands: Commands) -> list[str]:
    """Write one changing call, with one flag a line."""
    step = change.step
    lines: list[str] = []
    for part in parts(call):
        if isinstance(part, Sha256) and commands.names.fingerprint(part) is None:
            known = (each for each in commands.plan.documents if each.body == part.of)
            lines += [line for each in known for line in commands.document(each)[0]]
    call, before = _merged(call, change, commands)
    command = commands.aws(call, step)
    retry = step.delete_spec.retry if change.action is Action.DELETE else step.retry
    usual = retry is not None and retry.of in {"", call.operation}
    head = f"NOT_YET={word(not_yet(retry.pattern))} " if retry and usual else ""
    lines += [*passwords(call), *before, *command.before]
    return [*lines, *one_a_line(f"{head}change {command.head}", command.flags)]


def _merged(call: Call, change: PlannedChange, commands: Commands) -> tuple[Call, list[str]]:
    """Put what others set beside ours into the call, read when the script runs: it may be secret.

    Raises WizardError where a name of ours would have to go from among them.
    """
    lines: list[str] = []

    def told(value: Value) -> Value:
        match value:
            case Merged(path, ours, without):
                names = change.seen.get(f"keys({path})") or []
                if {*names} & {*without}:
                    raise WizardError(
                        f"{change.title}: a script cannot take {', '.join(without)} from {path}.",
                        "",
                        "Use formae-wizard apply for this change.",
                    )
                if not {*names} - {*ours}:
                    return dict(ours)
                name = variable(path.rpartition(".")[2])
                look = next(
                    each for each in change.step.lookups if path.startswith(each.into + ".")
                )
                lines.extend(_read_aside(name, look, path, ours, change, commands))
                return Found(f"${name}")
            case Joined():
                return _joined(value, change)
            case Mapping():
                return {key: told(each) for key, each in value.items()}
            case list() | tuple():
                return [told(each) for each in value]
            case _:
                return value

    return replace(call, params={key: told(each) for key, each in call.params.items()}), lines


def _joined(among: Joined, change: PlannedChange) -> list[Value]:
    """What was seen in a list, and ours behind it. Raises WizardError for settings of others."""
    seen = change.seen.get(among.path) or ()
    if seen and many(among):  # what they are may be secret
        raise WizardError(
            f"{change.title}: a script cannot keep the environment variables that others added.",
            "",
            "Use formae-wizard apply for this change.",
        )
    return [*seen, *among.ours]


def _read_aside(
    name: str,
    look: Lookup,
    path: str,
    ours: Mapping[str, Value],
    change: PlannedChange,
    commands: Commands,
) -> list[str]:
    command = commands.aws(look.call, change.step)
    members = ", ".join(f'\\"{key}\\": {commands.known(each)}' for key, each in ours.items())
    query = f'--query "merge({inside(path)}, {{{members}}})" --output json >"$WORK/{name}"'
    return [" ".join([command.head, *command.flags, query])]
