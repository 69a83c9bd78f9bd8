"""The checks before a run, live: each appears while it is looked at, then says what was found."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Static

from screens.words import MUTED
from wizard.base.errors import WizardError
from wizard.base.text import clean
from wizard.engine.preflight import Check, CheckState

GLYPHS = {
    CheckState.RUNNING: ("◐", "$text-accent"),
    CheckState.FINE: ("✓", "$text-success"),
    CheckState.WARNING: ("!", "bold $text-warning"),
    CheckState.PROBLEM: ("✗", "bold $text-error"),
    CheckState.UNKNOWN: ("-", MUTED),
}


class ChecksView(VerticalGroup):
    """A row for every check, in the order in which they were begun."""

    def __init__(self, checks: Iterable[Check] = ()) -> None:
        super().__init__(classes="checks")
        self._rows = {check.id: _Row(check) for check in checks}

    def compose(self) -> ComposeResult:
        """The checks known from the start."""
        yield from self._rows.values()

    def take(self, check: Check) -> None:
        """Show a check as it is now."""
        if check.id in self._rows:
            self._rows[check.id].show(check)
        else:
            self._rows[check.id] = _Row(check)
            self.mount(self._rows[check.id])

    def begin(self) -> None:
        """Forget what was found."""
        self._rows = {}
        self.remove_children()


class _Row(HorizontalGroup):
    """The glyph, and beside it what was found: where that is broken, it stays beside it."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self._glyph = Static(_glyph(check), classes="glyph")
        self._found = Static(_found(check), classes="found")

    def compose(self) -> ComposeResult:
        """Side by side."""
        yield self._glyph
        yield self._found

    def show(self, check: Check) -> None:
        """The check as it is now."""
        self._glyph.update(_glyph(check))
        self._found.update(_found(check))


def _glyph(check: Check) -> Content:
    return Content.styled(*GLYPHS[check.state])


def _found(check: Check) -> Content:
    _, style = GLYPHS[check.state]
    found = "checking …" if check.state is CheckState.RUNNING else clean(check.found)
    bad = check.state in {CheckState.WARNING, CheckState.PROBLEM}
    lines = [
        Content.assemble(
            (check.name, "bold" if bad else ""),
            (f"  {found}", style if bad else MUTED),
        )
    ]
    if bad:
        for each in check.troubles:
            lines += _told(each, alone=len(check.troubles) == 1)
    return Content("\n").join(lines)


def _told(trouble: WizardError, *, alone: bool) -> list[Content]:
    told = [] if alone else [Content(clean(trouble.what))]
    if trouble.why:
        told.append(Content.assemble(("Why: ", "bold"), clean(trouble.why)))
    if trouble.fix:
        told.append(Content.assemble(("What to do: ", "bold"), clean(trouble.fix)))
    if trouble.more:
        told.append(Content.assemble(("More: ", "bold"), (clean(trouble.more), MUTED)))
    return told
