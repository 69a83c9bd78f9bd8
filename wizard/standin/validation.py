"""Requests against botocore's model of the service: required, length, range, pattern, enum."""

import re
from collections.abc import Iterator
from typing import Any

from wizard.standin import protocol
from wizard.standin.call import AwsError, Call

CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s"}
"""Letters, numbers and separators, as models name them, and what is nearest in Python."""


def check(call: Call, *, skip: frozenset[str] = frozenset()) -> None:
    """Raise ValidationException, as AWS does, unless the parameters fit. `skip` names members."""
    shape = protocol.model(call.service).operation_model(call.operation).input_shape
    problems = list(_problems(shape, call.params, "", skip)) if shape else []
    if problems:
        noun = "validation error" + ("s" * (len(problems) > 1))
        raise AwsError(
            "ValidationException", f"{len(problems)} {noun} detected: " + "; ".join(problems)
        )


def _problems(shape: Any, value: Any, path: str, skip: frozenset[str]) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            yield from _structure(shape, value, path, skip)
        case "list":
            for index, item in enumerate(value, 1):
                yield from _problems(shape.member, item, f"{path}.{index}.member", skip)
        case "map":
            for key, item in value.items():
                yield from _problems(shape.key, key, f"{path}.key", skip)
                yield from _problems(shape.value, item, f"{path}.{key}", skip)
        case "string" | "integer" | "long":
            yield from _scalar(shape, value, path)
        case _:
            return


def _structure(shape: Any, value: Any, path: str, skip: frozenset[str]) -> Iterator[str]:
    for name, member in shape.members.items():
        inner = f"{path}.{_lower(name)}" if path else _lower(name)
        if value.get(name) is None:
            if name in shape.required_members:
                yield _told(None, inner, "Member must not be null")
        elif name not in skip:
            yield from _problems(member, value[name], inner, skip)


def _scalar(shape: Any, value: Any, path: str) -> Iterator[str]:
    rules = shape.metadata
    size, what = (len(value), "length ") if isinstance(value, str) else (value, "value ")
    if "min" in rules and size < rules["min"]:
        yield _told(value, path, f"Member must have {what}greater than or equal to {rules['min']}")
    if "max" in rules and size > rules["max"]:
        yield _told(value, path, f"Member must have {what}less than or equal to {rules['max']}")
    if "enum" in rules and value not in rules["enum"]:
        choices = ", ".join(rules["enum"])
        yield _told(value, path, f"Member must satisfy enum value set: [{choices}]")
    if "pattern" in rules and not matches(rules["pattern"], value):
        pattern = rules["pattern"]
        yield _told(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def matches(pattern: str, value: str) -> bool:
    """Whether a text fits a pattern of a model, which is Java's: it names classes of letters."""
    for theirs, python in CLASSES.items():
        pattern = pattern.replace(theirs, python)
    return bool(re.compile(pattern).fullmatch(value))


def _told(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
