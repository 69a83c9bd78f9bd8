"""What the changes change in the bill, in a sentence: now, afterwards, and the difference."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.costs import Prices, difference, estimate, money, snapshot, summary
from wizard.costs.estimate import Line
from wizard.engine.diff import Action, PlannedChange
from wizard.runs.prepared import Prepared

AGENT = ("Agent memory", "Agent CPU")
CLUSTER = ("Database capacity", "Database under load", "Database storage", "Database I/O")
BILLED = {"service": AGENT, "cluster": CLUSTER, "instance": CLUSTER[:2]}
"""Lines of the bill, by the step whose thing they are for."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month, idle and busy, before and after; nothing before where nothing is there."""

    now: tuple[Decimal, Decimal]
    then: tuple[Decimal, Decimal]

    @property
    def words(self) -> str:
        """One sentence."""
        idle, busy = (after - before for before, after in zip(self.now, self.then, strict=True))
        if not idle and not busy:
            return "Costs the same."
        more = f" ({_signed(idle)})" if idle else ", the same"
        load = f"; busy {money(self.then[1])} ({_signed(busy)})" if busy != idle else ""
        return (
            f"Costs now about {money(self.now[0])} a month idle; after this about "
            f"{money(self.then[0])}{more}{load}."
        )


def bill(answers: Answers, rows: Iterable[PlannedChange], deployed: Answers | None) -> str:
    """The whole for a first time; for one that is deployed already, what changes."""
    missing = {row.step.id for row in rows if row.action is Action.CREATE}
    found = compared(answers, deployed, missing, snapshot(answers.region))
    return found.words if found else summary(estimate(answers, snapshot(answers.region)))


def bill_of(prepared: Prepared, prices: Prices) -> Bill | None:
    """What the plan changes in the bill; None for a first time."""
    found = prepared.preflight.findings
    missing = {step for step, each in found.items() if each.action is Action.CREATE}
    return compared(prepared.answers, prepared.deployed, missing, prices)


def compared(
    answers: Answers, deployed: Answers | None, missing: Collection[str], prices: Prices
) -> Bill | None:
    """The bill of what is deployed, without what is `missing` (steps), against the wanted one."""
    if deployed is None:
        return None
    absent = {line for step, lines in BILLED.items() if step in missing for line in lines}
    before, after = estimate(deployed, prices).lines, estimate(answers, prices).lines
    now = [each for each in before if each.what not in absent]
    if deployed.new_database and not answers.new_database:  # it is not removed, and costs on
        after = (*after, *(each for each in now if each.what in CLUSTER))
    return Bill(_sums(now), _sums(after))


def cost_of(step: str, answers: Answers, deployed: Answers | None, prices: Prices) -> str:
    """What changing the step's thing changes in the bill, as a sentence; empty where nothing."""
    lines = BILLED.get(step, ()) if deployed else ()
    if deployed is None or not lines:
        return ""
    before, after = (
        replace(each, lines=tuple(line for line in each.lines if line.what in lines))
        for each in (estimate(deployed, prices), estimate(answers, prices))
    )
    found = difference(before, after)
    return found.words if found.changes else ""


def _sums(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    found = list(lines)
    nothing = Decimal(0)
    return sum((each.idle for each in found), nothing), sum((each.busy for each in found), nothing)


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount >= 0 else '−'}{money(abs(amount))}"
