"""A removal as the faces go about it: what is chosen, what stands in its way, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wizard.failures.errors import ExitCode
from wizard.guided.ended import Gone
from wizard.guided.progress import Progress
from wizard.plan.extent import Choices
from wizard.readings.destroy import Fate, Leaving
from wizard.readings.explain import command
from wizard.runs.parting import protected
from wizard.telling.farewell import after

if TYPE_CHECKING:
    from wizard.guided.progress import Row

QUIET = frozenset({Fate.GONE, Fate.NOTHING})
"""Fates of which no event tells."""


def chooses_data(leaving: Leaving, choices: Choices) -> bool:
    """Whether there is a database of the deployment's own to choose about."""
    cluster = leaving.remains.seen["cluster"].fate
    return cluster is Fate.GOES or (cluster is Fate.STAYS and choices.data != Choices().data)


def in_the_way(leaving: Leaving, typed: str, *, agreed: bool) -> str:
    """Why it cannot be removed yet, as a sentence; empty where it can."""
    if leaving.nothing_left:
        return f"Nothing is left of {leaving.plan.name}."
    if protected(leaving) and not agreed:
        return "The cluster is protected against deletion: agree to take that off, or keep it."
    if typed != leaving.plan.name:
        return (
            f"Type the deployment's name, {leaving.plan.name}, to agree."
            if not typed
            else (f"You typed “{typed}”, not “{leaving.plan.name}”.")
        )
    return ""


def fold(leaving: Leaving) -> Progress:
    """The fold of the removal's events, before any has come."""
    seen = leaving.remains.seen
    passed = frozenset(step_id for step_id, each in seen.items() if each.fate not in QUIET)
    return Progress(leaving.plan, taken_back=passed)


def by_hand(leaving: Leaving, row: Row, profile: str) -> str:
    """What a person would type to take the step back."""
    step, plan = row.plan_step, leaving.plan
    calls = [each.call for each in leaving.remains.seen[step.id].first]
    told = [command(each, plan, profile=profile, step=step) for each in (*calls, *step.unmake)]
    return "\n".join(dict.fromkeys(told)) or "# The wizard puts the formae CLI's config back itself"


def going(leaving: Leaving, progress: Progress) -> list[str]:
    """Titles of what AWS would go on removing if the run were stopped now."""
    from wizard.telling.events import State

    states = progress.states
    return [
        seen.step.title
        for step_id, seen in leaving.remains.seen.items()
        if states.get(step_id) is State.WAITING_ON_AWS
    ]


def gone_text(gone: Gone) -> Iterator[str]:
    """How it ended, a line each."""
    yield from after(gone.leaving, gone.outcome, gone.kept)
    if not gone.outcome.ok:
        yield f"Go on from here: {gone.farewell.again}"


def code_of(gone: Gone) -> ExitCode:
    """The exit code it means."""
    if gone.outcome.ok:
        return ExitCode.OK
    return ExitCode.INTERRUPTED if gone.outcome.interrupted else ExitCode.FAILED
