"""Problems and a run's events as members of a JSON object, for every reader of `--json`."""

from dataclasses import asdict
from typing import Any

from wizard.base.errors import WizardError
from wizard.base.events import Called, Event, LayerMoved, News, StepMoved


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
