"""While it runs: every step, every layer and every line, live. The screen is a fold over events."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import RichLog, Static

from screens.background import in_background
from screens.dialogs import Answer, Dialog
from screens.ended import Ended
from screens.frame import Reading, WizardScreen
from screens.progress_draw import layer_lines, layer_sum, log_line, overall, step_table
from screens.progress_model import MOVING, Progress
from screens.review import ReviewScreen
from wizard.errors import WizardError
from wizard.events import Event
from wizard.flow import PACE_VARIABLE, Prepared
from wizard.readings.apply import Outcome

FRAME = 0.1
"""Seconds between two looks at what came in: bursts of events become one picture."""
MOST_LAYERS, LEAST_LAYERS = 10, 2
"""Lines for layers on a wide screen and on a narrow one."""


class ProgressScreen(WizardScreen):
    """The run."""

    LEAVE = "Stop"
    HELP_TITLE = "While it runs"
    HELP_TEXT = (
        "Every step of the plan, with its state and AWS's own word for it. What does not depend on "
        "each other runs side by side. Aurora takes longest, usually 6 to 10 minutes.\n\n"
        "Ctrl-C or q asks whether to stop. Stopping lets the calls under way end; whatever was "
        "made stays, and a later run finds it and goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "stop", "Stop", show=False),
        Binding("f", "follow", "Follow"),
        Binding("c", "calls", "Calls in the log"),
    ]

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self._prepared = prepared
        self._progress = Progress(prepared.plan)
        self._events: deque[Event] = deque()
        self._stop = threading.Event()
        self._follow = True
        self._calls = False
        self._drawn = 0
        self._heard = time.monotonic()
        self._ended: Ended | None = None

    def compose_body(self) -> ComposeResult:
        """How far, the steps, the image's layers, the log."""
        yield Static(id="overall")
        with Horizontal(id="running"):
            with Reading(id="steps"):
                yield Static(id="table")
            with Vertical(id="beside"):
                yield Static(id="layers")
                yield RichLog(id="log", wrap=True, markup=False, max_lines=2000, min_width=1)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#steps").border_title = "Steps"
        self.query_one("#log").border_title = "Log"
        self.query_one("#layers").border_title = "Image"
        self.query_one("#steps").focus()
        self.set_interval(FRAME, self._frame)
        flow, prepared, stop = self.session.flow, self._prepared, self._stop
        in_background(self, lambda: flow.run(prepared, self._events.append, stop), self._over)
        self._draw()

    def on_resize(self) -> None:
        """Write the log anew, in lines that fit."""
        self.call_after_refresh(self._write_log_anew)

    def _write_log_anew(self) -> None:
        self._drawn = 0
        self.query_one(RichLog).clear()
        self._draw_log()

    @property
    def _now(self) -> float:
        return self._progress.latest + (time.monotonic() - self._heard) / _pace()

    def _frame(self) -> None:
        if self._events:
            self._heard = time.monotonic()
        while self._events:
            self._progress.take(self._events.popleft())
        self._draw()

    def _draw(self) -> None:
        now = self._now
        stopping = self._stop.is_set()
        self.query_one("#overall", Static).update(overall(self._progress, now, stopping))
        table = self.query_one("#table", Static)
        width = max(30, self.query_one("#steps").scrollable_content_region.width)
        picture, moving = step_table(self._progress, now, width)
        table.update(picture)
        if self._follow and moving is not None:
            steps = self.query_one("#steps", Reading)
            steps.scroll_to(y=max(0, moving - 2), animate=False)
        self._draw_layers()
        self._draw_log()

    def _draw_layers(self) -> None:
        pane = self.query_one("#layers", Static)
        pane.display = bool(self._progress.layers_shown)
        if pane.display:
            most = MOST_LAYERS if self.has_class("-wide") else LEAST_LAYERS
            width = pane.scrollable_content_region.width
            pane.update(layer_lines(self._progress, width, most))
            pane.border_subtitle = layer_sum(self._progress)

    def _draw_log(self) -> None:
        new = self._progress.lines - self._drawn
        if new <= 0:
            return
        log = self.query_one(RichLog)
        for line in list(self._progress.log)[-new:]:
            if self._calls or line.kind != "call":
                log.write(log_line(line))
        self._drawn = self._progress.lines

    def _over(self, outcome: Outcome | WizardError) -> None:
        self._frame()
        notes = {row.step: row.note for row in self._progress.rows.values()}
        if isinstance(outcome, WizardError):
            self.wizard.switch_screen(ReviewScreen(trouble=outcome))
            return
        self._ended = Ended(self._prepared, outcome)
        while self.app.screen is not self:  # a dialog or the help lies over it
            self.app.pop_screen()
        self.wizard.finish(self._ended, notes)

    def on_unmount(self) -> None:
        """However the screen went away, no step waits on."""
        self._stop.set()

    def action_follow(self) -> None:
        """Keep what moves in sight, or stay where one scrolled."""
        self._follow = not self._follow
        self.notify("Following what moves." if self._follow else "Staying where you scroll.")

    def action_calls(self) -> None:
        """Show AWS calls in the log, or hide them."""
        self._calls = not self._calls
        self._write_log_anew()

    def action_stop(self) -> None:
        """Ask what Ctrl-C should mean."""
        number = self._progress.count(MOVING)
        running = "1 step is under way" if number == 1 else f"{number} steps are under way"
        if self._stop.is_set():
            text = (
                f"It stops as soon as the calls under way have ended; {running}. AWS goes on by "
                "itself with what was ordered."
            )
            self.app.push_screen(Dialog("Stopping", text, [Answer("on", "Wait for it", "w")]))
            return
        text = (
            "What was made stays in your account. A later run finds it and goes on from here.\n"
            f"{running[0].upper()}{running[1:]}."
        )
        answers = (Answer("on", "Go on", "g"), Answer("stop", "Stop after the running calls", "s"))

        def done(answer: str | None) -> None:
            if answer == "stop":
                self._stop.set()
                self._draw()

        self.app.push_screen(Dialog("Stop?", text, answers), done)


def _pace() -> float:
    try:
        return max(float(os.environ.get(PACE_VARIABLE, "1")), 1e-4)
    except ValueError:
        return 1.0
