"""A document's text with its holes visible: what is not known yet stands as "${name}"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from wizard.base.values import JsonText, Template, Value
from wizard.documents.document import Body

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def holed_text(body: Body, names: Mapping[str, Value] | None = None) -> str:
    """The text, ending in a line break; holes in `names` are called so."""
    if isinstance(body, JsonText):
        shown = _shown(body.value, dict(names or {}))
        return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
    return body.text if body.text.endswith("\n") else body.text + "\n"


def holes_of(body: Body) -> Mapping[str, Value]:
    """The value that each hole in the text stands for."""
    if isinstance(body, Template):
        return body.holes
    found: dict[str, Value] = {}
    _shown(body.value, found)
    return found


def _shown(value: Value, holes: dict[str, Value], key: str = "value") -> Any:
    """The value as JSON; whatever is no plain JSON becomes a hole named after its key."""
    match value:
        case Mapping():
            return {name: _shown(inner, holes, name) for name, inner in value.items()}
        case list() | tuple():
            return [_shown(inner, holes, key) for inner in value]
        case str() | int() | float() | None:
            return value
        case _:
            name = _name(_HUMP.sub("_", key).lower(), holes, value)
            holes[name] = value
            return f"${{{name}}}"


def _name(name: str, holes: Mapping[str, Value], value: Value) -> str:
    """What the value is called already, or a name that stands for nothing else."""
    called = next((known for known, other in holes.items() if other == value), None)
    if called:
        return called
    number, free = 1, name
    while free in holes:
        number += 1
        free = f"{name}_{number}"
    return free
