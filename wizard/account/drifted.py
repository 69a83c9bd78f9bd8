"""What becomes of what somebody changed in the account, by the names of its fields. Light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.engine.diff import Difference

Fields = Mapping[str, "Difference"]
"""Differences by the names of their fields."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """What a plan does with each."""

    back: Fields = field(default_factory=dict)
    """It is put back."""
    left: Fields = field(default_factory=dict)
    """It is left as it is, as the person accepted it."""
    deployed: Answers | None = None
    """The answers that are deployed; None where nothing is."""


UNTOUCHED = Drifted()
"""Where nobody changed anything, or nobody looked."""
