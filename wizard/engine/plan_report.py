"""Everything `plan` has to say, as data: changes, costs, and what a change leaves as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.base.account_plan import AccountPlan
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.costs import Prices, difference, ends, estimate, money, snapshot, summary
from wizard.costs.estimate import CostLine, Estimate, charged, lines
from wizard.engine.changes import DocumentChange, documents, rows
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.drift import Drift
from wizard.engine.flow import Prepared
from wizard.engine.preflight import CheckState
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
        else _with_way(row, prepared)
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


def _with_way(row: PlannedChange, prepared: Prepared) -> PlannedChange:
    """The image's row with what its check found: which image it is, and how it travels."""
    if row.step.id != "image" or row.action not in {Action.CREATE, Action.REPLACE}:
        return row
    checked = (each for each in prepared.preflight.checks if each.id == row.step.id)
    told = (f"{each.found}." for each in checked if each.state is CheckState.FINE)
    return replace(row, effect=" ".join(filter(None, (row.effect, next(told, "")))))


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


Before = Mapping[str, str]
"""What is deployed, as texts by the question's key."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One thing that stays; `words` say what, why, and what to do about it."""

    kind: str
    words: str


def retained(before: Before, answers: Answers) -> list[Stay]:
    """What a change to these answers leaves as it is in the deployment. Pure."""
    return [each for look in LOOKS for each in look(before, answers)] if before else []


def _database(before: Before, answers: Answers) -> Iterator[Stay]:
    names, was = Names(answers.name), before.get("database", answers.database)
    if was in {"new", "express"} and answers.database == "existing":
        yield Stay(
            "cluster",
            f"The cluster {names.cluster} stays, with its data and secret, and keeps costing "
            "money; the agent starts with an empty database in the other cluster. `formae-wizard "
            "destroy` removes it with the rest; or delete it in the RDS console.",
        )
    elif was == "existing" and answers.new_database:
        yield Stay(
            "their cluster",
            "The agent starts with an empty database in its own cluster. Its database in your "
            "cluster stays, and so does that cluster's Data API, because others may use them.",
        )
    elif before.get("database_name", answers.database_name) != answers.database_name:
        yield Stay(
            "database",
            f"The database {before['database_name']} stays in the cluster with the agent's state; "
            f"the agent starts with an empty database, {answers.database_name}.",
        )


def _protection(before: Before, answers: Answers) -> Iterator[Stay]:
    if before.get("protect") == "yes" and not answers.protect:
        secret = Names(answers.name).api_secret
        yield Stay("password", f"The secret {secret} stays, in case you protect the API again.")


def _subnets(before: Before, answers: Answers) -> Iterator[Stay]:
    if before.get("database") != "new" or not answers.new_database:
        return
    if before.get("subnets") and not answers.subnets:
        yield Stay(
            "subnets",
            f"The cluster {Names(answers.name).cluster} stays in its subnets: AWS does not move a "
            "database to another VPC. Its subnet group is removed with the cluster.",
        )


def _groups(before: Before, answers: Answers) -> Iterator[Stay]:
    """A cluster's security groups, which decide who reaches it over the network."""
    if before.get("database") != "new" or not answers.new_database:
        return
    cluster, was = Names(answers.name).cluster, before.get("datastore") == "postgres"
    if answers.direct and not was:
        yield Stay(
            "groups",
            f"The cluster {cluster} keeps the security groups it has, next to its new one: what "
            "they accept still reaches it. Remove them in the RDS console if nothing needs them.",
        )
    elif was and not answers.direct:
        yield Stay(
            "group",
            f"The cluster {cluster} keeps its security group of the same name, which no longer "
            "accepts the agent; it is removed with the cluster.",
        )


def _image(before: Before, answers: Answers) -> Iterator[Stay]:
    was, host = before.get("image_version", ""), before.get("host", answers.host)
    if host != answers.host:
        return  # what only the old host needs goes with it
    if before.get("copy_image") == "yes" and not answers.copied:
        yield Stay(
            "copy",
            f"The repository {Names(answers.name, host).repository} stays in ECR with its images, "
            "and keeps costing money; `formae-wizard destroy` removes it with the rest.",
        )
        return
    copied = before.get("copy_image") == "yes" or not offer(host).pulls_anywhere
    built = before.get("architecture", answers.architecture)
    if was and copied and (was, built) != (answers.image_version, answers.architecture):
        which = f"{was} for {built}" if built != answers.architecture else was
        yield Stay(
            "image", f"The image {which} stays in the repository, so that you can go back to it."
        )


LOOKS: tuple[Callable[[Before, Answers], Iterator[Stay]], ...] = (
    _database,
    _subnets,
    _groups,
    _protection,
    _image,
)
