"""What AWS has counted this month, in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.engine.status.data import Report, Spent
from wizard.engine.status.spent import USD, WHAT

LABEL = "This month"


def month(report: Report, asks: str) -> tuple[str, str, str]:
    """A line as `status.text` has them; `asks` says how to have it asked."""
    if report.spent:
        return "", LABEL, _told(report.spent)
    if any(gap.what == WHAT for gap in report.gaps):
        return "-", LABEL, "not told; see below"
    return "", LABEL, f"not asked: AWS takes $0.01 for the answer. {asks}".strip()


def _told(spent: Spent) -> str:
    where = ", ".join(spent.regions)
    first = date.fromisoformat(spent.begin)
    since = f"since {first.day} {first:%b}, as far as AWS has counted"
    if not spent.services:
        return f"nothing {since} (it is up to a day behind), in {where}"
    parts = [f"{name} {_money(cost, spent.unit)}" for name, cost in spent.services.items()]
    total = f"{_money(spent.total, spent.unit)} {since} (it is up to a day behind)"
    if spent.own:
        return f"{total}, for all that is tagged {TAG_KEY}={TAG_VALUE} in {where}: " + (
            f"{', '.join(parts)}."
        )
    return (
        f"{total}, for ALL there is of these services in {where}, whoever uses them: "
        f"{', '.join(parts)}. For the wizard's alone, activate the cost allocation tag "
        f"“{TAG_KEY}” in the Billing console; AWS counts by it from then on."
    )


def _money(amount: Decimal, unit: str) -> str:
    return f"${amount:,.2f}" if unit == USD else f"{amount:,.2f} {unit}"
