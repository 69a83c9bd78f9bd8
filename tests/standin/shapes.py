"""Every answer of a service against botocore's output shapes: no member too many, none missing."""

import json
from collections.abc import Iterator
from typing import Any

from wizard.standin.validation import matches

CONTRADICTORY = {"ServiceId"}
"""The model wants 32 characters here and a pattern of 36."""


def watch(aws: Any) -> list[str]:
    """Check all answers of a client from now on; the names of the operations checked."""
    checked: list[str] = []

    def check(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        if response_dict["status_code"] != 200:
            return
        body = json.loads(response_dict["body"])
        found = list(problems(operation_model.output_shape, body, operation_model.name))
        assert not found, found
        checked.append(operation_model.name)

    aws.meta.events.register(f"before-parse.{aws.meta.service_model.service_id.hyphenize()}", check)
    return checked


def problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    """What does not fit the shape."""
    match shape.type_name:
        case "structure":
            yield from _structure(shape, value, path)
        case "list":
            for item in value:
                yield from problems(shape.member, item, path + "[]")
        case "string":
            yield from _string(shape, value, path)
        case other:
            numbers = {"integer": int, "double": int | float, "timestamp": int | float}
            kinds = {**numbers, "boolean": bool, "map": dict}
            if not isinstance(value, kinds[other]):
                yield f"{path} is no {other}: {value!r}"


def _structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    for name in value.keys() - shape.members.keys():
        yield f"{path}.{name} is no member"
    for name in set(shape.required_members) - value.keys():
        yield f"{path}.{name} is missing"
    for name in value.keys() & shape.members.keys():
        yield from problems(shape.members[name], value[name], f"{path}.{name}")


def _string(shape: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{path} is no string: {value!r}"
        return
    if shape.enum and value not in shape.enum:
        yield f"{path} is not one of {shape.enum}: {value}"
    name = path.rpartition(".")[2]
    pattern = shape.metadata.get("pattern")
    if pattern and name not in CONTRADICTORY and not matches(pattern, value):
        yield f"{path} does not match {pattern}: {value}"
    if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", 10**6):
        yield f"{path} has a length out of range: {value}"
