"""The full-screen wizard: which screen comes when, and what they share.

The app is also the last net below every widget: no letter that reaches the terminal steers it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.app import App
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter
from textual.screen import ModalScreen
from textual.theme import Theme
from textual.timer import Timer

from screens.answers.summary import SummaryScreen
from screens.background import Lookout, in_background
from screens.copying import copy
from screens.dialogs import Answer, Dialog, ask_code
from screens.frame import OVERVIEW, REVIEW, WizardScreen
from screens.palette import Commands
from screens.themes import THEMES, worn
from wizard.answers.questions import Detected, Group
from wizard.base.errors import WizardError
from wizard.engine.flow import Flow, Identity
from wizard.local.mfa import asked_by
from wizard.local.profiles import Profile, profiles
from wizard.ui.common.deployments import choose, forget
from wizard.ui.common.overview import leaving_words
from wizard.ui.common.session import Draft, Session, forget_failures

if TYPE_CHECKING:
    from screens.answers.group import GroupScreen
    from wizard.answers.model import Answers
    from wizard.engine.destroy import Leaving
    from wizard.engine.job import End, Job
    from wizard.engine.status.data import Report
    from wizard.plan.inputs import Choices


HALF = range(0xD800, 0xE000)
TURNING = (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
DROPPED = dict.fromkeys((*range(32), *range(127, 160), *TURNING))
HARMLESS = DROPPED | dict.fromkeys(HALF, "\N{REPLACEMENT CHARACTER}")
"""None of those that are dropped takes a cell, so every line keeps its width."""


class Harmless(LineFilter):
    """Drops control characters and what turns the direction of writing, wherever they came from.

    `wizard.base.text.clean` takes whole sequences out of texts that are known to come from
    elsewhere; this is for those that nobody thought of.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line as it may be written."""
        return [
            segment
            if segment.text.isprintable()
            else Segment(segment.text.translate(HARMLESS), segment.style, segment.control)
            for segment in segments
        ]


# The screens are loaded after the first picture, at the latest when one goes to them.

DEBOUNCE = 0.4
"""Seconds without a key before AWS is asked about what was typed."""
FIRST_LOOK = 0.05
"""Seconds after the first paint; loading boto3 must not delay it."""
AHEAD = (
    "screens.answers.pages",
    "screens.review.screen",
    "screens.run.progress",
    "screens.run.result",
)
"""Modules of the screens that a person goes to; loaded after the first picture."""


class WizardApp(App["End | None"]):
    """formae-wizard in full screen. `run()` gives the last run, or None when there was none."""

    CSS = (files("assets") / "wizard.tcss").read_text("utf-8")
    TITLE = "formae-wizard"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (72, "-narrow"), (100, "-wide")]  # noqa: RUF012 - so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-usual")]  # noqa: RUF012 - Textual's own way
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", "Quit", priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+o", "command_palette", show=False, priority=True),
    ]
    COMMANDS = {Commands}  # noqa: RUF012 - Textual's own way

    ended: End | None = None
    """What took place last."""

    def __init__(
        self,
        flow: Flow,
        draft: Draft,
        detected_for: Callable[[str], Detected],
    ) -> None:
        if not os.environ.get("NO_COLOR"):
            os.environ.pop("NO_COLOR", None)  # Textual takes one that is empty as set
        theme, wrong = worn()
        self.set_reactive(App.theme, theme.name)  # a change of it would parse all styles once more
        super().__init__()
        if not os.environ.get("TEXTUAL_ANIMATIONS"):
            # A scroll that the next key cuts off would stop between two rows.
            self.animation_level = "none"
        if wrong:
            self.notify(wrong, severity="warning", markup=False)
        self.session = Session(flow, draft)
        self.mistake: BaseException | None = None
        self.lookout = Lookout(self, self.session)
        self._detected_for = detected_for
        self._asked = 0
        self._listed = False  # whether one came by the list of deployments
        self._then: Callable[[], None] | None = None
        self._timer: Timer | None = None
        self._harmless = Harmless()

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours, and no others, by their names."""
        return {each.name: each for each in THEMES.values()}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and ours at the end."""
        return [*super().get_line_filters(), self._harmless]

    def run(self, *args: Any, **kwargs: Any) -> End | None:
        """Run until the person leaves. What nobody foresaw is raised here, for the command."""
        with asked_by(partial(ask_code, self)):
            ended = super().run(*args, **kwargs)
        if self.mistake:
            raise self.mistake
        return ended

    def _fatal_error(self) -> None:
        # Textual would print every local variable, a typed password among them.
        self.mistake = sys.exc_info()[1]
        self.panic()

    def get_default_screen(self) -> SummaryScreen:
        """The first page, instead of an empty screen below it that would be styled and laid out."""
        first = SummaryScreen()
        # `switch_screen` takes one from the screen it replaces, which a first one would not have.
        first._push_result_callback(self, None)
        return first

    def on_mount(self) -> None:
        """The machine and AWS are asked after the first paint."""
        self.call_after_refresh(self.set_timer, FIRST_LOOK, self._begin)

    def _begin(self) -> None:
        from screens.answers.earlier import offer

        gc.enable()
        self._look()
        in_background(self, _load, lambda _: None)
        offer(self)

    # -- who is signed in

    def look(self, *, soon: bool) -> None:
        """Find out anew what the profile and the region lead to.

        `soon` is for trying again: the credentials may have been renewed meanwhile.
        """
        if soon:
            self.session.flow.sign_out()
            forget_failures(self.session)
        self._asked += 1
        self.session.signed_in = None
        self.session.recollect()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(0.01 if soon else DEBOUNCE, self._look)

    def _look(self) -> None:
        self._asked += 1
        asked = self._asked
        profile = self.session.place[0]
        in_background(
            self,
            lambda: (self._detected_for(profile), profiles()),
            lambda found: self._detected(asked, found),
        )

    def _detected(self, asked: int, found: tuple[Detected, list[Profile]] | WizardError) -> None:
        if asked != self._asked:
            return
        session = self.session
        session.detected, session.profiles = (
            (Detected(), []) if isinstance(found, WizardError) else found
        )
        session.recollect()
        self.show_session()
        profile, region = session.place
        if session.collected.problem("region"):
            return
        in_background(
            self,
            lambda: session.flow.sign_in(profile, region),
            lambda who: self._signed_in(asked, who),
        )

    def _signed_in(self, asked: int, who: Identity | WizardError) -> None:
        if asked != self._asked:
            return
        self.session.sign_in(who)
        self.show_session()
        then, self._then = self._then, None
        if then:
            then()

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Do something once AWS has said who is signed in, or that nobody is."""
        if self.session.signed_in is None:
            self._then = then
        else:
            then()

    def show_session(self) -> None:
        """Bring every screen in line with the session."""
        self.lookout.tend()
        for screen in self.screen_stack:
            if isinstance(screen, WizardScreen) and screen.composed:
                screen.show_session()

    # -- from screen to screen

    def go(self, topic: str, key: str = "") -> None:
        """To a topic of the rail; to one of its fields, where its key is given."""
        if topic == OVERVIEW:
            self._listed = False
        match topic:
            case _ if topic == REVIEW:
                from screens.review.screen import ReviewScreen

                self.switch_screen(ReviewScreen())
            case _ if topic == OVERVIEW:
                self.switch_screen(SummaryScreen(key))
            case _:
                screen = _screen(Group(topic))
                screen.start_at = key
                self.switch_screen(screen)

    def follow(self, job: Job) -> None:
        """Begin what was shown and agreed to."""
        from screens.run.progress import ProgressScreen

        self.switch_screen(ProgressScreen(job))

    def refused(self, job: Job, problem: WizardError) -> None:
        """A job could not even begin."""
        from screens.answers.earlier import offer_take_over
        from screens.deployments.removal import RemovalScreen
        from screens.deployments.status import tell_end
        from screens.review.screen import ReviewScreen

        match job.verb:
            case "apply":
                # asked there, not from here: the answer would go to a screen that is gone
                self.call_later(offer_take_over, self, problem)
                self.switch_screen(ReviewScreen(trouble=problem))
            case "destroy":
                self.notify(str(problem), severity="error", timeout=30, markup=False)
                self.switch_screen(RemovalScreen(job.answers))
            case _:
                tell_end(self, problem)

    def finish(self, ended: End, notes: dict[str, str]) -> None:
        """A job has ended; `notes` are the last ones of its steps, by their ids."""
        from screens.deployments.removal import GoneScreen
        from screens.deployments.status import tell_end
        from screens.run.result import ResultScreen

        self.ended = ended
        forget(self.session)
        match ended.job.verb:
            case "apply":
                self.switch_screen(ResultScreen(ended, notes))
            case "destroy":
                self.switch_screen(GoneScreen(ended))
            case _:
                tell_end(self, ended)

    def try_again(self) -> None:
        """Check anew, then run again: what is there is found, so this goes on from there."""
        from screens.review.screen import ReviewScreen

        self.session.flow.sign_out()
        self.switch_screen(ReviewScreen(start=True))

    # -- deployments that are there

    def reports(self, place: Answers, **wanted: Any) -> Report:
        """How what is deployed is; blocks, by read calls only."""
        from wizard.engine.status.look import Looker
        from wizard.engine.status.report import report

        return report(Looker(demo=self.session.demo), place, **wanted)

    def spent(self, place: Answers, known: Report) -> Report:
        """The report with what AWS has counted this month; blocks, and costs $0.01."""
        from wizard.engine.status.look import Looker
        from wizard.engine.status.report import with_spent

        return with_spent(Looker(), place, known)

    def leaving(self, place: Answers, choices: Choices) -> Leaving:
        """What would go of it; blocks."""
        from wizard.engine.destroy import teardown

        return teardown.leaving(self.session.flow, place, choices)

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

    def back(self) -> None:
        """From a deployment to the list it was chosen from, otherwise to the first page."""
        self.list_deployments() if self._listed else self.go(OVERVIEW)

    def home(self) -> None:
        """To the first page; what is deployed is asked anew."""
        self._listed = False
        forget(self.session)
        self.go(OVERVIEW)
        self.show_session()

    # -- leaving

    def action_leave(self) -> None:
        """Ask before leaving; a run in progress asks in its own way."""
        selected = self.screen.get_selected_text()
        if selected:
            copy(self, selected, "What was marked")
            self.screen.clear_selection()
        elif isinstance(self.screen, Dialog):
            self.screen.action_first()
        elif isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)
        elif isinstance(self.screen, WizardScreen):
            self.screen.leave()

    async def action_quit(self) -> None:
        """Textual's own way out is ours."""
        self.action_leave()

    def ask_to_leave(self) -> None:
        """Ask; what was answered is lost with the program."""
        text = leaving_words(self.session, self.ended.job.verb if self.ended else None)
        answers = (Answer("stay", "Stay", "s"), Answer("leave", "Quit", "l"))

        def done(answer: str | None) -> None:
            if answer == "leave":
                self.exit(self.ended)

        self.push_screen(Dialog("Quit the wizard?", text, answers), done)


def _load() -> None:
    """Import the modules of AHEAD, so that no key has to wait for one."""
    for name in AHEAD:
        import_module(name)


def _screen(group: Group) -> GroupScreen:
    from screens.answers.group import GroupScreen
    from screens.answers.pages import AccountScreen, DatabaseScreen, ProtectionScreen, SizingScreen

    match group:
        case Group.ACCOUNT:
            return AccountScreen()
        case Group.SIZING:
            return SizingScreen()
        case Group.DATABASE:
            return DatabaseScreen()
        case Group.PROTECTION:
            return ProtectionScreen()
        case _:
            return GroupScreen(group)
