"""A step's looks as `aws` commands whose `--query` answers everything the step asks at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.plan.model import Fit, Look, Step
from wizard.readings.script.commands import Commands
from wizard.readings.script.roots import roots
from wizard.readings.script.shell import continued, indented, inside, word
from wizard.readings.script.variables import function_name, variable
from wizard.values import EarlierTags, JsonText, NewPassword, Sha256, Template, Value, parts

_NAME = re.compile(r"[A-Za-z_]\w*")
_SIMPLE = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """A variable and the JMESPath of its value, as it stands between double quotes of bash."""

    name: str
    path: str
    query: str


def is_secret(look: Look) -> bool:
    """Whether the look reads a secret's text: that goes into a file and is never asked about."""
    return (look.call.service, look.call.operation) == ("secretsmanager", "GetSecretValue")


def secret_file(step: Step) -> str:
    """Where the text of the secret that the step looks at lies."""
    return f"${{WORK}}/{function_name(step.id)}.secret"


def fit_variable(step: Step, number: int) -> str:
    """Holds whether the step's fit of that number, from 0, does."""
    return variable(step.id, f"fits_{number + 1}")


def room_variable(step: Step, number: int) -> str:
    """Holds whether something has to go before that fit's mend."""
    return variable(step.id, f"room_{number + 1}")


def look_lines(step: Step, commands: Commands) -> list[str]:
    """The body of the step's look; it ends in failure where the thing is not there."""
    facts = list(_facts(step, commands))
    lines: list[str] = []
    for look in step.see:
        if is_secret(look):
            lines += _secret_look(step, look, commands)
            continue
        mine = [fact for fact in facts if _answers(step, look, fact)]
        if look.into and not mine:
            continue
        lines += [*_wanted(step, mine, commands), *_asked(step, look, mine, commands)]
        lines += _refusals(step, mine)
    return lines


def _facts(step: Step, commands: Commands) -> Iterator[Fact]:
    for name, path in commands.variables.of(step).items():
        yield Fact(name, path, inside(path))
    dormant, moving = (step.revival.when, step.revival.moving) if step.revival else ("", "")
    judged = {"OURS": step.owned, "DORMANT": dormant, "MOVING": moving, "BROKEN": step.broken}
    for name, path in judged.items():
        if path:
            yield Fact(name, path, inside(path))
    for number, refusal in enumerate(step.refusals):
        name = variable(step.id, f"refused_{number + 1}")
        yield Fact(name, refusal.path, inside(refusal.path))
    for number, fit in enumerate(step.fits):
        if not of_secret(step, fit):
            query = _fit_query(step, number, fit, commands)
            yield Fact(fit_variable(step, number), fit.path, query)
        if fit.room:
            yield Fact(room_variable(step, number), fit.room.when, inside(fit.room.when))


def of_secret(step: Step, fit: Fit) -> bool:
    """Whether the fit is about a secret's text."""
    return any(look.into in roots(fit.path) for look in step.see if is_secret(look))


def _answers(step: Step, look: Look, fact: Fact) -> bool:
    """Whether this look is the one that knows the fact's members."""
    asked = roots(fact.path)
    later = {other.into for other in step.see if other.into}
    if asked & later and asked - later:
        raise ValueError(f"{step.id}: “{fact.path}” asks two looks at once.")
    return look.into in asked if look.into else not asked & later


def _asked(step: Step, look: Look, facts: list[Fact], commands: Commands) -> Iterator[str]:
    members = [f"{fact.name}: {fact.query}" for fact in facts]
    if not members or look.more:
        members.insert(0, "THERE: \\`true\\`")
    thing = f"{{{look.into}: {inside(look.pick)}}}" if look.into else inside(look.pick)
    held = "{\n      " + ",\n      ".join(members) + "}"
    query = held if thing == "@" else f"{thing} | {held}"
    if look.more:
        query = f"merge(not_null({query}, \\`{{}}\\`), {{MORE: {look.more}}})"
    call = commands.aws(look.call, step)
    yield from call.before
    ask = "look_through" if look.more else "look_at"
    head = continued([ask, word(" ".join(sorted(look.absent))), *call.words])
    yield f'{head} \\\n    --query "{query}" || return 1'


def _wanted(step: Step, facts: list[Fact], commands: Commands) -> Iterator[str]:
    """The documents that a look's query compares with, as JMESPath literals."""
    mine = {fact.name for fact in facts}
    for number, fit in enumerate(step.fits):
        if fit.reading == "json" and fit_variable(step, number) in mine:
            path, before = commands.file(fit.want, "wanted", step)
            yield from before
            yield f"local wanted_{number + 1}"
            yield f'wanted_{number + 1}=$(query_literal "{path}")'


def _refusals(step: Step, facts: list[Fact]) -> Iterator[str]:
    mine = {fact.name for fact in facts}
    refused = False
    for number, refusal in enumerate(step.refusals):
        name = variable(step.id, f"refused_{number + 1}")
        if name in mine:
            refused = True
            words = ["refuse_if", f'"${{{name}}}"', word(refusal.what)]
            yield continued([*words, word(refusal.fix)] if refusal.fix else words)
    foreign = step.revival.foreign if step.revival and "DORMANT" in mine else None
    if foreign:
        refuse = continued(["refuse_if", "true", word(foreign.what), word(foreign.fix)])
        yield 'if [[ "${DORMANT}" == true && "${OURS}" != true ]]; then'
        yield from (indented(refuse), "fi")
        if len(step.see) > 1:
            yield 'if [[ "${DORMANT}" == true ]]; then return 0; fi'
    if refused and len(step.see) > 1:
        yield 'if [[ -n "${REFUSAL}" ]]; then return 0; fi'


def _secret_look(step: Step, look: Look, commands: Commands) -> Iterator[str]:
    arn = commands.string(look.call.params["SecretId"], step)
    absent = word(" ".join(sorted(look.absent)))
    yield f'look_at_secret {absent} {arn} "{secret_file(step)}" || return 1'
    for number, fit in enumerate(step.fits):
        if of_secret(step, fit):
            yield from _secret_fit(step, number, fit, commands)


def _secret_fit(step: Step, number: int, fit: Fit, commands: Commands) -> Iterator[str]:
    name, file = fit_variable(step, number), secret_file(step)
    yield f"{name}=true"
    if isinstance(fit.want, Template | JsonText) and fit.reading == "equal":
        wanted, before = commands.file(fit.want, "wanted", step)
        yield from before
        yield f'cmp -s "{file}" "{wanted}" || {name}=false'
        return
    if not isinstance(fit.want, Mapping):
        raise ValueError(f"{step.id}: a script cannot compare a secret with this.")
    for key, value in {**given_members(step), **fit.want}.items():
        yield from _member_fit(name, file, key, value)


def _member_fit(name: str, file: str, key: str, value: Value) -> Iterator[str]:
    if isinstance(value, NewPassword):
        wanted = f"${{WORK}}/password.{value.name}"
        given = f'[[ ! -e "${{WORK}}/given.{value.name}" ]]'
        yield f'{given} || member_is "{file}" {word(key)} "{wanted}" || {name}=false'
    elif isinstance(value, str):
        yield f'printf %s {word(value)} >"${{WORK}}/wanted"'
        yield f'member_is "{file}" {word(key)} "${{WORK}}/wanted" || {name}=false'
    else:
        raise ValueError(f"A script cannot compare the member {key} of a secret.")


def given_members(step: Step) -> dict[str, NewPassword]:
    """The members of the secret the step makes, that a password of the person's would change."""
    fits = [fit for fit in step.fits if of_secret(step, fit) and fit.reading == "subset"]
    made = [part.value for part in parts(step.make) if isinstance(part, JsonText)] if fits else []
    return {
        key: value
        for inner in made
        if isinstance(inner, Mapping)
        for key, value in inner.items()
        if isinstance(value, NewPassword)
    }


def _fit_query(step: Step, number: int, fit: Fit, commands: Commands) -> str:
    path = inside(fit.path)
    match fit.reading:
        case "json":
            return f"{path} == ${{wanted_{number + 1}}}"
        case "none of":
            listed = "\\`${EARLIER_TAGS}\\`"
            if not isinstance(fit.want, EarlierTags):
                listed = commands.literal(fit.want, step)
            return f"length({path} | [?contains({listed}, @)]) == \\`0\\`"
        case "subset":
            leaves = list(_leaves(path, fit.want, step, commands))
            return "\n        && ".join(leaves)
        case _:
            simple = path if _SIMPLE.fullmatch(path) else f"({path})"
            return f"{simple} == {commands.literal(fit.want, step)}"


def _leaves(path: str, want: Value, step: Step, commands: Commands) -> Iterator[str]:
    if not isinstance(want, Mapping):
        yield f"{path} == {commands.literal(want, step)}"
        return
    for key, value in want.items():
        name = key if _NAME.fullmatch(key) else inside(json.dumps(key))
        yield from _leaves(f"{path}.{name}", value, step, commands)


def fingerprints(step: Step) -> list[Value]:
    """The documents whose SHA-256 the step wants to know."""
    found: list[Value] = []
    for part in parts(step):
        if isinstance(part, Sha256) and part.of not in found:
            found.append(part.of)
    return found
