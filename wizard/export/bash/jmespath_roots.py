"""Which members of a thing a JMESPath begins with, so that the right look can answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath.parser

_FIRST_ONLY = frozenset(
    {
        "subexpression",
        "index_expression",
        "pipe",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
        "slice",
    }
)
"""Nodes whose further children are applied to what the first one gave."""


def roots(path: str) -> set[str]:
    """The names of the members that `path` reads of the thing itself."""
    return set(_roots(jmespath.parser.Parser().parse(path).parsed))


def _roots(node: Any) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    if node["type"] in {"field", "expref"}:  # the latter is about the parts of something else
        return
    children = [child for child in node.get("children", ()) if isinstance(child, dict)]
    for child in children[:1] if node["type"] in _FIRST_ONLY else children:
        yield from _roots(child)
