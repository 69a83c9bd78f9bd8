"""What the changes change in the bill, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from wizard.answers import Answers
from wizard.changes.rows import Change, Row
from wizard.costs import difference, estimate, snapshot, summary

BILLED: dict[tuple[str, str], tuple[str, Callable[[str], Any]]] = {
    ("service", "InstanceConfiguration.Cpu"): ("cpu", int),
    ("service", "InstanceConfiguration.Memory"): ("memory", int),
    ("cluster", "MinCapacity"): ("min_capacity", float),
    ("cluster", "MaxCapacity"): ("max_capacity", float),
}
"""By step and field: the answer whose value AWS bills, and how AWS's text is read."""
DEAR = frozenset({"cluster", "service"})
"""Steps whose things make up nearly all of the bill."""


def bill(answers: Answers, rows: Iterable[Row]) -> str:
    """The whole where something dear would be made; otherwise the difference to what is there."""
    found = list(rows)
    prices = snapshot(answers.region)
    after = estimate(answers, prices)
    if any(row.change is Change.MAKE and row.step in DEAR for row in found):
        return summary(after)
    before = {}
    for row in found:
        for each in row.differs:
            name, read = BILLED.get((row.step, each.path), ("", str))
            if name:
                before[name] = _read(read, each.have, getattr(answers, name))
    return difference(estimate(replace(answers, **before), prices), after).words


def _read(read: Callable[[str], Any], text: str, otherwise: Any) -> Any:
    try:
        return read(text)
    except ValueError:
        return otherwise
