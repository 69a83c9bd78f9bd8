"""Drift: what somebody changed of a deployment since it was chosen, and what becomes of it.

Light: a screen imports it before its first picture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from wizard.answers.model import Given, Source

if TYPE_CHECKING:
    from wizard.engine.diff import Difference


PLANNED = "as planned"
"""What was chosen, where that is a whole document."""


class Resolution(Enum):
    """What a run does with a drift; the value says so to a person."""

    REVERTED = "It is put back"
    ACCEPTED = "It stays as it is now, because you accepted it"
    KEPT = "It stays as it is now"
    REPLACED = "It is changed to your answer"


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a deployed resource, or one answer, that is not as it was chosen."""

    resource: str
    """Id of the plan's step that the resource belongs to; empty for an answer."""
    field: str
    """AWS's name of the field, or the answer's key; empty where it cannot be left as it is."""
    chosen: str
    now: str
    what: str = ""
    """What a person calls it."""
    back: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Answers that put it back, as text by key; empty where the record says too little."""
    off: frozenset[str] = frozenset()
    """ARNs of policies to be detached from the agent's role to put it back."""
    then: str = ""
    """Of a resource that is half-made: what the next `apply` does with it."""
    resolution: Resolution | None = None
    """What the plan does with a field; None for an answer, of which a later one may be given."""
    difference: Difference | None = None
    """Of a field: what of the plan is not met."""
    follows: bool = False
    """Whether it only follows from a change of the agent's config, which is told as well."""

    @property
    def name(self) -> str:
        """The name for `--accept`: the answer's key or `STEP.FIELD`; empty where there is none."""
        return f"{self.resource}.{self.field}" if self.resource and self.field else self.field

    @property
    def words(self) -> str:
        """What was chosen and what is there, in one line."""
        if self.chosen == PLANNED:
            return f"{self.what}: differs from the plan"
        return f"{self.what}: chosen {self.chosen}, now {self.now}"


def with_resolution(drift: Iterable[Drift], which: Resolution) -> list[Drift]:
    """The ones of `drift` that have that resolution, in their order."""
    return [each for each in drift if each.resolution is which]


def resolved(given: Given | None) -> Resolution:
    """What becomes of a changed answer by what is said now; None where nothing is.

    A default replaces it as well: it counts only where what is deployed does not go with the rest.
    """
    unsaid = given is None or given.source is Source.DEPLOYED
    return Resolution.KEPT if unsaid else Resolution.REPLACED
