"""The tries of a set-up that has not come to its end: what they ordered, and so may have made."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.journal.lines import End
from wizard.journal.past import PastRun, runs

Order = tuple[str, str, str]
"""A change: the step's id, AWS's service and operation."""


def tries(account: str, region: str, name: str) -> Iterator[PastRun]:
    """Runs of `apply` on the deployment since one ended well, or it was removed; newest first."""
    for run in runs():
        if run.place != (account, region, name):
            continue
        if run.end is End.WELL and run.verb in {"apply", "destroy"}:
            return
        if run.verb == "apply" and not run.alive:
            yield run


def orders(account: str, region: str, name: str) -> frozenset[Order]:
    """Every change of theirs that AWS took, or may have taken."""
    return frozenset(order for run in tries(account, region, name) for order in run.orders)
