"""The pages of topics that show more than their questions: who is signed in, costs, a password.

Each adds to `GroupScreen` what its topic needs: the account says who AWS takes the person for, the
database is tried out, sizes are shown with their costs, a password never enters the answers.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from screens.answers.costs import cost_line, cost_table
from screens.answers.fields.choices import Choices
from screens.answers.fields.field import Field
from screens.answers.fields.line import Edited, Line, Settled
from screens.answers.group import GroupScreen
from screens.background import after_refresh, renewed
from screens.frame import Said
from screens.words import problem_text, signed_out
from wizard.answers.model import Answers
from wizard.answers.questions import Group, Question
from wizard.answers.questions.question import chosen_host
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.costs import estimate
from wizard.ui.common import asking
from wizard.ui.common.asking import PROTECTED_BY, facts, idle
from wizard.ui.common.queries import ACCESS
from wizard.ui.common.who import account_words, can_sign_in, remaining


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
