"""Sizing: how large agent and database are, and what that costs, side by side."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label, Static

from screens.answers.costs import cost_line, cost_table
from screens.answers.fields.choices import Choices
from screens.answers.fields.edited import Edited
from screens.answers.fields.field import Field
from screens.answers.group import GroupScreen
from wizard.answers.model import Answers
from wizard.answers.questions import Group
from wizard.costs import estimate
from wizard.ui.common import asking
from wizard.ui.common.hosting import idle

SIZE = "size"
BESIDE = 28
"""Cells that topics, margins, marks and scrollbars take beside the table."""


class SizingScreen(GroupScreen):
    """The agent's CPU and memory, the database's capacity units; the bill moves along."""

    def __init__(self) -> None:
        super().__init__(Group.SIZING)
        self._before: Answers | None = None

    def compose_fields(self) -> ComposeResult:
        """Sizes, what they leave out, CPU and memory by hand, the database, the bill."""
        with Vertical(id=f"field-{SIZE}", classes="field"):
            yield Label(asking.ASK_SIZE, classes="ask")
            yield Label(idle(self.session), id="idle", classes="why")
            yield Choices(SIZE, asking.sizes(self.session))
            yield Label(asking.ceiling(self.session), id="ceiling", classes="why")
        yield from super().compose_fields()
        costs = "would cost" if self.session.demo else "costs"
        yield Label(f"What it {costs}", classes="heading")
        yield Static(id="costs")

    def compose_foot(self) -> ComposeResult:
        """The totals are in sight whatever is scrolled away."""
        yield Static(id="cost-line")

    def on_mount(self) -> None:
        """What changes is measured against what was there."""
        self._before = self.session.likely
        super().on_mount()

    def show_session(self) -> None:
        """Show size and bill."""
        super().show_session()
        size = asking.chosen(self.session)
        self.query_one(f"#field-{SIZE} Choices", Choices).show(asking.sizes(self.session), size)
        self.query_one("#ceiling", Label).update(asking.ceiling(self.session))
        self.query_one("#idle", Label).update(idle(self.session))
        for key in asking.BY_HAND:
            self.query_one(f"#field-{key}", Field).display = size == asking.CUSTOM
        width = self.app.size.width - BESIDE
        self.query_one("#costs", Static).update(cost_table(self.session, width))
        before = estimate(self._before, self.session.unit_prices) if self._before else None
        self.query_one("#cost-line", Static).update(cost_line(self.session, before))

    @on(Edited)
    def _sized(self, event: Edited) -> None:
        if event.key != SIZE:
            return
        event.prevent_default()
        event.stop()
        asking.choose(self.session, event.text or asking.CUSTOM)
        self.show_session()
