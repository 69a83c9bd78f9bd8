"""Everything `plan` has to say, as data: for the text, the JSON lines and the saved plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from wizard.account.drifted import UNTOUCHED, Drifted
from wizard.answers.model import Answers
from wizard.changes.bill import bill, cost_of
from wizard.changes.documents import DocumentChange, documents
from wizard.changes.rows import Change, Row, rows
from wizard.costs import snapshot
from wizard.plan.model import Plan
from wizard.readings.survey import Finding, unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A plan and what it would change."""

    plan: Plan
    account: str
    """Empty where AWS was not asked."""
    offline: bool
    rows: tuple[Row, ...]
    documents: tuple[DocumentChange, ...]
    costs: str
    drift: Drifted = UNTOUCHED
    """What becomes of what somebody changed."""

    @property
    def changes(self) -> bool:
        """Whether the run would change anything."""
        return any(row.change.changes for row in self.rows)

    def count(self, change: Change) -> int:
        """How many rows there are of that kind."""
        return Counter(row.change for row in self.rows)[change]


def foresee(
    plan: Plan,
    answers: Answers,
    findings: Mapping[str, Finding],
    account: str,
    *,
    client_diff: str = "",
    drift: Drifted = UNTOUCHED,
) -> Foreseen:
    """What the run would change in this account, going by what was seen of every step.

    `client_diff` is how the formae CLI's config would change, while the agent has no address.
    `drift` is what becomes of what somebody changed.
    """
    prices = snapshot(answers.region, answers.host)
    found = tuple(
        replace(row, cost=cost_of(row.step, answers, drift.deployed, prices))
        if row.change is Change.CHANGE
        else row
        for row in rows(plan, findings, answers.profile)
    )
    return Foreseen(
        plan=plan,
        account=account,
        offline=False,
        rows=found,
        documents=documents(plan, found, findings, client_diff),
        costs=bill(answers, found, drift.deployed),
        drift=drift,
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
