"""Whether a resource is still as it was seen when the script was written, as JMESPath."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.engine.diff import Action, PlannedChange
from wizard.engine.seen import VERSION, leaves
from wizard.export.bash.conditions import (
    TAGS,
    answers,
    conditions,
    is_secret,
    plain,
    relative,
    with_only,
)
from wizard.export.bash.quoting import inside
from wizard.plan.model import Expectation, Lookup


def as_seen(change: PlannedChange, look: Lookup) -> list[str]:
    """Return what was true of this look's answer when the account was looked at.

    Each is a JMESPath, escaped to stand between double quotes of bash.
    """
    step = change.step
    if change.restores and step.restore:
        return [] if look.into else [inside(step.restore.when)]
    if change.action is Action.REPLACE:
        return [inside(relative(step.broken, look))] if answers(step, look, step.broken) else []
    # A secret's version, which the first look shows, says the same as its text.
    return [] if is_secret(look) else list(_values(change, look))


def _short(fit: Expectation) -> bool:
    """Whether what is wanted is as short as what was seen."""
    return bool(TAGS.search(fit.path)) or (fit.reading == "equal" and fit.want in (0, 1, True))


def _values(change: PlannedChange, look: Lookup) -> Iterator[str]:
    step, seen = change.step, change.seen
    differing = [each.fit for each in change.differences]
    short = [fit for fit in step.fits if fit not in differing and _short(fit)]
    bare = with_only(short, step)
    yield from conditions(bare, look, plain)
    if not look.into and seen.get(VERSION):
        yield inside(f"contains({VERSION}.\"{seen[VERSION]}\", 'AWSCURRENT')")
    for fit in step.fits:
        if fit in short or not answers(step, look, fit.path):
            continue
        known = (path for path, _ in leaves(fit) if path in seen)
        yield from (f"{inside(relative(each, look))} == {plain(seen[each])}" for each in known)
