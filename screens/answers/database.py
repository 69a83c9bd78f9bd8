"""Database: a new one, or one of the account's, picked from a list and tried out first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.answers.group import GroupScreen
from screens.words import problem_text
from wizard.answers.questions import Group
from wizard.base.errors import WizardError
from wizard.ui.common.queries import ACCESS


class DatabaseScreen(GroupScreen):
    """The questions about the database, and the proof that the agent will get in."""

    def __init__(self) -> None:
        super().__init__(Group.DATABASE)
        self._going = False

    def compose_fields(self) -> ComposeResult:
        """The questions; below them, what came of trying the cluster."""
        yield from super().compose_fields()
        yield Static(id="access", classes="told")

    def show_session(self) -> None:
        """Show what came of trying the cluster."""
        super().show_session()
        self._tell()
        if not self.session.text("cluster_secret_arn"):
            self.session.preselect_secret()
        cluster, values = self.session.cluster, self.session.collected.values
        off = bool(cluster and not cluster.data_api and not values["enable_data_api"])
        self.query_one("#field-enable_data_api").set_class(off, "-prominent")
        if self._going and self.session.seen(ACCESS):
            self._proved()

    def _tell(self) -> None:
        access = self.query_one("#access", Static)
        session = self.session
        access.display = bool(session.account) and session.worth_trying
        tried = session.seen(ACCESS)
        if tried is None:
            access.update(Content.styled("◐ Testing the cluster with its secret …", "$text-accent"))
        elif isinstance(tried, WizardError):
            access.update(problem_text(tried))
        else:
            access.update(Content("✓ The cluster answers with this secret."))

    def answered(self, _key: str) -> None:
        """What was waited for is asked no longer."""
        self._going = False

    def go_on(self) -> None:
        """Prove access first, unless the Data API will only be switched on by the run."""
        session = self.session
        if not session.worth_trying or not session.account:
            super().go_on()
        elif session.seen(ACCESS):
            super().go_on()  # what was refused is a problem, and never comes here
        else:
            self._going = True
            self._tell()
            self.wizard.lookout.tend()

    def _proved(self) -> None:
        """The attempt that was waited for has ended."""
        self._going = False
        if self.session.seen(ACCESS) is True:
            super().go_on()
            return
        self.query_one("#access").scroll_visible()
        self.app.bell()

    def action_next(self) -> None:
        """A refused attempt is made again: the cause may be gone."""
        if isinstance(self.session.seen(ACCESS), WizardError):
            del self.session.known[ACCESS, self.session.access_key]
        super().action_next()

    def blocked(self) -> str:
        """A refusal by the cluster counts as well."""
        existing = self.session.collected.values["database"] == "existing"
        if existing and isinstance(self.session.seen(ACCESS), WizardError):
            return "✗ The cluster cannot be used. Ctrl-N: try again."
        return super().blocked()
