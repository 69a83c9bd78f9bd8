"""Everything `plan` has to say, as data: for the text, the JSON lines and the saved plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.costs import Prices, difference, ends, estimate, money, snapshot, summary
from wizard.costs.estimate import CostLine, Estimate, charged, lines
from wizard.engine.changes import DocumentChange, documents, rows
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.drift import Drift
from wizard.engine.flow import Prepared
from wizard.engine.refresh import unseen
from wizard.plan.charges import Charge
from wizard.plan.model import Plan

KEPT = "cluster"
"""The step whose thing stays, and costs on, where it is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month, idle and busy, before and after; nothing before where nothing is there."""

    now: tuple[Decimal, Decimal]
    then: tuple[Decimal, Decimal]

    @property
    def words(self) -> str:
        """What the deployment costs a month, now and after the change, in one sentence."""
        idle, busy = (after - before for before, after in zip(self.now, self.then, strict=True))
        if not idle and not busy:
            return "Costs the same."
        more = f" ({_signed(idle)})" if idle else ", the same"
        load = f"; busy {money(self.then[1])} ({_signed(busy)})" if busy != idle else ""
        return (
            f"Cost: now about {money(self.now[0])} a month idle; after this about "
            f"{money(self.then[0])}{more}{load}."
        )


def bill(
    answers: Answers,
    rows: Iterable[PlannedChange],
    deployed: Answers | None,
    account_plan: AccountPlan | None = None,
) -> str:
    """The whole for a first time; for one that is deployed already, what changes.

    Then how long the credits of the account's plan last, where it has any.
    """
    missing = {row.step.id for row in rows if row.action is Action.CREATE}
    prices = snapshot(answers.region, answers.host)
    found = compared(answers, deployed, missing, prices)
    wanted = estimate(answers, prices, account_plan)
    return f"{found.words} {ends(wanted)}".strip() if found else summary(wanted)


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
    if deployed.host != answers.host:
        missing = ()  # of the steps of another host none says what is there
    there = {
        step: _without(charges, missing)
        for step, charges in charged(deployed).items()
        if step not in missing
    }
    after = dict(charged(answers))
    if KEPT in there and KEPT not in after:  # it is not removed, and costs on
        after[KEPT] = there[KEPT]
    before = _prices(deployed, answers, prices)
    return Bill(_sums(lines(there, before)), _sums(lines(after, prices)))


def _prices(deployed: Answers, answers: Answers, prices: Prices) -> Prices:
    """The prices of what is deployed; `prices` are those of what is wanted."""
    return prices if deployed.host == answers.host else snapshot(deployed.region, deployed.host)


def _without(charges: tuple[Charge, ...], missing: Collection[str]) -> tuple[Charge, ...]:
    return tuple(each for each in charges if each.beside not in missing)


def cost_of(step: str, answers: Answers, deployed: Answers | None, prices: Prices) -> str:
    """What changing the step's thing changes in the bill, as a sentence; empty where nothing."""
    if deployed is None:
        return ""
    before, after = (
        Estimate(lines(_of_step(step, each), known), (), known)
        for each, known in ((deployed, _prices(deployed, answers, prices)), (answers, prices))
    )
    found = difference(before, after)
    return found.words if found.changes else ""


def _of_step(step: str, answers: Answers) -> dict[str, tuple[Charge, ...]]:
    """What is charged for the step's thing, or only while it is there."""
    return {
        each: tuple(charge for charge in charges if step in {each, charge.beside})
        for each, charges in charged(answers).items()
    }


def _sums(lines: Iterable[CostLine]) -> tuple[Decimal, Decimal]:
    found = list(lines)
    nothing = Decimal(0)
    return sum((each.idle for each in found), nothing), sum((each.busy for each in found), nothing)


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount >= 0 else '−'}{money(abs(amount))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A plan, and what a run of it would change."""

    plan: Plan
    account: str
    """Empty where AWS was not asked."""
    offline: bool
    rows: tuple[PlannedChange, ...]
    documents: tuple[DocumentChange, ...]
    costs: str
    drift: tuple[Drift, ...] = ()
    """The fields that somebody changed, with what becomes of them."""

    @property
    def changes(self) -> bool:
        """Whether the run would change anything."""
        return any(row.action.changes for row in self.rows)

    def count(self, action: Action) -> int:
        """Number of rows with that action, without those that only look something up."""
        return Counter(row.action for row in self.rows if not row.only_looks)[action]


def foresee(prepared: Prepared) -> Foreseen:
    """What the run would change in this account, going by what was seen of every step."""
    plan, answers, changes = prepared.plan, prepared.answers, prepared.preflight.findings
    deployed, prices = prepared.deployed, snapshot(answers.region, answers.host)
    found = tuple(
        replace(row, cost=cost_of(row.step.id, answers, deployed, prices))
        if row.action is Action.UPDATE
        else row
        for row in rows(plan, changes, answers.profile)
    )
    return Foreseen(
        plan=plan,
        account=prepared.account,
        offline=False,
        rows=found,
        documents=documents(plan, found, changes, prepared.client_diff),
        costs=bill(answers, found, deployed, prepared.preflight.account_plan),
        drift=prepared.drift,
    )


def foresee_offline(plan: Plan, answers: Answers) -> Foreseen:
    """What the run would make where nothing is there yet; AWS is not asked."""
    nothing = unseen(plan)
    found = rows(plan, nothing, answers.profile)
    return Foreseen(
        plan=plan,
        account="",
        offline=True,
        rows=found,
        documents=documents(plan, found, nothing),
        costs=bill(answers, found, None),
    )
