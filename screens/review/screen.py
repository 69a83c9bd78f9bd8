"""Review: everything that was answered and checked, in tabs, before anything is created.

What only the person can agree to is asked in dialogs, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, HorizontalGroup, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Label, Static, TabbedContent, TabPane, Tabs
from textual.widgets._tabs import Underline

from screens.background import after_refresh, in_background
from screens.dialogs import Answer, Dialog
from screens.frame import OVERVIEW, REVIEW, Rail, Reading, Said, WizardScreen
from screens.review.checks_view import ChecksView
from screens.review.documents import Documents
from screens.review.plan_view import PlanView
from screens.review.script_view import ScriptView
from screens.words import MUTED, problem_text
from wizard.answers.model import Answers, Source
from wizard.answers.questions import QUESTIONS, Group, Question
from wizard.base.errors import ExitCode, WizardError
from wizard.costs import estimate
from wizard.costs import summary as costs
from wizard.engine.apply.job import apply_job
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import bill_of
from wizard.engine.preflight import Check
from wizard.ui.common.asking import instead, take_way_on
from wizard.ui.common.drift import answer, consents, decision, hand_written, left_behind
from wizard.ui.common.queries import DEPLOYED
from wizard.ui.common.session import Session
from wizard.ui.common.who import account_words, promise, untouched


def _heading(text: str) -> Static:
    return Static(Content(text), classes="heading")


def summary(prepared: Prepared, session: Session) -> Iterator[Widget]:
    """What was checked, what it costs, then every answer with its source."""
    prices = session.unit_prices
    yield _heading("Checks")
    yield ChecksView(prepared.preflight.checks)
    yield _heading("What it would cost" if session.demo else "What it costs")
    yield Static(Content(costs(estimate(prepared.answers, prices, session.account_plan))))
    change = bill_of(prepared, prices)
    if change and not session.demo:
        yield Static(Content(change.words))
    if stays := left_behind(session, prepared):
        yield _heading("Stays in the account")
        yield from (Static(Content(f"! {each}")) for each in stays)
    edited = [each.title for each in prepared.plan.documents if each.edited]
    if edited:
        yield _heading("Edited documents")
        yield Static(Content(f"✎ {', '.join(edited)}"))
    answers = prepared.answers
    values = answers.values
    for group in Group:
        yield _heading(group.value)
        for each in QUESTIONS.of(group):
            if each.put(values):
                yield _answer(each, answers)


def _answer(each: Question, answers: Answers) -> Widget:
    given = answers.given.get(each.key)
    source = given.words if given else ""
    if given and given.source is Source.DEFAULT and given.reason:
        source = f"default: {given.reason}"
    value = Content.assemble(
        (each.words(answers.values[each.key]), "bold"),
        (f"  ({source})" if source else "", MUTED),
    )
    ask = Static(Content(each.ask), classes="asked")
    return HorizontalGroup(ask, Static(value, classes="given"))


def checking(account: str, region: str) -> Content:
    """What stands there until AWS has answered."""
    return Content.assemble(
        ("◐ Checking …\n\n", "bold $text-accent"),
        f"Account {account} in {region}. Nothing is changed.\n",
    )


def tabs_of(session: Session, prepared: Prepared) -> TabbedContent:
    """Everything to be read before the start."""
    tabs = TabbedContent()
    told = Reading(*summary(prepared, session))
    tabs.compose_add_child(TabPane("1 Summary", told, id="summary"))
    tabs.compose_add_child(TabPane("2 Plan", PlanView(prepared, demo=session.demo), id="plan"))
    number = len(prepared.plan.documents)
    tabs.compose_add_child(TabPane(f"3 Documents ({number})", Documents(prepared), id="documents"))
    script = ScriptView(prepared, demo=session.demo)
    tabs.compose_add_child(TabPane("4 Script", script, id="script"))
    return tabs


ANSWERS = (Answer("no", "Cancel", "n"), Answer("yes", "Confirm", "y"))


def ask(
    screen: WizardScreen, prepared: Prepared, agreed: Callable[[], None], left: Callable[[], None]
) -> bool:
    """Ask about the first of what is still to be asked; whether there is any.

    `agreed` is called after a yes, `left` after anything else.
    """
    found = consents(screen.session, prepared)
    if not found:
        return False

    def done(said: str | None) -> None:
        answer(screen.session, found[0], agreed=said == "yes")
        agreed() if said == "yes" else left()

    text = f"{found[0].found}\n\n{found[0].ask}"
    screen.app.push_screen(Dialog("Confirm", text, ANSWERS), done)
    return True


HELP = (
    "See what will be created and why, with every document as it will be stored. Nothing has been "
    "created yet; Start shows the account and asks for confirmation, then creates everything. The "
    "keys 1 to 4 open the tabs."
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
        Binding("r,ctrl+l,f5", "again", "Check again"),
        Binding("h", "way_on", "Run it on ECS"),
        Binding("b", "unedit", "Discard my edits"),
        Binding("1", "tab('summary')", show=False),
        Binding("2", "tab('plan')", show=False),
        Binding("3", "tab('documents')", show=False),
        Binding("4", "tab('script')", show=False),
    ]

    def __init__(self, *, start: bool = False, trouble: WizardError | None = None) -> None:
        super().__init__()
        self._prepared: Prepared | None = None
        self._trouble = trouble
        self._start = start
        self._settling = False

    def compose_body(self) -> ComposeResult:
        """Topics, the tabs, the way on."""
        with Horizontal():
            yield Rail(self.session, REVIEW)
            with Vertical(classes="page"):
                yield Label("Review", classes="title")
                yield Label(self._promise, id="nothing")
                with Reading(id="waiting"):
                    yield Static(id="checking")
                    yield ChecksView()
                yield Said(id="blocked")
                with Horizontal(classes="buttons"):
                    yield Button("Back", id="back", compact=True)
                    yield Button("Start", id="start", compact=True, disabled=True)

    @property
    def checking(self) -> bool:
        """Whether AWS is still being asked."""
        return self._settling or (self._prepared is None and self._trouble is None)

    @property
    def _promise(self) -> str:
        if self._settling:
            return "Checking your change …"
        if self.wizard.ended:
            return "Nothing more is created until you press Start."
        return untouched(self.session)

    def on_mount(self) -> None:
        """Check at once, unless there is a trouble to be told."""
        self.screen_layout_refresh_signal.subscribe(self, self._underline)
        self._show() if self._trouble else self._prepare()

    def _underline(self, _: Screen[object]) -> None:
        """Textual draws the line below the active tab once, perhaps before it is laid out."""
        for tabs in self.query(Tabs):
            if tabs.active_tab and tabs.active_tab.size:
                place = tabs.active_tab.virtual_region.shrink(tabs.active_tab.styles.gutter)
                line = tabs.query_one(Underline)
                line.highlight_start, line.highlight_end = place.column_span

    def _prepare(self) -> None:
        session = self.session
        self._prepared = self._trouble = None
        self.query_one(ChecksView).begin()
        self._show()
        if session.unseen:
            self._look_first()
            return
        wrong = [group.value for group in Group if session.problems(group)]
        if wrong or not session.account:
            self._trouble = WizardError(
                "Some answers are missing.",
                f"Still to fix: {', '.join(wrong or [Group.ACCOUNT.value])}.",
                "Press F2 and go there.",
            )
            self._show()
            return
        answers, edits, by = session.answers, dict(session.edits), decision(session)
        prepare = partial(session.flow.prepare, answers, self._told, edits, by)
        in_background(self, prepare, self._checked)

    def _look_first(self) -> None:
        """What is deployed keeps every answer that nobody gives anew, so it has to be known."""
        session, asked = self.session, (DEPLOYED, self.session.name_key)

        def looked(found: object) -> None:
            session.known[asked] = found
            session.recollect()
            self._prepare()

        in_background(self, lambda: session.ask(asked), looked)

    def _told(self, check: Check) -> None:
        self.call_later(self._take, check)

    def _take(self, check: Check) -> None:
        if self.checking:
            self.query_one(ChecksView).take(check)

    def _checked(self, result: Prepared | WizardError) -> None:
        if isinstance(result, WizardError):
            self._trouble = result
        else:
            self._prepared = result
        self._show()
        left = partial(self._checked, result)
        if self._prepared and ask(self, self._prepared, self._prepare, left):
            return
        if self._prepared and self._start and not self._blocked():
            self.wizard.follow(apply_job(self.session.flow, self._prepared))
            return
        self._start = False
        after_refresh(self, self._land)

    def _land(self) -> None:
        if self.query("TabbedContent *:focus"):  # keys were quicker
            return
        start = self.query_one("#start", Button)
        (start if not start.disabled else self.query_one("#back", Button)).focus()

    def _blocked(self) -> str:
        """Why it cannot be started."""
        if self._trouble:
            return "✗ Cannot start: fix the problems above first."
        if self._prepared is None:
            return ""
        if by_hand := hand_written(self.session):
            return f"✗ Cannot start: {by_hand[0].what} {by_hand[0].fix}"
        if other := instead(self.session, self._prepared):
            return f"✗ Cannot start: the account cannot use this host. h: run it on {other}."
        number = len(self._prepared.preflight.problems)
        things = "1 problem" if number == 1 else f"{number} problems"
        return f"✗ Cannot start: {things}, see Summary." if number else ""

    @property
    def _doubtful(self) -> bool:
        """Whether anything found is worth looking at again."""
        preflight = self._prepared.preflight if self._prepared else None
        return preflight is None or bool(preflight.problems or preflight.warnings)

    def _show(self) -> None:
        self.query(TabbedContent).remove()
        waiting = self.query_one("#waiting")
        waiting.display = self._prepared is None
        waited = self.query_one("#checking", Static)
        if self._trouble:
            waited.update(problem_text(self._trouble))
        elif self._prepared is None:
            waited.update(checking(account_words(self.session), self.session.place[1]))
        else:
            tabs = tabs_of(self.session, self._prepared)
            self.query_one(".page").mount(tabs, after=waiting)
        self._show_start()

    def _show_start(self) -> None:
        reason = self._blocked()
        self.query_one("#nothing", Label).update(self._promise)
        self.query_one("#blocked", Said).say(reason)
        idle = bool(reason) or self._prepared is None or self._settling
        self.query_one("#start", Button).disabled = idle
        self.refresh_bindings()

    # -- documents changed by hand

    @on(Documents.Edited)
    def _edited(self, event: Documents.Edited) -> None:
        """The whole plan must fit the change before it counts."""
        event.stop()
        edits = {name: text for name, text in self.session.edits.items() if name != event.name}
        if event.text is not None:
            edits[event.name] = event.text
        words = "Your text will be used." if event.text else "It is the wizard's text again."
        self._settle(edits, self.session.accepted, words, event.text)

    @on(PlanView.Turned)
    def _turned(self, event: PlanView.Turned) -> None:
        """What somebody changed is left as it is, or put back after all."""
        event.stop()
        accepted = self.session.accepted ^ {event.field}
        left = event.field in accepted
        words = f"{event.field} {'stays as it is' if left else 'is put back'}."
        self._settle(self.session.edits, accepted, words)

    def _settle(
        self, edits: dict[str, str], accepted: set[str], words: str, text: str | None = None
    ) -> None:
        """Check the plan with these edits and acceptances, and only then go by them."""
        session, by = self.session, decision(self.session, frozenset(accepted))
        self._settling = True
        self._show_start()

        def settled(result: Prepared | WizardError) -> None:
            self._settling = False
            if isinstance(result, WizardError) and result.code is ExitCode.USAGE and text:
                self.query_one(Documents).refuse(text, f"{result.what} {result.why}")
            else:
                session.edits, session.accepted = edits, accepted
                self._settled(result, words)
            self._show_start()

        prepare = partial(session.flow.prepare, session.answers, None, edits, by)
        in_background(self, prepare, settled)

    def _settled(self, result: Prepared | WizardError, words: str) -> None:
        if isinstance(result, WizardError):
            self._prepared, self._trouble = None, result
            self._show()
            return
        self._prepared = result
        self.query_one(Documents).show(result)
        self.query_one(PlanView).show(result)
        self.query_one(ScriptView).show(result)
        self._show_summary(result)
        self.notify(words, markup=False)

    def _show_summary(self, prepared: Prepared) -> None:
        pane = self.query_one("#summary Reading", Reading)
        with self.app.batch_update():
            pane.remove_children()
            pane.mount_all(summary(prepared, self.session))

    def action_way_on(self) -> None:
        """The host that is open to the account, and everything checked with it."""
        take_way_on(self.session, self._prepared)
        self._prepare()

    def action_unedit(self) -> None:
        """The wizard's own documents again, and nothing accepted."""
        self.session.edits.clear()
        self.session.accepted.clear()
        self._prepare()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_start() if event.button.id == "start" else self.action_back()

    @on(Rail.Went)
    def _went(self, event: Rail.Went) -> None:
        event.stop()
        if event.topic != REVIEW:
            self.wizard.go(event.topic)

    def action_start(self) -> None:
        """Ask once, then begin."""
        prepared = self._prepared
        if prepared is None or self._blocked() or self._settling:
            self.app.bell()
            return
        text = promise(self.session, prepared.plan.region)
        warnings = [f"! {each.what}" for each in prepared.preflight.warnings]
        text = "\n\n".join([text, *warnings])
        answers = (Answer("no", "Not yet", "n"), Answer("yes", "Start", "s"))

        def done(answer: str | None) -> None:
            if answer == "yes":
                self.wizard.follow(apply_job(self.session.flow, prepared))

        self.app.push_screen(Dialog("Start?", text, answers, focus=1), done)

    def action_back(self) -> None:
        """To the last questions."""
        self.wizard.go(Group.ADVANCED.value if self.session.led else OVERVIEW)

    def action_topics(self) -> None:
        """Into the list on the left."""
        self.query_one(Rail).enter()

    def action_again(self) -> None:
        """The cause may be gone, or the sign-in renewed."""
        self.session.flow.sign_out()
        self._prepare()

    def action_tab(self, name: str) -> None:
        """To a tab, by its number, and into what it shows."""
        for tabs in self.query(TabbedContent):
            inner = tabs.query_one(f"#{name}").query("OptionList, Reading")
            # Before the pane with the focus is hidden: Textual gives it to a neighbor then. A pane
            # that has the focus would come back once more after another key, and take it along.
            with self.prevent(TabPane.Focused):
                self.set_focus(inner.first(Widget), scroll_visible=False)
            tabs.active = name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "start":
            return self._prepared is not None and not self._blocked() and not self._settling
        if action == "again":
            return not self.checking and self._doubtful
        if action == "way_on":
            return bool(instead(self.session, self._prepared))
        if action == "unedit":
            return self._trouble is not None and bool(self.session.edits or self.session.accepted)
        return True
