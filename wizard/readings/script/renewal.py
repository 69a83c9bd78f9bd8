"""A JSON secret that is put anew: what the person gave now, and for the rest what it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from wizard.plan.model import Call, Step
from wizard.readings.explain.commands import cli_name
from wizard.readings.script.commands import Commands, Line
from wizard.readings.script.looks import secret_file
from wizard.readings.script.shell import continued, here_document, word
from wizard.readings.script.variables import function_name
from wizard.values import JsonText, NewPassword, NewPasswordHash, SecretRef, Value, parts


def renewed(step: Step, call: Call, commands: Commands) -> Line | None:
    """The call with such a secret; None where it has none.

    A script cannot know when it is written whether a password will be given to it, so a member
    that the step made from a new password is the given one, or stays.
    """
    texts = [
        (name, value.value)
        for name, value in call.params.items()
        if isinstance(value, JsonText) and isinstance(value.value, Mapping)
    ]
    made = _made_members(step)
    if len(texts) != 1 or not made:
        return None
    name, members = texts[0]
    before, holes, text = [], [], dict(members)
    for key, value in members.items():
        if isinstance(value, str):
            continue
        before.append(_member(step, key, value, made))
        holes.append(f'{key}@"${{WORK}}/kept.{key}"')
        text[key] = f"${{{key}}}"
    file = f"{function_name(step.id)}-{cli_name(name)}"
    mark, rest = here_document(json.dumps(text, separators=(",", ":")))
    before.append(f"{continued(['document', word(file), 'json', *holes, mark])}\n{rest}")
    others = {key: value for key, value in call.params.items() if key != name}
    line = commands.aws(replace(call, params=others), step)
    return Line(
        (*line.words, f'--{cli_name(name)} "file://${{WORK}}/{file}"'),
        (*before, *line.before),
    )


def _member(step: Step, key: str, value: Value, made: Mapping[str, Value]) -> str:
    origin = made.get(key)
    known = isinstance(value, SecretRef | NewPassword | NewPasswordHash)
    if not known or not isinstance(origin, NewPassword | NewPasswordHash):
        raise ValueError(f"{step.id}: a script cannot renew the member {key}.")
    kind = "hash" if isinstance(origin, NewPasswordHash) else "password"
    words = ["given_or_kept", kind, word(origin.name), f'"{secret_file(step)}"', word(key)]
    return continued([*words, f'"${{WORK}}/kept.{key}"'])


def _made_members(step: Step) -> dict[str, Value]:
    made = [part.value for part in parts(step.make) if isinstance(part, JsonText)]
    return {key: value for each in made if isinstance(each, Mapping) for key, value in each.items()}
