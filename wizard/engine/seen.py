"""What was seen of a resource, as far as a change of it goes by it: plain values, and no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath

from wizard.base.values import Found, Merged, Value, parts
from wizard.plan.model import Expectation, Step

VERSION = "VersionIdsToStages"
"""Stands for the id of a secret's current version."""
_NAME = re.compile(r"[A-Za-z_]\w*")


def seen(step: Step, thing: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what was found at the paths of the step's expectations and of its calls.

    A secret's text is left out; `VERSION` is then the id of its current version. Of what others
    set beside ours only the names are kept, as `keys(path)`.
    """
    if thing is None:
        return {}
    values = {path: jmespath.search(path, thing) for path in _paths(step) if not _secret(path)}
    for part in parts(step.fits):
        if isinstance(part, Merged):
            values[f"keys({part.path})"] = sorted(jmespath.search(part.path, thing) or {})
    stages = thing.get(VERSION)
    if isinstance(stages, Mapping):
        values[VERSION] = next((k for k, each in stages.items() if "AWSCURRENT" in each), None)
    return values


def leaves(fit: Expectation) -> Iterator[tuple[str, Value]]:
    """Yield the path of every value that the expectation compares, and what is wanted there."""
    if fit.reading != "subset":
        yield fit.path, fit.want
    else:
        yield from _leaves(fit.path, fit.want)


def _leaves(path: str, want: Value) -> Iterator[tuple[str, Value]]:
    if not isinstance(want, Mapping):
        yield path, want
        return
    for key, value in want.items():
        name = key if _NAME.fullmatch(key) else json.dumps(key)
        yield from _leaves(f"{path}.{name}", value)


def _paths(step: Step) -> Iterator[str]:
    for fit in step.fits:
        yield from (path for path, _ in leaves(fit))
        if fit.room:
            yield fit.room.when
    for part in parts((step.lookups, step.fits, step.restore, step.delete)):
        if isinstance(part, Found):
            yield part.path


def _secret(path: str) -> bool:
    return path.startswith("Value.")
