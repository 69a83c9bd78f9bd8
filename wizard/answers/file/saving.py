"""The answers file as it is written, every question explained; and its JSON schema for editors.

Only what was answered is an active line. A default is a comment, so that a better one of a later
wizard still reaches the person. The text depends on nothing but its input. In a file that somebody
wrote only values change.

A saved file does not name the schema: the path would be true on one machine only, and an address
would need a network. `formae-wizard answers --schema` prints it.
"""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from wizard.answers.file.loading import HISTORY, KEY, defaults
from wizard.answers.file.shapes import toml_of
from wizard.answers.file.statements import KEY as STATEMENTS_KEY
from wizard.answers.file.statements import items, statements
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import Toml, written
from wizard.answers.questions import (
    QUESTIONS,
    Detected,
    Group,
    Question,
    QuestionKind,
    Values,
    question,
)
from wizard.base.errors import ExitCode, WizardError
from wizard.local.files import Unreadable, read_text, write_private

WIDTH = 96

MARK = "# Answers for formae-wizard"

HEAD = f"""\
{MARK}. Use them with: formae-wizard apply --answers FILE
#
# Your answers are lines; questions left at their default are comments with the default and its
# reason. A flag overrides FORMAE_WIZARD_<KEY> in the environment, which overrides this file.
# Never put a password or key in it: pass the API password with --api-password-file FILE.
{KEY} = {HISTORY.now}
"""


def saved(texts: Mapping[str, str], detected: Detected | None = None) -> str:
    """The file's text with these answers, as text by question. Deterministic.

    An answer that no such file may hold (it looks like a secret, it is no text) is left out, with
    a comment that says so.
    """
    known = defaults(texts, detected or Detected())
    parts = [HEAD]
    for group in Group:
        parts.append(f"\n# ── {group.value} {'─' * (WIDTH - len(group.value) - 6)}\n")
        parts += [
            "\n" + _entry(question, texts.get(question.key), known[question.key])
            for question in QUESTIONS
            if question.group is group
        ]
    return "".join(parts)


def given(answers: Answers) -> dict[str, str]:
    """What was answered, as texts: what a person said, and what is deployed and no default."""
    values = answers.values
    return {
        question.key: written(values[question.key])
        for question in QUESTIONS
        if question.always or _was_given(answers, question, values)
    }


def write(path: Path, text: str) -> Path | None:
    """Write an answers file for its owner only (0600), at once or not at all.

    What is there is kept beside it where it is not an answers file of ours; the copy's path is
    returned then. Raises WizardError.
    """
    return write_private(path, text, keep_old=not _ours(path))


def _ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MARK)) == MARK.encode()
    except OSError:
        return False


def _was_given(answers: Answers, question: Question, values: Values) -> bool:
    told = answers.given.get(question.key)
    if told is None or told.source is not Source.DEPLOYED:
        return told is not None and told.source is not Source.DEFAULT
    default, _ = question.default(values, Detected())
    return bool(told.value != question.parse(default))


def _entry(question: Question, text: str | None, default: tuple[str, str]) -> str:
    """One question: why it is asked, its choices, and the answer or the default."""
    lines = _comment(f"{question.ask}: {question.why}") + _choices(question)
    if text is None:
        value, reason = default
        lines += _comment(f"Default: {reason}." if reason else "Empty if left out.")
        lines.append(f"# {question.key} = {toml_of(question, value)}")
        return "\n".join(lines) + "\n"
    try:
        lines.append(f"{question.key} = {toml_of(question, _standing(question, text))}")
    except ValueError as error:
        lines += _comment(f"This answer was left out. {error}")
    return "\n".join(lines) + "\n"


def _standing(question: Question, text: str) -> str:
    """The name of a file as it is seen from everywhere."""
    name = text.strip()
    if not question.names_file or not name or name.startswith("~"):
        return text
    return str(Path(name).absolute())


def _choices(question: Question) -> list[str]:
    if question.kind is QuestionKind.YES_NO or not question.choices:
        return []
    if any(choice.label != choice.value for choice in question.choices) and question.closed:
        if question.kind is QuestionKind.MANY:
            names = ", ".join(f"{choice.value} ({choice.label})" for choice in question.choices)
            return _comment(f"One or more of: {names}.")
        return [
            line
            for choice in question.choices
            for line in _comment(f"{choice.value}: {choice.label}", indent="  ")
        ]
    names = ", ".join(choice.value for choice in question.choices)
    return _comment(f"{'One of' if question.closed else 'Such as'}: {names}.")


def _comment(text: str, indent: str = "") -> list[str]:
    """The text as comment lines; nothing in it can end the comment."""
    return list(_wrapped("".join(char if char.isprintable() else " " for char in text), indent))


@lru_cache(512)
def _wrapped(text: str, indent: str) -> tuple[str, ...]:
    """Almost all texts are those of the questions, in every file that is written."""
    return tuple(
        textwrap.wrap(
            text,
            WIDTH,
            initial_indent="# " + indent,
            subsequent_indent="# " + indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def keep(path: Path, texts: Mapping[str, str]) -> list[str]:
    """Put these answers, as text by key, in place of those the file gives; the keys that changed.

    What the file does not answer stays unanswered. Raises WizardError.
    """
    try:
        before = read_text(path)
        after, changed = amended(before, texts)
    except (Unreadable, ValueError) as why:
        raise _not_kept(path, str(why)) from None
    if items(after)[1]:
        raise _not_kept(path, "It is written in a form that cannot be changed line by line.")
    if changed:
        write_private(path, after, keep_old=False)
    return changed


def amended(text: str, texts: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with these values, comments kept, and the keys whose values are others now."""
    lines, changed = text.split("\n"), []
    for line, statement in reversed(_top(text)):
        key = STATEMENTS_KEY.match(statement)
        if key is None or key[1] not in texts:
            continue
        value = toml_of(question(key[1]), texts[key[1]])
        comment = _keeping_comment(statement)
        said = statement.removesuffix(comment)
        if tomllib.loads(said) == tomllib.loads(f"{key[1]} = {value}"):
            continue
        end = "\r" if statement.endswith("\r") else ""
        new = f"{key[1]} = {value}{'  ' if comment else ''}{comment.rstrip()}{end}"
        lines[line - 1 : line + statement.count("\n")] = [new]
        changed.append(key[1])
    return "\n".join(lines), changed[::-1]


def _top(text: str) -> list[tuple[int, str]]:
    """The statements above the first table."""
    found = []
    for line, statement in statements(text):
        if statement.lstrip().startswith("["):
            break
        found.append((line + len(statement) - len(statement.lstrip("\n")), statement.lstrip("\n")))
    return found


def _keeping_comment(statement: str) -> str:
    """The comment behind the value; empty where there is none."""
    for at, letter in enumerate(statement):
        if letter == "#":
            try:
                tomllib.loads(statement[:at])
            except tomllib.TOMLDecodeError:
                continue
            return statement[at:]
    return ""


def _not_kept(path: Path, why: str) -> WizardError:
    return WizardError(
        f"What you accepted is not saved in {path}.",
        why,
        "Change it there yourself; otherwise, the next run with this file reverts it.",
        ExitCode.FAILED,
    )


TEXT = {"type": "string"}


def schema() -> dict[str, Any]:
    """The schema, as JSON knows it; the same on every machine."""
    known = defaults({}, Detected())
    version = {
        "title": "Version of this file",
        "description": "The format version of this file.",
        "const": HISTORY.now,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Answers for formae-wizard",
        "description": "Answers to formae-wizard's questions. What is left out has its default.",
        "type": "object",
        "properties": {
            KEY: version,
            **{question.key: _rule(question, known[question.key][0]) for question in QUESTIONS},
        },
        "required": [KEY],
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as the file in assets holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _rule(question: Question, default: str) -> dict[str, Any]:
    rule = {"title": question.ask, "description": question.why, **_type(question)}
    if default:
        rule["default"] = tomllib.loads(f"it = {toml_of(question, default)}")["it"]
    return rule


def _type(question: Question) -> dict[str, Any]:
    values = [choice.value for choice in question.choices]
    match question.shape.toml:
        case Toml.YES_NO:
            return {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}
        case Toml.NUMBER:
            return {"type": ["number", "string"], **_examples(values)}
        case Toml.LIST:
            return {"anyOf": [{"type": "array", "items": _one(question, values)}, TEXT]}
        case Toml.TABLE:
            values_of = {"type": ["string", "integer"]}
            table = {"type": "object", "additionalProperties": values_of}
            return {"anyOf": [table, {"type": "array", "items": TEXT}, TEXT]}
        case Toml.TEXT:
            return _one(question, values)


def _one(question: Question, values: list[str]) -> dict[str, Any]:
    """A single text; only the choices where there are no others."""
    if values and question.closed:
        return {"enum": values}
    return {**TEXT, **_examples(values)}


def _examples(values: list[str]) -> dict[str, Any]:
    return {"examples": values} if values else {}
