"""Review: everything that was answered and checked, before anything is created."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, Static, TabbedContent, TabPane

from screens.background import in_background
from screens.dialogs import Answer, Dialog
from screens.documents import Documents
from screens.frame import Reading, Said, WizardScreen, account_words
from screens.rail import REVIEW, Rail
from screens.review_draw import plan_text, summary
from screens.words import problem_text
from wizard.errors import WizardError
from wizard.flow import Prepared
from wizard.questions import Group

HELP = (
    "Read what will be made and why, with every document as it will be stored. Nothing has been "
    "created yet; Start asks once more, names the account, and then makes everything."
)


class ReviewScreen(WizardScreen):
    """What will be done, and whether it can be."""

    HELP_TITLE = REVIEW
    HELP_TEXT = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "Start"),
        Binding("ctrl+n", "start", show=False),
        Binding("escape", "back", "Back"),
        Binding("f2", "topics", "Topics"),
        Binding("ctrl+r", "again", "Check again"),
        Binding("1", "tab('summary')", show=False),
        Binding("2", "tab('plan')", show=False),
        Binding("3", "tab('documents')", show=False),
    ]

    def __init__(self, *, start: bool = False, trouble: WizardError | None = None) -> None:
        super().__init__()
        self._prepared: Prepared | None = None
        self._trouble = trouble
        self._start = start

    def compose_body(self) -> ComposeResult:
        """Topics, the tabs, the way on."""
        with Horizontal():
            yield Rail(self.session, REVIEW)
            with Vertical(classes="page"):
                yield Label("Review", classes="title")
                yield Label(self._promise, id="nothing")
                with Reading(id="waiting"):
                    yield Static(id="checking")
                yield Said(id="blocked")
                with Horizontal(classes="buttons"):
                    yield Button("Back", id="back", compact=True)
                    yield Button("Start", id="start", compact=True, disabled=True)

    @property
    def checking(self) -> bool:
        """Whether AWS is still being asked."""
        return self._prepared is None and self._trouble is None

    @property
    def _promise(self) -> str:
        if self.wizard.ended:
            return "Nothing more is made before you press Start."
        return "Nothing has been created yet."

    def on_mount(self) -> None:
        """Check at once, unless there is a trouble to be told."""
        self._show() if self._trouble else self._prepare()

    def _prepare(self) -> None:
        session = self.session
        self._prepared = self._trouble = None
        self._show()
        wrong = [group.value for group in Group if session.problems(group)]
        if wrong or not session.account:
            self._trouble = WizardError(
                "Some answers are missing.",
                f"Still to be put right: {', '.join(wrong or [Group.ACCOUNT.value])}.",
                "Press F2 and go there.",
            )
            self._show()
            return
        answers = session.answers
        in_background(self, lambda: session.flow.prepare(answers), self._checked)

    def _checked(self, result: Prepared | WizardError) -> None:
        if isinstance(result, WizardError):
            self._trouble = result
        else:
            self._prepared = result
        self._show()
        if self._prepared and self._start and not self._blocked():
            self.wizard.run_plan(self._prepared)
            return
        self._start = False
        self.call_after_refresh(self._land)

    def _land(self) -> None:
        start = self.query_one("#start", Button)
        (start if not start.disabled else self.query_one("#back", Button)).focus()

    def _blocked(self) -> str:
        """Why it cannot be started."""
        if self._trouble:
            return "✗ Cannot start: what stands above comes first."
        if self._prepared is None:
            return ""
        number = len(self._prepared.preflight.problems)
        things = "one thing stands" if number == 1 else f"{number} things stand"
        return f"✗ Cannot start: {things} in the way, see Summary." if number else ""

    def _show(self) -> None:
        for old in self.query(TabbedContent):
            old.remove()
        waiting = self.query_one("#waiting")
        waiting.display = self._prepared is None
        checking = self.query_one("#checking", Static)
        if self._trouble:
            checking.update(problem_text(self._trouble))
        elif self._prepared is None:
            checking.update(_checking(account_words(self.session), self.session.place[1]))
        else:
            self.query_one(".page").mount(_tabs(self._prepared), after=waiting)
        reason = self._blocked()
        self.query_one("#blocked", Said).say(reason)
        self.query_one("#start", Button).disabled = bool(reason) or self._prepared is None
        self.refresh_bindings()

    @on(Button.Pressed, "#start")
    def _start_pressed(self) -> None:
        self.action_start()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_back()

    @on(Rail.Went)
    def _went(self, event: Rail.Went) -> None:
        event.stop()
        if event.topic != REVIEW:
            self.wizard.go(event.topic)

    def action_start(self) -> None:
        """Ask once, then begin."""
        prepared = self._prepared
        if prepared is None or self._blocked():
            self.app.bell()
            return
        where = f"account {account_words(self.session)}, region {prepared.plan.region}"
        text = f"This makes the agent in {where}. From now on AWS bills for it."
        answers = (Answer("no", "Not yet", "n"), Answer("yes", "Start", "s"))

        def done(answer: str | None) -> None:
            if answer == "yes":
                self.wizard.run_plan(prepared)

        self.app.push_screen(Dialog("Start?", text, answers, focus=1), done)

    def action_back(self) -> None:
        """To the last questions."""
        self.wizard.go(Group.ADVANCED.value)

    def action_topics(self) -> None:
        """Into the list on the left."""
        rail = self.query_one(Rail)
        rail.set_class(True, "-shown")
        rail.focus()

    def action_again(self) -> None:
        """The cause may be gone, or the sign-in renewed."""
        self.session.flow.sign_out()
        self._prepare()

    def action_tab(self, name: str) -> None:
        """To a tab, by its number."""
        for tabs in self.query(TabbedContent):
            tabs.active = name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "start":
            return self._prepared is not None and not self._blocked()
        if action == "again":
            return self._trouble is not None or bool(self._blocked())
        return True


def _checking(account: str, region: str) -> Content:
    return Content.assemble(
        ("◐ Checking …\n\n", "bold $text-accent"),
        f"Account {account} in {region}: who is signed in, whether App Runner is open to it, the "
        "Docker engine, the network, and what is there already. Nothing is changed.",
    )


def _tabs(prepared: Prepared) -> TabbedContent:
    tabs = TabbedContent()
    tabs.compose_add_child(TabPane("Summary", Reading(*summary(prepared)), id="summary"))
    tabs.compose_add_child(TabPane("Plan", Reading(*plan_text(prepared)), id="plan"))
    number = len(prepared.plan.documents)
    tabs.compose_add_child(TabPane(f"Documents ({number})", Documents(prepared), id="documents"))
    return tabs
