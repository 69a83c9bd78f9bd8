"""The answers file as a JSON schema, for editors that know TOML: types, choices, and the words.

A saved file does not name it: the path would be true on one machine only, and an address would
need a network. `formae-wizard answers --schema` prints it.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

from wizard.answers.file.loading import HISTORY, KEY, defaults
from wizard.answers.file.shapes import toml_of
from wizard.answers.parsing import Toml
from wizard.answers.questions import QUESTIONS, Detected, Question

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
