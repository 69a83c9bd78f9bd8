"""Everything `plan` has to say, as data: for the text, the JSON lines and the saved plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from wizard.answers.model import Answers
from wizard.costs import snapshot
from wizard.engine.bill import bill, cost_of
from wizard.engine.changes import rows
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.document_changes import DocumentChange, documents
from wizard.engine.drift import Drift
from wizard.engine.prepared import Prepared
from wizard.engine.survey import unseen
from wizard.plan.model import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A plan and what it would change."""

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
        """Number of rows with that action."""
        return Counter(row.action for row in self.rows)[action]


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
        costs=bill(answers, found, deployed),
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
