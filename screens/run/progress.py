"""While it runs: every step, every layer and every line, live. The screen is a fold over events.

What Ctrl-C may mean during a run.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Static

from screens.background import after_refresh, in_background, renewed
from screens.copying import copy
from screens.dialogs import Answer, Dialog
from screens.frame import Reading, WizardScreen
from screens.run.log_view import LogPane
from screens.run.progress_draw import StepTree, beyond, command_of, detail, link_of, overall
from wizard.base.errors import WizardError
from wizard.base.events import Event
from wizard.engine.apply import Outcome
from wizard.engine.flow import pace
from wizard.engine.job import End, Job, Verb, end
from wizard.ui.common.demo import LEAVING, handed_out
from wizard.ui.common.progress import MOVING, Progress, StepRow

GO_ON, STOP, DETACH = "on", "stop", "detach"


def _under_way(number: int) -> str:
    return "1 step is running." if number == 1 else f"{number} steps are running."


def stop_dialog(number: int, going: Sequence[str], *, demo: bool) -> Dialog:
    """Go on, stop, or leave it to AWS; `going` is what AWS would go on with.

    In the demo nothing goes on once the wizard has closed.
    """
    with_what = ", ".join(going) or "what it has started"
    text = (
        f"{_under_way(number)} What was created stays in your account, and a later run resumes "
        "from there.\n\n"
        "Stop: let running calls finish, start nothing new, then list what exists.\n"
        f"Leave: as above, then close. AWS finishes {with_what} on its own; your shell lists what "
        "exists and the command to resume."
    )
    if demo:
        text = (
            f"{_under_way(number)}\n\n"
            "Stop: let running calls finish, start nothing new, then list what exists.\n"
            f"Leave: close the wizard. {LEAVING}"
        )
    answers = (
        Answer(GO_ON, "Continue", "g"),
        Answer(STOP, "Stop after the running calls", "s"),
        Answer(DETACH, "End the demo" if demo else "Leave it to AWS", "l"),
    )
    return Dialog("Stop?", text, answers)


def stopping_dialog(number: int, *, demo: bool) -> Dialog:
    """It has been said already; one can still leave."""
    on = LEAVING if demo else "AWS finishes what it has started on its own."
    text = f"The run stops when the running calls have finished. {_under_way(number)} {on}"
    leave = Answer(DETACH, "End the demo" if demo else "Leave it to AWS", "l")
    answers = (Answer(GO_ON, "Wait for it", "w"), leave)
    return Dialog("Stopping", text, answers)


FRAME = 0.2
"""Seconds between two looks at what came in: bursts of events become one picture."""
SELDOM = 100_000
"""Searches for young garbage between two of everything: none within hours of a run."""
MOST_AT_ONCE = 2000
"""Events folded between two keys; the rest waits for the next look."""
COPIED = 2000
"""Lines of the log that are copied; terminals take no more at once."""


HELP = {
    Verb.APPLY: (
        "While it is running",
        "All steps of the plan, with their state and AWS's own status. Steps that do not depend on "
        "each other run side by side. Aurora takes the longest.\n\n"
        "↑ and ↓ select a step; Enter shows its purpose, AWS's messages, its page in the console "
        "and the command to do it by hand. Space folds the image's layers.\n\n"
        "In the log: / search, n/N next/previous match, f follow new lines.\n\n"
        "Ctrl-C or q asks whether to stop, or to leave the rest to AWS. What was created stays, "
        "and a later run resumes from there.",
    ),
    Verb.DESTROY: (
        "While it is being removed",
        "All steps of the plan in reverse, with their state and AWS's own status. The wizard waits "
        "until each resource is really gone; the database takes the longest.\n\n"
        "↑ and ↓ select a step; Enter shows its purpose and the command to do it by hand.\n\n"
        "Ctrl-C or q asks whether to stop. A later removal finds what remains and resumes from "
        "there.",
    ),
    Verb.ROTATE: (
        "While a password is being rotated",
        "The new password is kept beside the old one in the secret until it is verified; one of "
        "the two always works. If AWS rolls the deployment back, the old one "
        "stays.\n\n"
        "Ctrl-C or q asks whether to stop; rotating again continues with the same password.",
    ),
}
"""Title and text of the help, by what is done."""


class ProgressScreen(WizardScreen):
    """A job under way, whichever it is: a set-up, a removal, a rotation."""

    LEAVE = "Stop"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "log", "Log"),
        Binding("slash", "search", "Search", key_display="/"),
        Binding("n", "find(1)", "Next"),
        Binding("N", "find(-1)", show=False),
        Binding("f", "follow", "Follow"),
        Binding("v", "calls", "AWS calls"),
        Binding("c", "copy", "Copy"),
        Binding("o", "console", "Console", show=False),
        Binding("i", "sign_in", "Sign in"),
        Binding("ctrl+l", "look_again", "Refresh"),
        Binding("escape", "back", show=False),
        Binding("q", "stop", "Stop", show=False),
    ]

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.HELP_TITLE, self.HELP_TEXT = HELP[job.verb]
        self.job = job
        self._progress = Progress(job.plan, job.findings, taken_back=job.removes)
        self._events: deque[Event] = deque()
        self._stop = threading.Event()
        self._leaving = ""
        self._detached = False
        self._garbage = gc.get_threshold()
        self._heard = time.monotonic()
        self._shown: Content | None = None
        self._detail_size = (0, 0)
        self._over_all: Content | None = None

    def compose_body(self) -> ComposeResult:
        """How far, the steps, the chosen one, the log."""
        yield Static(id="overall")
        with Vertical(id="running"):
            with Horizontal(id="upper"):
                yield StepTree(self._progress, id="steps")
                with Reading(id="details"):
                    yield Static(id="detail")
            yield LogPane(id="logpane")

    def on_mount(self) -> None:
        """Begin. Searching a long log for garbage takes longer than a key may wait."""
        self._garbage = gc.get_threshold()
        gc.set_threshold(*self._garbage[:2], SELDOM)
        self._tree.border_title = "Steps"
        self.query_one("#details").border_title = "Details"
        self._tree.focus()
        self.set_interval(FRAME, self._frame)
        in_background(self, self._work, self._over)
        self._draw()

    def _work(self) -> End:
        """The job itself, in a thread of its own; of a follow-up no step has a row."""

        def put_back(due: Job) -> Outcome:
            self._leaving = "restoring the old host"
            return due.work(lambda _: None, self._stop)

        outcome = self.job.work(self._events.append, self._stop)
        return end(self.job, outcome, put_back)

    def _command(self, row: StepRow) -> str:
        """What a person would type to do the step, or to take it back."""
        if self.job.by_hand:
            text = self.job.by_hand(row.plan_step)
        else:
            text = command_of(self._progress, row, self.job.answers.profile)
        return handed_out(text, demo=self.job.demo)

    @property
    def _tree(self) -> StepTree:
        return self.query_one(StepTree)

    @property
    def _pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def _row(self) -> StepRow:
        return self._progress.rows[self._tree.step]

    @property
    def _now(self) -> float:
        return self._progress.latest + (time.monotonic() - self._heard) / pace()

    def _frame(self) -> None:
        if self._events:
            self._heard = time.monotonic()
        signed_out = self._progress.signed_out
        self._take(MOST_AT_ONCE)
        self._draw()
        if self._progress.signed_out != signed_out:
            self.refresh_bindings()

    def _take(self, most: int) -> None:
        for _ in range(min(most, len(self._events))):
            self._progress.take(self._events.popleft())

    def _draw(self) -> None:
        try:
            above = self.query_one("#overall", Static)
            line = overall(self._progress, self._now, self._leaving, above.size.width or 1000)
            if line != self._over_all:
                self._over_all = line
                above.update(line, layout=False)
            self._tree.draw(self._now, follow=self._pane.view.following)
            self._draw_detail()
            self._pane.add(self._progress.new_lines())
        except NoMatches:
            return  # the screen is going away

    def _draw_detail(self) -> None:
        pane = self.query_one("#details")
        if not pane.display:
            return
        width = max(20, pane.scrollable_content_region.width)
        profile = self.job.answers.profile
        by_hand, demo = self._command(self._row), self.job.demo
        outside = beyond(self._progress, self._row, profile, by_hand, demo=demo)
        shown = detail(self._progress, self._row, self._now, width, outside)
        if shown != self._shown:
            size = width, shown.get_height({}, width)
            self.query_one("#detail", Static).update(shown, layout=size != self._detail_size)
            self._shown, self._detail_size = shown, size

    def _over(self, ended: End | WizardError) -> None:
        self._take(len(self._events))
        self._draw()
        while self.app.screen is not self:  # a dialog or the help lies over it
            self.app.pop_screen()
        notes = {row.step: row.note for row in self._progress.rows.values()}
        if isinstance(ended, WizardError):
            self.wizard.refused(self.job, ended)
        elif self._detached:
            self.wizard.exit(ended)
        else:
            self.wizard.finish(ended, notes)

    def on_unmount(self) -> None:
        """However the screen went away, no step waits on."""
        gc.set_threshold(*self._garbage)
        self._stop.set()

    @on(StepTree.Chosen)
    def _chosen(self, event: StepTree.Chosen) -> None:
        event.stop()
        self.query_one("#details").scroll_to(y=0, animate=False)
        self._draw()

    @on(StepTree.Opened)
    def _opened(self, event: StepTree.Opened) -> None:
        event.stop()
        self.action_details()

    def action_details(self) -> None:
        """More about the step under the cursor, in the log's place where there is little room."""
        self.set_class(True, "-details")
        self.query_one("#details").focus()
        after_refresh(self, self._draw)

    def action_log(self) -> None:
        """The log."""
        self.set_class(False, "-details")
        self._pane.view.focus()

    def action_back(self) -> None:
        """Out of a search; otherwise to the steps."""
        if self._pane.searching:
            self._pane.end_search()
            return
        self.set_class(False, "-details")
        self._tree.focus()

    def action_search(self) -> None:
        """Look for something in the log."""
        self.set_class(False, "-details")
        self._pane.begin_search()
        self.refresh_bindings()

    def action_find(self, step: int) -> None:
        """To the next finding, or the one before."""
        if not self._pane.view.find(step):
            self.app.bell()

    def action_follow(self) -> None:
        """Keep what moves in sight, or stay where one scrolled."""
        view = self._pane.view
        view.follow(not view.following)
        if view.following:
            self._tree.held = False

    def action_calls(self) -> None:
        """Show AWS calls in the log, or hide them."""
        view = self._pane.view
        view.show_calls(not view.calls)
        view.border_title = "Log, with every call to AWS" if view.calls else "Log"

    def action_copy(self) -> None:
        """The log where it has the focus, otherwise the command that does the step by hand."""
        if self.focused is self._pane.view:
            copy(self.app, self._pane.view.lines.text(COPIED), "The log")
            return
        copy(self.app, self._command(self._row), f"The command for “{self._row.title}”")

    def action_console(self) -> None:
        """The step's page in the AWS console."""
        link = link_of(self._progress, self._row)
        if self.job.demo:
            self.notify("The AWS console does not show the demo's account.")
            return
        if not link:
            self.notify("The AWS console has no page for this step.")
            return
        copy(self.app, link, "The address of its page")
        self.app.open_url(link)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "find":
            return bool(self.is_mounted and self._pane.view.lines.needle)
        return self._progress.signed_out or action not in {"sign_in", "look_again"}

    def action_sign_in(self) -> None:
        """By AWS's own command; then the run goes on."""
        renewed(self.app, self.session.place[0])
        self.action_look_again()

    def action_look_again(self) -> None:
        """Somebody has signed in elsewhere: read the credentials now."""
        self.session.flow.look_again()

    def leave(self) -> None:
        """Ctrl-C asks."""
        self.action_stop()

    def action_stop(self) -> None:
        """Ask what Ctrl-C should mean."""
        number = self._progress.count(MOVING)
        if self._stop.is_set():
            stopping = stopping_dialog(number, demo=self.job.demo)
            self.app.push_screen(stopping, self._answered)
            return
        going = self.job.going(self._progress.states)
        self.app.push_screen(stop_dialog(number, going, demo=self.job.demo), self._answered)

    def _answered(self, answer: str | None) -> None:
        leaving = "ending the demo" if self.job.demo else "leaving the rest to AWS"
        words = {STOP: "stopping after the running calls", DETACH: leaving}
        if answer in words:
            self._detached = self._detached or answer == DETACH
            self._leaving = words[answer]
            self._stop.set()
            self._draw()
