"""While a deployment goes: the same screen as for a run that makes one, with the plan backwards."""

from __future__ import annotations

from screens.deployments.removal import RemovalScreen
from screens.frame import WizardScreen
from screens.run.progress import ProgressScreen
from wizard.failures.errors import WizardError
from wizard.flow import Prepared
from wizard.guided.ended import Gone
from wizard.guided.progress import Progress, Row
from wizard.guided.removal import by_hand, fold, going
from wizard.plan.extent import Snapshot
from wizard.preflight import Preflight
from wizard.readings.apply import Outcome
from wizard.readings.destroy import Leaving
from wizard.runs import parting
from wizard.runs.parting import Farewell


class RemovingScreen(ProgressScreen):
    """The removal."""

    HELP_TITLE = "While it is removed"
    HELP_TEXT = (
        "Every step of the plan backwards, with its state and AWS's own word for it. Each thing is "
        "waited for until it is really gone; the database takes longest.\n\n"
        "↑ and ↓ choose a step; Enter shows what it is and the command that does the same by "
        "hand.\n\n"
        "Ctrl-C or q asks whether to stop. A later removal finds what is left and goes on from "
        "there."
    )

    def __init__(self, farewell: Farewell, leaving: Leaving) -> None:
        self._farewell = farewell
        self._shown_before = leaving
        self._kept: tuple[Snapshot, ...] = ()
        nothing = Preflight((), {})
        super().__init__(Prepared(farewell.answers, leaving.plan, nothing, "", leaving.account))

    def fold(self) -> Progress:
        """Only what was there has a row."""
        return fold(self._shown_before)

    def work(self) -> Outcome:
        """The removal itself, and what is kept of the database after it."""
        flow, farewell = self.session.flow, self._farewell
        outcome = parting.leave(flow, farewell, self._events.append, self._stop)
        self._kept = parting.snapshots(flow, farewell.answers)
        return outcome

    def command(self, row: Row) -> str:
        """The command that removes it."""
        return by_hand(self._shown_before, row, self._farewell.answers.profile)

    def going(self) -> list[str]:
        """What AWS goes on removing by itself."""
        return going(self._shown_before, self._progress)

    def ended(self, outcome: Outcome) -> Gone:
        """With what is kept of the database."""
        return Gone(self._farewell, self._shown_before, outcome, self._kept)

    def refused(self, problem: WizardError) -> WizardScreen:
        """Back to what would go."""
        self.wizard.notify(str(problem), severity="error", timeout=30, markup=False)
        return RemovalScreen(self._farewell.answers)
