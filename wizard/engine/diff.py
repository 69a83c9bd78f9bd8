"""The diff of a plan: for each step the action a run takes, why, and which fields differ.

`plan`, the review, a saved plan and the status page all show these; nothing here asks AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from wizard.base.errors import WizardError
from wizard.plan.model import Call, Fit, Section, Step

TAKES_AWAY = ("Detach", "Delete", "Remove", "Untag")
"""Beginnings of the names of AWS operations that put a resource right by removing something."""
RESTORED = "its state"
"""`Difference.what` of a resource that is asleep or being deleted, and will be brought back."""


class Action(StrEnum):
    """What a run does with the resource of a step.

    The value is the word of `--json` and of saved plans and never changes. `symbol` begins a line;
    `label` completes “this resource …”; `tally` follows a number of resources.
    """

    symbol: str
    label: str
    tally: str

    def __new__(cls, value: str, symbol: str = "", label: str = "", tally: str = "") -> Self:
        """Make a member of its value and the words for it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.symbol, member.label, member.tally = symbol, label, tally
        return member

    CREATE = "make", "+", "will be made", "to make"
    UPDATE = "change", "~", "will be changed", "to change"
    REPLACE = "remake", "↻", "will be removed and made again", "to remove and make again"
    DELETE = "remove", "−", "will be taken away", "to take away"
    KEEP = "keep", "=", "is there", "as wanted"
    RUN = "do", "▸", "will be done", "to be asked"
    REFUSE = "refuse", "✗", "stands in the way", "in the way"

    @property
    def changes(self) -> bool:
        """Whether the account is another afterwards."""
        return self in {Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field or document of a resource that is not as wanted; secrets in it are hidden."""

    what: str
    """What the plan calls it."""
    path: str = ""
    """Which field of it, as AWS names it; empty where it is the whole."""
    have: str
    want: str
    diff: str = ""
    """For documents: what changes, as a unified diff."""
    effect: str = ""
    """What putting it right means for what runs, as a sentence."""
    mend: Call | None = None
    """The call that puts it right."""
    field: str = ""
    """Its name within the step, where `--accept STEP.NAME` can leave it; otherwise empty."""
    fit: Fit | None = None
    """The expectation of the plan that is not met."""

    @property
    def takes_away(self) -> bool:
        """Whether putting it right removes something."""
        return self.mend is not None and self.mend.operation.startswith(TAKES_AWAY)

    @property
    def name(self) -> str:
        """What differs, down to the field: `Agent size: Memory`."""
        return f"{self.what}: {self.path}" if self.path else self.what

    @property
    def words(self) -> str:
        """What there is and what is wanted, in one line."""
        return f"{self.name}: {self.have} → {self.want}"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What a run would do with one step of the plan, or with one thing that the step removes.

    The calls it takes: `step.make` to create, `mend` of each difference to update,
    `step.revival.calls` first where it `restores`, `step.unmake` to delete.
    """

    step: Step
    action: Action
    differences: tuple[Difference, ...] = ()
    problem: WizardError | None = None
    """Why the resource cannot be used as it is, for REFUSE."""
    lifted: str = ""
    """Key of the question whose yes would do away with the problem; empty where none would."""
    theirs: tuple[str, ...] = ()
    """What others put beside ours, as words; the run keeps it."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The step's outputs, where the resource is there."""
    seen: Mapping[str, Any] = field(default_factory=dict)
    """What was found, by JMESPath: where the step's expectations and calls look. No secret."""
    settings: str = ""
    """How the settings that were asked for differ, as one unified diff; empty where none do."""
    thing: str = ""
    """The name of what the step removes, where this is about that alone."""
    effect: str = ""
    """What the change means for what runs, as sentences: downtime, restarts, replacement."""
    cost: str = ""
    """What it changes in the monthly bill, as a sentence; empty where that is nothing."""
    commands: tuple[str, ...] = ()
    """What a person would type to do it."""

    @property
    def section(self) -> Section:
        """The part of the plan under which it is listed."""
        return self.step.section

    @property
    def title(self) -> str:
        """What it is about, for a person."""
        return f"{self.step.title}: {self.thing}" if self.thing else self.step.title

    @property
    def why(self) -> str:
        """The reason: the step's own, or what is wrong with the thing that is removed."""
        if not self.thing:
            return self.step.why
        what = self.differences[0].what
        return f"{what[:1].upper()}{what[1:]}."

    @property
    def restores(self) -> bool:
        """Whether the resource is brought back from sleep or from its deletion first."""
        return any(each.what == RESTORED for each in self.differences)

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not as wanted, as the plan calls it, each once."""
        return tuple(dict.fromkeys(each.what for each in self.differences))
