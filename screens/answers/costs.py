"""What the answers cost, as a table and as the one line that is always in sight."""

from __future__ import annotations

from decimal import Decimal
from textwrap import fill

from textual.content import Content

from screens.words import MUTED
from wizard.costs import CostRow, Estimate, age, difference, table
from wizard.ui.common.session import Session

NARROW = 78
"""With fewer cells the assumptions stand below the amounts."""
BESIDE = 50
"""The column in which they begin, where there is room."""
LEAST = 30
"""Cells for them, however narrow the screen is."""


def cost_line(session: Session, before: Estimate | None = None) -> Content:
    """The totals, what a change added, and how old the prices are."""
    now = session.costs
    about = "about " if now.about else ""
    parts: list[tuple[str, str]] = [
        (f"{about}${now.idle:,.2f}", "bold"),
        (" a month idle, ", ""),
        (f"${now.busy:,.2f}", "bold"),
        (" busy", ""),
    ]
    more = difference(before, now) if before else None
    if more and (more.idle or more.busy):
        parts += [(f"  {signed(more.idle)} idle, {signed(more.busy)} busy", "bold $text-warning")]
    parts += [(f"  {age(now)}", MUTED)]
    if now.credits:
        parts += [(f"; {now.credits}", "bold")]
    return Content.assemble(*parts)


def cost_table(session: Session, width: int) -> Content:
    """Every line with what it assumes; then the totals, what is not counted, and the source."""
    now = session.costs
    rows = table(now)
    lines = [_head(width), *(_row(row, width) for row in rows[:-1]), _total(rows[-1])]
    told = [Content.styled(each, MUTED) for each in (*now.remarks, *now.prices.notes)]
    return Content("\n").join([*lines, Content(""), *told])


def signed(amount: Decimal) -> str:
    """A difference in dollars, with its sign."""
    return f"{'-' if amount < 0 else '+'}${abs(amount):,.2f}"


def _head(width: int) -> Content:
    last = "  assumes" if width >= NARROW else ""
    return Content.styled(f"{'$ a month':<20}{'idle':>13}{'busy':>15}{last}", "bold")


def _row(row: CostRow, width: int) -> Content:
    amounts = f"{row.idle:>13}{row.busy:>15}"
    name = Content.assemble(f"{row.what:<20}", (amounts, "" if row.kind == "fixed" else "italic"))
    beside = width >= NARROW
    indent = " " * (BESIDE if beside else 2)
    text = f"{row.kind}: {row.assumption}"
    told = fill(text, max(width, LEAST), initial_indent=indent, subsequent_indent=indent)
    return Content.assemble(name, (told[len(name) :] if beside else f"\n{told}", MUTED))


def _total(row: CostRow) -> Content:
    return Content.styled(f"{row.what:<20}{row.idle:>13}{row.busy:>15}", "bold")
