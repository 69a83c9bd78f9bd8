"""What happens during a run, as data: the live panes, the progress lines and the log fold over it.

Events name steps by their id, so this module needs nothing of the plan. No event holds a secret.
For every reader of `--json` events and problems are also members of a JSON object.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from wizard.base.errors import WizardError


class StepState(StrEnum):
    """Where a step is; the words are shown as they are."""

    WAITING = "waiting"
    LOOKING = "looking"
    WORKING = "working"
    WAITING_ON_AWS = "waiting on AWS"
    RETRYING = "retrying"
    KEPT = "found and kept"
    CHANGED = "changed"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "not reached"

    @property
    def ended(self) -> bool:
        """Whether the step will not move again in this run."""
        return self in {
            StepState.KEPT,
            StepState.CHANGED,
            StepState.DONE,
            StepState.FAILED,
            StepState.SKIPPED,
        }


FOUND = "found"
"""Stands for KEPT where a step only looks something up."""
REMOVED = "removed"
GONE = frozenset({REMOVED, "was gone already"})
"""Notes of steps that end with nothing left: they stand for the state's own word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMoved:
    """A step changed its state. `status` is AWS's own word, `note` a sentence for a person."""

    step: str
    state: StepState
    at: float
    """Seconds on the run's monotonic clock."""
    status: str = ""
    note: str = ""
    retry_in: float | None = None
    """Seconds from `at` until the next try, while it is retrying."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What others may refer to (ARNs, names, addresses), once the step has ended well."""
    problem: WizardError | None = None
    """What went wrong, where the step failed."""
    signed_out: bool = False
    """Whether it is held up because the sign-in has ended."""

    @property
    def words(self) -> str:
        """The state with its status and note, for one line; of a thing that is gone only that."""
        if self.state is StepState.DONE and self.note in GONE:
            return self.note
        details = " · ".join(part for part in (self.status, self.note) if part)
        if self.state is StepState.SKIPPED and details:
            return details  # it was reached, but stopped
        return f"{self.state.value}: {details}" if details else self.state.value


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One line of what AWS itself reports about a step (RDS events, the host's log)."""

    step: str
    text: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMoved:
    """How far one layer of the image has come. Sizes in bytes; `total` is 0 while unknown."""

    step: str
    layer: str
    phase: str
    done: int
    total: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call was made: `text` names service, operation and target, never a secret parameter."""

    step: str
    text: str
    at: float


class Phases:
    """The phases of an image's layers that were met so far."""

    def __init__(self) -> None:
        self._met: set[tuple[str, str]] = set()

    def new(self, event: LayerMoved) -> bool:
        """Whether the layer is met in this phase for the first time; takes note of it."""
        phase = (event.layer, event.phase)
        new = phase not in self._met
        self._met.add(phase)
        return new


Event: TypeAlias = StepMoved | News | LayerMoved | Called
Sink: TypeAlias = Callable[[Event], None]


def problem_members(problem: WizardError) -> dict[str, Any]:
    """A problem as members of a line: what, why, fix, and the exit code it means."""
    return {
        "what": problem.what,
        "why": problem.why,
        "fix": problem.fix,
        "code": int(problem.code),
        **known_members(problem),
    }


def known_members(problem: WizardError) -> dict[str, Any]:
    """What the problem is known by: its code in the catalogue, and AWS's own words; may be none."""
    members: dict[str, Any] = {"entry": problem.entry} if problem.entry else {}
    if problem.origin:
        members["aws"] = asdict(problem.origin)
    return members


def event_members(event: Event) -> tuple[str, dict[str, Any]]:
    """The type of a run's event as a line, and its members beside step and title."""
    match event:
        case StepMoved():
            problem = problem_members(event.problem) if event.problem else None
            return "step", {
                "state": event.state.value,
                "status": event.status,
                "note": event.note,
                "retry_in": event.retry_in,
                "problem": problem,
                **({"signed_out": True} if event.signed_out else {}),
            }
        case News():
            return "news", {"text": event.text}
        case LayerMoved():
            return "layer", {
                "layer": event.layer,
                "phase": event.phase,
                "done": event.done,
                "total": event.total,
            }
        case Called():
            return "call", {"text": event.text}
