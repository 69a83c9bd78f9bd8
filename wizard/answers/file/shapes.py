"""An answer in TOML and as text: the types each question takes, both ways.

Does something in an answers file look like a secret? Such files are passed around and kept.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from wizard.answers import parsing
from wizard.answers.parsing import Shape, Toml
from wizard.answers.questions import Question

SECRET_KEY = re.compile(
    r"(api|db|database|master|user|aws|admin)?_*(pass(wor[dt]|phrase|wd)?|pwd|secret|token|"
    r"credentials?|(secret_?)?access_?key(_?id)?|session_?token|private_?key|api_?key)"
)
SECRET_TEXT = re.compile(
    r"(?<![A-Z0-9])A(KI|SI)A[A-Z0-9]{16}(?![A-Z0-9])|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s:@]+:[^/\s@]+@"
)
PLACE = (
    "Pass the API password with --api-password-file FILE or FORMAE_WIZARD_API_PASSWORD, or have it "
    "generated; database passwords stay in Secrets Manager and AWS keys in AWS's own files."
)


def secret_key(key: str) -> bool:
    """Whether a key is named like a secret."""
    plain = re.sub(r"[^a-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower())
    return SECRET_KEY.fullmatch(plain.strip("_")) is not None


def secret_text(text: str) -> bool:
    """Whether a text holds an AWS access key, a private key, or an address with a password."""
    return SECRET_TEXT.search(text) is not None


BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
DIGITS = 20
"""Longer numbers are none that any question takes."""


WANTED = {
    Toml.TEXT: 'a string in quotes, such as {key} = "…"',
    Toml.NUMBER: 'a number, or a string in quotes, such as {key} = "…"',
    Toml.YES_NO: "true or false",
    Toml.LIST: 'a list of strings, such as {key} = ["…", "…"]',
    Toml.TABLE: 'a table of strings, such as {key} = {{ team = "…" }}',
}


def text_of(question: Question, value: Any) -> str:
    """The text that a flag would take for this TOML value.

    Raises ValueError with a sentence where the type is wrong; it never repeats the value.
    """
    match question.shape.toml, value:
        case _, str():
            return value
        case Toml.NUMBER, (int() | Decimal()) if not isinstance(value, bool):
            return _number(value)
        case Toml.YES_NO, bool():
            return parsing.written(value)
        case Toml.LIST, list():
            return ",".join(_element(question, each) for each in value)
        case Toml.TABLE, dict():
            return ",".join(f"{_tag_key(key)}={_tag(key, each)}" for key, each in value.items())
        case Toml.TABLE, list():
            return ",".join(_element(question, each) for each in value)
        case _:
            raise ValueError(_wrong(question, value))


def _wrong(question: Question, value: Any) -> str:
    return f"This is {_called(value)}; use {_wanted(question)}."


def _wanted(question: Question) -> str:
    return WANTED[question.shape.toml].format(key=question.key)


def _called(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | Decimal():
            return "a number without quotes"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime() | date() | time():
            return "a date or time without quotes"
        case _:
            return "a string"


def _number(value: int | Decimal) -> str:
    text = str(value)
    if len(text) > DIGITS:
        raise ValueError("The number is too long.")
    return text


def _element(question: Question, each: Any) -> str:
    if not isinstance(each, str):
        raise ValueError(f"The list contains {_called(each)}; use {_wanted(question)}.")
    if "," in each or "\n" in each:
        raise ValueError(
            "A string in the list contains a comma or a line break; those separate answers."
        )
    return each


def _tag_key(key: str) -> str:
    if not key.strip() or any(mark in key for mark in "=,\n"):
        raise ValueError("A tag key cannot be empty or contain “=”, a comma or a line break.")
    return key


def _tag(key: str, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value)
    if not isinstance(value, str):
        raise ValueError(f"The value of tag “{key}” is {_called(value)}; write it in quotes.")
    if "," in value or "\n" in value:
        raise ValueError(
            f"The value of tag “{key}” contains a comma or a line break; AWS allows neither."
        )
    return value


def toml_of(question: Question, text: str) -> str:
    """The TOML value, on one line, that is read back as an answer of the same meaning.

    A text that means nothing to the question is kept as it is. Raises ValueError with a sentence
    for what cannot be kept in such a file.
    """
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError("It contains an invalid character (half of a surrogate pair).")
    if secret_text(text):
        raise ValueError("It looks like a secret, which does not belong in this file.")
    try:
        value = question.parse(text)
    except ValueError:
        return toml_string(text)
    written = _written(question.shape, value)
    return written if written is not None else toml_string(text)


def _written(shape: Shape, value: Any) -> str | None:
    """The value as the type it has in TOML; None where only the text itself will do."""
    match shape.toml:
        case Toml.YES_NO:
            return "true" if value else "false"
        case Toml.NUMBER:
            return _number_of(shape, value)
        case Toml.LIST:
            return "[" + ", ".join(map(toml_string, value)) + "]"
        case Toml.TABLE:
            return _table(value)
        case Toml.TEXT:
            return None


def _number_of(shape: Shape, value: Any) -> str | None:
    text = shape.words(value)
    if shape.parse(text) != value:
        return None
    return toml_string(text) if shape.unit else text


def _table(pairs: tuple[tuple[str, str], ...]) -> str | None:
    if len(dict(pairs)) < len(pairs):
        return None
    if any(secret_key(key) for key, _ in pairs):
        raise ValueError("A tag name looks like a secret's, which does not belong in this file.")
    inner = ", ".join(f"{_key(key)} = {toml_string(value)}" for key, value in pairs)
    return f"{{ {inner} }}" if inner else "{}"


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else toml_string(key)


def toml_string(text: str) -> str:
    """`text` as a TOML string on one line that reads back as exactly `text`.

    What cannot be seen is written as its number.
    """
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in NAMED or char.isprintable():
        return NAMED.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
