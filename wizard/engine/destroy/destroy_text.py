"""What is said before a deployment goes and after: what goes, what stays and why, what it costs.

Also what a person has to choose, and what stands in the way of removing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.base.offer import offer
from wizard.costs import snapshot as shipped_prices
from wizard.engine.apply import Outcome, Residue
from wizard.engine.destroy import DeleteAction, Leaving, Seen, costs, total
from wizard.engine.destroy.teardown import held, protected, protection
from wizard.plan.inputs import Choices, Data, Snapshot
from wizard.plan.model import Section
from wizard.plan.resources.common import RECOVERY_DAYS

DATA_WORDS = {
    Data.FINAL_SNAPSHOT: "Keep a final snapshot (storage only)",
    Data.KEEP: "Keep the database (you keep paying for it)",
    Data.DELETE: "Delete it and all its data permanently",
}
"""What can become of the agent's database."""


def before(leaving: Leaving, *, demo: bool = False) -> Iterator[str]:
    """Everything a person must know before they agree, a line each; in the demo nothing costs."""
    plan, remains = leaving.plan, leaving.remains
    yield f"{plan.name} in {plan.region}, account {leaving.account}"
    if remains.of(DeleteAction.GOES):
        yield "Will be removed:"
        yield from _by_section(remains.of(DeleteAction.GOES))
        yield "  The formae CLI's config on this machine is restored."
    if remains.of(DeleteAction.STAYS):
        yield "Stays:"
        yield from (f"  {_named(seen)}: {seen.why}" for seen in remains.of(DeleteAction.STAYS))
    yield from _in_the_way(leaving)
    yield from _gone_already(leaving)
    yield from _data(leaving)
    if remains.goes("service") and (kept := offer(plan.host).keeps):
        yield kept
    if leaving.managed:
        yield leaving.managed.words
    ending = costs(remains, DeleteAction.GOES, shipped_prices(plan.region, plan.host))
    if ending and not demo:
        yield f"Saves about {total(ending)} a month (idle)."


def _by_section(found: list[Seen]) -> Iterator[str]:
    for section in Section:
        here = [seen for seen in found if seen.step.section is section]
        if here:
            yield f"  {section.noun}"
        for seen in here:
            yield f"    {_named(seen)}{', will be detached' if _detached(seen) else ''}"
            for each in seen.first:
                yield f"      first, {each.what}"


def _detached(seen: Seen) -> bool:
    """Whether it is only taken out of what goes, and itself stays."""
    return any(call.operation.startswith(("Detach", "Remove")) for call in seen.step.delete)


def _named(seen: Seen) -> str:
    return f"{seen.step.title} ({seen.name})" if seen.name != seen.step.title else seen.name


def _in_the_way(leaving: Leaving) -> Iterator[str]:
    held = [each for seen in leaving.remains.seen.values() for each in seen.obstacles]
    if held:
        yield "Blocking the removal; nothing is removed until this is fixed:"
    for each in held:
        yield f"  {each.what}"
        yield f"    {each.fix}"
    for each in leaving.doubts:
        yield f"! {each.what}"
        yield f"    {each.why}"


def _gone_already(leaving: Leaving) -> Iterator[str]:
    pending = [seen for seen in leaving.remains.of(DeleteAction.GONE) if seen.name and seen.why]
    if pending:
        yield "Already gone:"
        yield from (f"  {_named(seen)}: {seen.why}" for seen in pending)
    if leaving.extent.snapshots and leaving.nothing_left:
        yield "Kept; you pay for its storage:"
        yield from (f"  {_sized(each)}" for each in leaving.extent.snapshots)


def _data(leaving: Leaving) -> Iterator[str]:
    remains, choices = leaving.remains, leaving.choices
    if leaving.snapshot:
        yield f"A final snapshot of the database is kept: {leaving.snapshot}."
    elif remains.goes("cluster") and choices.data is Data.DELETE:
        yield "The database is deleted WITHOUT a final snapshot: all its data is permanently lost."
    their = remains.seen.get("their-database")
    if their and their.action is DeleteAction.GOES:
        yield f"{their.step.title} is DROPPED with all its data; the cluster itself is not touched."
    theirs = leaving.extent.theirs
    if theirs:
        yield f"Not touched, because it is yours: the cluster {theirs.cluster} and its secret."
    if any(seen.step.id.endswith("-secret") for seen in remains.of(DeleteAction.GOES)):
        yield (
            "The secrets are deleted immediately and permanently."
            if choices.purge_secrets
            else f"The secrets can be restored for {RECOVERY_DAYS} days and keep their names until "
            "then; this is free."
        )


def after(
    leaving: Leaving, outcome: Outcome, kept: Iterable[Snapshot], *, demo: bool = False
) -> Iterator[str]:
    """Say what is gone, what is left, and what still costs money (nothing in the demo)."""
    remains = leaving.remains
    undone = [
        seen for seen in remains.of(DeleteAction.GOES) if seen.step.id not in set(outcome.changed)
    ]
    if outcome.ok:
        number = _things(len(remains.of(DeleteAction.GOES)))
        yield f"“{leaving.plan.name}” is removed: {number}, each confirmed gone."
    else:
        titles = ", ".join(seen.step.title for seen in undone)
        yield f"What remains: {titles or 'nothing'}"
        yield from (
            f"AWS is still working on: {seen.step.title}"
            for seen in undone
            if outcome.results[seen.step.id].left is Residue.GOING and not demo
        )
    for each in remains.of(DeleteAction.STAYS):
        yield f"Left unchanged: {_named(each)}: {each.why}"
    if not demo:
        yield from _still_costs(leaving, undone, list(kept))


def _still_costs(leaving: Leaving, undone: list[Seen], kept: list[Snapshot]) -> Iterator[str]:
    prices = shipped_prices(leaving.plan.region, leaving.plan.host)
    stays = costs(leaving.remains, DeleteAction.STAYS, prices)
    if not kept and not stays and not undone:
        yield "Still costs money: nothing."
        return
    for snapshot in kept:
        yield f"Still costs money: {_sized(snapshot)}, until you delete it."
    if stays:
        what = ", ".join(cost.what for cost in stays)
        yield f"Still costs money: what stays, about {total(stays)} a month ({what})."
    if undone:
        yield "Still costs money: what remains, until it is removed."


def _things(number: int) -> str:
    return "1 resource" if number == 1 else f"{number} resources"


def _sized(snapshot: Snapshot) -> str:
    size = f", {snapshot.gigabytes} GB" if snapshot.gigabytes else ""
    return f"the snapshot {snapshot.name}{size}"


def chooses_data(leaving: Leaving, choices: Choices) -> bool:
    """Whether there is a database of the deployment's own to choose about."""
    cluster = leaving.remains.seen["cluster"].action
    return cluster is DeleteAction.GOES or (
        cluster is DeleteAction.STAYS and choices.data != Choices().data
    )


def in_the_way(leaving: Leaving, typed: str, *, agreed: bool) -> str:
    """Why a deployment cannot be removed yet, as a sentence; empty where it can."""
    if leaving.nothing_left:
        return f"Nothing exists of {leaving.plan.name}."
    if held(leaving):
        return "Something blocks the removal: follow the advice above, then refresh."
    if protected(leaving) and not agreed:
        told = protection(leaving)
        instead = ", or keep the database" if "cluster" in told else ""
        return f"{told}: agree to remove the protection{instead}."
    if typed != leaving.plan.name:
        return (
            f"Type the deployment's name, {leaving.plan.name}, to confirm."
            if not typed
            else (f"You typed “{typed}”, not “{leaving.plan.name}”.")
        )
    return ""
