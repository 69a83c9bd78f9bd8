"""A container's environment variables: ours are compared one by one, and those of others stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from wizard.base.values import Joined, Value
from wizard.plan.model import Unmanaged
from wizard.plan.resources.common import CONFIG_VARIABLE, FINGERPRINT
from wizard.plan.resources.credentials import PASSWORD, USER, VERSION

KINDS = {"environment": "environment variables", "secrets": "environment variables from secrets"}
"""What a person calls each of a container's two lists of variables."""
OURS = frozenset({CONFIG_VARIABLE, FINGERPRINT, PASSWORD, USER, VERSION})
"""Names of all that the wizard ever sets, so that none of them outlives its reason."""


def compared(container: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Where the members of a container are in the one that is there, and what they are to be.

    AWS tells variables in an order of its own; both sides have them by their name.
    """
    picks, members = {name: name for name in container}, dict(container)
    for kind in KINDS.keys() & container.keys():
        mine = f"contains({_names(container)}, name)"
        picks[kind] = f"sort_by(not_null({kind}, `[]`)[?{mine}], &name)"
        members[kind] = sorted(members[kind], key=lambda each: str(each["name"]))
    return picks, members


def kept(container: Mapping[str, Any], there: str) -> dict[str, Value]:
    """The container to deploy, with the variables that others gave the one at the path `there`."""
    others = {
        kind: Joined(_others(f"{there}.{kind}", container), container[kind])
        for kind in KINDS
        if kind in container
    }
    return {**container, **others}


def theirs(container: Mapping[str, Any], there: str) -> tuple[Unmanaged, ...]:
    """The names of the variables that others gave the container at the path `there`."""
    return tuple(
        Unmanaged(what, f"{_others(f'{there}.{kind}', container)}.name")
        for kind, what in KINDS.items()
    )


def _others(list_there: str, container: Mapping[str, Any]) -> str:
    return f"not_null({list_there}, `[]`)[?!contains({_names(container)}, name)]"


def _names(container: Mapping[str, Any]) -> str:
    lists: Iterable[Any] = (container.get(kind) or () for kind in KINDS)
    wanted = {str(each["name"]) for some in lists for each in some}
    return f"`{json.dumps(sorted(OURS | wanted))}`"
