"""How a rotation ended, in words: for the screen's last dialog, and for the shell."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.failures.errors import ExitCode
from wizard.guided.ended import Rotated
from wizard.readings.left import still_going
from wizard.telling.console import clean


def headline(rotated: Rotated) -> str:
    """In two or three words, with a sign."""
    outcome = rotated.outcome
    if outcome.ok:
        return "✓ Rotated"
    if rotated.put_back:
        return "✗ Not rotated"
    return "⊘ Stopped" if outcome.interrupted else "✗ Not finished"


def told(rotated: Rotated) -> Iterator[str]:
    """What went wrong, which passwords work, what AWS goes on with, and how to go on."""
    rotation, outcome = rotated.rotation, rotated.outcome
    for _, problem in outcome.errors:
        yield clean(f"{problem.what} {problem.fix}".strip())
    yield from map(clean, rotated.words)
    if outcome.ok:
        return
    going = [each.words for each in still_going(outcome, rotation.plan)]
    if going:
        yield clean(f"AWS goes on by itself with: {', '.join(going)}.")
    again = "Do it again" if rotated.put_back else "Go on from here"
    yield f"{again}: {rotation.again}"


def rotated_text(rotated: Rotated) -> Iterator[str]:
    """The same for the shell, a line each."""
    place = f"{rotated.rotation.plan.name} in {rotated.rotation.plan.region}"
    yield f"{headline(rotated)}: the passwords of {place}"
    yield from told(rotated)


def code_of(rotated: Rotated) -> ExitCode:
    """The exit code it means."""
    outcome = rotated.outcome
    if outcome.ok:
        return ExitCode.OK
    return ExitCode.INTERRUPTED if outcome.interrupted else ExitCode.FAILED
