"""How many API calls each verb makes, beside those of the walkthrough's commands."""

from collections.abc import Iterator

from tests.benchmarks.account import REGION, account
from tests.benchmarks.measured import Missing, Row, Setup

VERBS = {
    "plan, on a new account": ("plan",),
    "apply": ("apply", "--yes"),
    "plan, nothing to change": ("plan",),
    "apply, nothing to change": ("apply", "--yes"),
    "status": ("status",),
    "rotate": ("rotate", "--yes", "--api-password"),
    "destroy": ("destroy", "--yes", "--database-data", "delete", "--purge-secrets"),
}
"""One after the other, on one account."""


def measure(_: Setup) -> Iterator[Row]:
    """One round: the number hardly varies."""
    with account() as used:
        by_hand: tuple[float, ...]
        try:
            used.by_hand()
            by_hand = (len(used.standin.calls),)
        except Missing:
            by_hand = ()
        used.renew()
        for name, words in VERBS.items():
            before = len(used.standin.calls)
            used.wizard(*words, "--region", REGION)
            made = (len(used.standin.calls) - before,)
            if name == "apply" and by_hand:
                hand = "the walkthrough's commands"
                yield Row(what=name, unit="calls", ours=made, against=hand, theirs=by_hand)
            else:
                yield Row(what=name, unit="calls", ours=made)
