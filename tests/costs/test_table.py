"""The table as a face gets it."""

from decimal import Decimal

from tests.support.made import answers
from wizard.costs import Estimate, estimate, money, snapshot, summary, table


def bill(region: str) -> Estimate:
    return estimate(answers({"region": region}), snapshot(region))


def test_the_rows_and_the_total() -> None:
    made = bill("us-east-1")
    rows = table(made)
    assert len(rows) == len(made.lines) + 1
    assert (rows[0].what, rows[0].kind, rows[0].idle) == ("Agent memory", "fixed", "$10.22")
    assert "8 hours a day" in rows[1].assumption
    total = rows[-1]
    assert (total.kind, total.idle, total.busy) == ("total", "about $55.72", "about $116.07")
    assert "November 23, 2026" in total.assumption


def test_what_is_not_exact_is_about_but_nothing_is_nothing() -> None:
    rows = {row.what: row for row in table(bill("eu-central-1"))}
    assert rows["Database capacity"].idle == "about $51.10"
    assert rows["Agent CPU"].idle == "$0.00"
    assert money(Decimal("1234.5")) == "$1,234.50"


def test_the_sentence() -> None:
    assert summary(bill("us-east-1")) == "About $56 a month idle, $116 when busy."
