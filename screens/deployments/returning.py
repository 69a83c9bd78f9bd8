"""What the app does with deployments that are there: list, look, change, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from screens.rail import OVERVIEW
from wizard.guided.ended import End
from wizard.guided.returning import choose, forget

if TYPE_CHECKING:
    from screens.lookout import Lookout
    from wizard.answers.model import Answers
    from wizard.guided.session import Session
    from wizard.plan.extent import Choices
    from wizard.readings.destroy import Leaving
    from wizard.runs.parting import Farewell
    from wizard.status.data import Report


class Returning(App[End | None]):
    """The app of a person who comes back."""

    session: Session
    lookout: Lookout
    ended: End | None = None
    """What took place last."""
    _listed = False
    """Whether one came by the list of deployments."""

    def look(self, *, soon: bool) -> None:
        """Find out anew who is signed in."""
        raise NotImplementedError

    def show_session(self) -> None:
        """Bring every screen in line with the session."""
        raise NotImplementedError

    def go(self, topic: str, key: str = "") -> None:
        """To a topic of the rail."""
        raise NotImplementedError

    def reports(self, place: Answers, **wanted: Any) -> Report:
        """How what is deployed is; blocks, by read calls only."""
        from wizard.status.looker import Looker
        from wizard.status.report import report

        return report(Looker(), place, **wanted)

    def spent(self, place: Answers, known: Report) -> Report:
        """The same with what AWS has counted this month; blocks, and costs $0.01."""
        from wizard.status.looker import Looker
        from wizard.status.spent import with_spent

        return with_spent(Looker(), place, known)

    def leaving(self, place: Answers, choices: Choices) -> Leaving:
        """What would go of it; blocks."""
        from wizard.runs import parting

        return parting.leaving(self.session.flow, place, choices)

    def list_deployments(self) -> None:
        """All that are there."""
        from screens.deployments.listed import DeploymentsScreen

        self._listed = True
        self.switch_screen(DeploymentsScreen())

    def show_status(self, place: Answers) -> None:
        """How one of them is."""
        from screens.deployments.status import StatusScreen

        self.switch_screen(StatusScreen(place))

    def edit_deployment(self, place: Answers) -> None:
        """To the first page, about this one."""
        before = self.session.place
        choose(self.session, place.name, place.region)
        if self.session.place != before:
            self.look(soon=True)
        self.lookout.tend()
        self.go(OVERVIEW)

    def remove_deployment(self, place: Answers, choices: Choices | None = None) -> None:
        """What would go, and then its end; `choices` are those of one that is gone on with."""
        from screens.deployments.removal import RemovalScreen

        self.switch_screen(RemovalScreen(place, choices))

    def run_removal(self, farewell: Farewell, leaving: Leaving) -> None:
        """Begin to remove what was shown."""
        from screens.deployments.removing import RemovingScreen

        self.switch_screen(RemovingScreen(farewell, leaving))

    def back(self) -> None:
        """From a deployment to the list it was chosen from, otherwise to the first page."""
        self.list_deployments() if self._listed else self.go(OVERVIEW)

    def home(self) -> None:
        """To the first page; what is deployed is asked anew."""
        self._listed = False
        forget(self.session)
        self.go(OVERVIEW)
        self.show_session()
