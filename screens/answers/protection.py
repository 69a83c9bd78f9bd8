"""Protection: the questions, and a password that never enters the answers."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from screens.answers.fields.edited import Settled
from screens.answers.fields.field import Field
from screens.answers.fields.line import Line
from screens.answers.group import GroupScreen
from screens.background import after_refresh
from screens.frame import Said
from wizard.answers.questions import Group
from wizard.base.secret import Secret
from wizard.ui.common.asking import PROTECTED_BY


class ProtectionScreen(GroupScreen):
    """Who may talk to the agent."""

    def __init__(self) -> None:
        super().__init__(Group.PROTECTION)

    def compose_fields(self) -> ComposeResult:
        """The questions, then the password."""
        yield from super().compose_fields()
        with Vertical(id="field-password", classes="field"):
            yield Label("Password", classes="ask")
            yield Label(PROTECTED_BY, classes="why")
            yield Line(
                self.session.password.reveal() if self.session.password else "",
                password=True,
                id="password",
                placeholder="empty: 32 random characters",
                select_on_focus=False,
            )
            yield Said(classes="problem")

    def show_session(self) -> None:
        """Show the password's problem beside it."""
        super().show_session()
        box = self.query_one("#field-password")
        box.display = bool(self.session.collected.values["protect"])
        message = self.session.password_problem
        box.query_one(".problem", Said).say(f"✗ {message}" if message else "")
        if message and not box.has_class("-wrong"):
            after_refresh(self, box.scroll_visible, animate=False)
        box.set_class(bool(message), "-wrong")

    @on(Input.Changed, "#password")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.session.type_password(Secret.typed(event.value) if event.value else None)
        self.show_session()

    @on(Input.Submitted, "#password")
    def _submitted(self) -> None:
        self.post_message(Settled())

    def in_the_way(self) -> list[str]:
        """The password may be what is wrong."""
        return ["Password"] if self.session.password_problem else super().in_the_way()

    def _wrong_field(self) -> Field | None:
        if self.session.password_problem:
            self.query_one("#password").focus()
            return None
        return super()._wrong_field()
