"""Account and region: who is signed in is shown at once, and nobody goes on unknown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from screens.answers.group import GroupScreen
from screens.aside import renewed
from screens.background import after_refresh
from screens.words import signed_out
from wizard.answers.questions import Group, Question
from wizard.answers.questions.question import chosen_host
from wizard.base.errors import WizardError
from wizard.ui.common.hosting import facts
from wizard.ui.common.who import account_words, can_sign_in, remaining


class AccountScreen(GroupScreen):
    """Which sign-in, and which region."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "again", "Check sign-in"),
        Binding("f5", "again", show=False),
        Binding("f4", "sign_in", "Sign in"),
    ]

    def __init__(self) -> None:
        super().__init__(Group.ACCOUNT)
        self._going = False

    def compose_question(self, each: Question) -> ComposeResult:
        """The question; below the profile, who AWS says this is."""
        yield from super().compose_question(each)
        if each.key == "profile":
            yield Static(id="identity")
        if each.key == "host":
            yield Static(id="hosts", classes="told")

    def answered(self, key: str) -> None:
        """Another profile or region: ask again who that is."""
        if key == "host":
            return
        self._going = False
        self.wizard.look(soon=False)

    def show_session(self) -> None:
        """Show who is signed in, and go on where that was all that was waited for."""
        super().show_session()
        self.query_one("#identity", Static).update(self._identity())
        after_refresh(self, self._show_hosts)  # the first picture waits for no prices
        self.refresh_bindings()
        if self._going and self.session.signed_in is not None:
            self._going = False
            if self.session.account:
                self.action_next()

    def _show_hosts(self) -> None:
        key = chosen_host(self.session.collected.values)
        self.query_one("#hosts", Static).update("\n".join(facts(self.session, key)))

    def _identity(self) -> Content:
        match self.session.signed_in:
            case None if self.session.collected.problem("region"):
                return Content("Choose a region; then the wizard checks the AWS sign-in.")
            case None:
                return Content.styled("◐ Checking the AWS sign-in …", "$text-accent")
            case WizardError() as problem:
                return signed_out(self.session, problem)
            case identity:
                left, plan = remaining(self.session), self.session.account_plan
                return Content.assemble(
                    ("✓ Signed in to account ", "bold"),
                    (account_words(self.session), "bold"),
                    f"\n  as {identity.arn}",
                    f"\n  {plan.words}" if plan else "",
                    f"\n  The sign-in lasts another {left}." if left else "",
                )

    def blocked(self) -> str:
        """Being signed in is part of this screen."""
        reason = super().blocked()
        if reason or not isinstance(self.session.signed_in, WizardError):
            return reason
        return "✗ Sign in to continue. Ctrl-L: try again."

    def action_again(self) -> None:
        """The sign-in may have been renewed in another terminal."""
        self.wizard.look(soon=True)
        self.show_session()

    def action_sign_in(self) -> None:
        """By AWS's own command, which has the terminal meanwhile."""
        renewed(self.app, self.session.place[0])
        self.action_again()

    def action_next(self) -> None:
        """Wait for the sign-in; try it again where it failed."""
        if self.session.collected.problem("region") or self.session.account:
            super().action_next()
        elif self.session.signed_in is None:
            self._going = True
        else:
            self._going = True
            self.action_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Asking again and signing in help only where nobody is signed in."""
        if action == "sign_in":
            return can_sign_in(self.session)
        if action == "again":
            return isinstance(self.session.signed_in, WizardError)
        return super().check_action(action, parameters)
