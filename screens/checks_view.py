"""The checks before a run, live: each appears while it is looked at, then says what was found."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from screens.words import MUTED
from wizard.console import clean
from wizard.errors import WizardError
from wizard.preflight import Check, State

GLYPHS = {
    State.RUNNING: ("◐", "$text-accent"),
    State.FINE: ("✓", "$text-success"),
    State.WARNING: ("!", "bold $text-warning"),
    State.PROBLEM: ("✗", "bold $text-error"),
    State.UNKNOWN: ("-", MUTED),
}


class ChecksView(Static):
    """A line for every check, in the order in which they were begun."""

    def __init__(self) -> None:
        super().__init__(classes="checks")
        self._checks: dict[str, Check] = {}

    def take(self, check: Check) -> None:
        """Show a check as it is now."""
        self._checks[check.id] = check
        self.update(drawn(self._checks.values()))

    def begin(self) -> None:
        """Forget what was found."""
        self._checks = {}
        self.update("")


def drawn(checks: Iterable[Check]) -> Content:
    """All of them."""
    return Content("\n").join([_drawn(each) for each in checks])


def _drawn(check: Check) -> Content:
    glyph, style = GLYPHS[check.state]
    found = "looking …" if check.state is State.RUNNING else clean(check.found)
    bad = check.state in {State.WARNING, State.PROBLEM}
    lines = [
        Content.assemble(
            (f"{glyph} ", style),
            (check.name, "bold" if bad else ""),
            (f"  {found}", style if bad else MUTED),
        )
    ]
    if bad:
        for each in check.troubles:
            lines += _told(each, alone=len(check.troubles) == 1)
    return Content("\n").join(lines)


def _told(trouble: WizardError, *, alone: bool) -> list[Content]:
    told = [] if alone else [Content(f"  {clean(trouble.what)}")]
    if trouble.why:
        told.append(Content.assemble(("  Why: ", "bold"), clean(trouble.why)))
    if trouble.fix:
        told.append(Content.assemble(("  What to do: ", "bold"), clean(trouble.fix)))
    return told
