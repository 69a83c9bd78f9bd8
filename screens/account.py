"""Account and region: who is signed in is shown at once, and nobody goes on unknown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.fields.field import Field
from screens.fields.picker import Offer, Picker
from screens.frame import account_words
from screens.group import GroupScreen
from screens.words import problem_text
from wizard.errors import WizardError
from wizard.profiles import names
from wizard.questions import Group


class AccountScreen(GroupScreen):
    """The first screen."""

    def __init__(self) -> None:
        super().__init__(Group.ACCOUNT)
        self._going = False

    def compose_fields(self) -> ComposeResult:
        """The questions, and who AWS says this is."""
        yield from super().compose_fields()
        yield Static(id="identity")

    def on_mount(self) -> None:
        """Offer the profiles of this machine."""
        picker = self.query_one("#field-profile", Field).editor
        if isinstance(picker, Picker):
            picker.offer([Offer(name, name) for name in names()])
        super().on_mount()

    def answered(self, _key: str) -> None:
        """Another profile or region: ask again who that is."""
        self._going = False
        self.wizard.look(soon=False)

    def show_session(self) -> None:
        """Show who is signed in, and go on where that was all that was waited for."""
        super().show_session()
        self.query_one("#identity", Static).update(self._identity())
        if self._going and self.session.signed_in is not None:
            self._going = False
            if self.session.account:
                self.action_next()

    def _identity(self) -> Content:
        match self.session.signed_in:
            case None if self.session.collected.problem("region"):
                return Content("Choose a region; then AWS is asked who is signed in.")
            case None:
                return Content.styled("◐ Asking AWS who is signed in …", "$text-accent")
            case WizardError() as problem:
                return problem_text(problem)
            case identity:
                return Content.assemble(
                    ("✓ Signed in to account ", "bold"),
                    (account_words(self.session), "bold"),
                    f"\n  as {identity.arn}",
                )

    def blocked(self) -> str:
        """Being signed in is part of this screen."""
        reason = super().blocked()
        if reason or not isinstance(self.session.signed_in, WizardError):
            return reason
        return "✗ You have to be signed in to go on. Ctrl-N tries again."

    def action_next(self) -> None:
        """Wait for the sign-in; try it again where it failed."""
        if self.session.collected.problem("region") or self.session.account:
            super().action_next()
        elif self.session.signed_in is None:
            self._going = True
        else:
            self._going = True
            self.wizard.look(soon=True)
            self.show_session()
