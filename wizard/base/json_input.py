"""JSON that others wrote: files of the person's and of other programs, and what servers answer."""

import json
from typing import Any

DEEPEST = 100
"""Levels below which nothing is read: whoever walks it afterwards calls itself at each."""


def parsed_json(text: str | bytes, **options: Any) -> Any:
    """The value, parsed as `json.loads` does with these options.

    Raises json.JSONDecodeError, also where it is nested too deep, and UnicodeDecodeError.
    """
    try:
        found = json.loads(text, **options)
    except RecursionError:
        raise _too_deep(text) from None
    level = [found]
    for _ in range(DEEPEST):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return found
    raise _too_deep(text)


def _parts(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(text: str | bytes) -> json.JSONDecodeError:
    doc = text if isinstance(text, str) else text.decode(errors="replace")
    return json.JSONDecodeError(f"Values are nested more than {DEEPEST} levels deep", doc, 0)
