"""All steps of a run by section, with a cursor; a failure stays open below its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.background import after_refresh
from screens.run.progress_draw import layer_line, step_line
from screens.words import MUTED, cursor
from wizard.base.events import StepState
from wizard.ui.common.progress import MOVING, Progress, StepRow

CURSOR = "on $block-cursor-blurred-background"
CURSOR_FOCUSED = "on $block-cursor-background 22%"


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line, and the step it belongs to; headings belong to none."""

    content: Content
    step: str = ""
    head: bool = False


def tree(progress: Progress, now: float, width: int, *, layers: bool) -> list[TreeLine]:
    """Sections, steps, and what is open below them."""
    longest = max((len(row.title) for row in progress.rows.values()), default=0)
    lines: list[TreeLine] = []
    for section, rows in progress.sections():
        head = section.noun if progress.taken_back else section.value
        lines.append(TreeLine(Content.styled(head, f"bold {MUTED}")))
        for row in rows:
            drawn = step_line(progress, row, now, width, longest)
            lines.append(TreeLine(drawn, row.step, head=True))
            lines += [TreeLine(each, row.step) for each in _below(progress, row, width, layers)]
    return lines


def _below(progress: Progress, row: StepRow, width: int, layers: bool) -> list[Content]:
    if row.state is StepState.FAILED:
        words = Content.styled(f"{row.note} {row.why}".strip(), "$text-error")
        return [Content("    ") + each for each in words.wrap(max(20, width - 5))]
    if row.step == "image" and layers and row.state in MOVING:
        return [Content("    ") + layer_line(each, width - 4) for each in progress.layers_shown]
    return []


class StepTree(VerticalScroll, can_focus=True):
    """The tree."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", show=False),
        Binding("down,j", "cursor(1)", show=False),
        Binding("home,g", "cursor(-1000)", show=False),
        Binding("end,G", "cursor(1000)", show=False),
        Binding("enter", "choose", "Details"),
        Binding("space", "fold", "Layers", show=False),
    ]

    class Chosen(Message):
        """The cursor stands on another step."""

    class Opened(Message):
        """Enter: the person wants to know more about the step."""

    def __init__(self, progress: Progress, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._progress = progress
        self._ids = list(progress.rows)
        self.step = self._ids[0] if self._ids else ""
        self.held = False
        """Whether the person put the cursor somewhere; until then it goes with what moves."""
        self.unfolded = False
        self._lines: list[TreeLine] = []
        self._failed: set[str] = set()
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="tree")

    def draw(self, now: float, *, follow: bool) -> None:
        """Bring it in line with the fold."""
        width = max(30, self.scrollable_content_region.width)
        if follow:
            self._float()
        lines = tree(self._progress, now, width, layers=self.unfolded)
        picture = (*(line.content for line in lines), self.step, self.has_focus)
        if picture == self._drawn:
            return
        same = len(self._lines) == len(lines) and bool(self._drawn)
        moved = bool(self._drawn) and self._drawn[-2] != self.step
        self._lines, self._drawn = lines, picture
        style = cursor(self.app, CURSOR_FOCUSED if self.has_focus else CURSOR)
        shown = [
            line.content.stylize(style) if line.head and line.step == self.step else line.content
            for line in lines
        ]
        self.query_one("#tree", Static).update(Content("\n").join(shown), layout=not same)
        if moved or not same:
            after_refresh(self, self._in_sight)

    def _float(self) -> None:
        """A step that has just failed takes the cursor; otherwise the first that moves."""
        rows = self._progress.rows.values()
        failed = {row.step for row in rows if row.state is StepState.FAILED}
        fresh = [step for step in self._ids if step in failed - self._failed]
        self._failed = failed
        if fresh:
            self._choose(fresh[0])
            self.held = True
        elif not self.held:
            moving = next((row.step for row in rows if row.state in MOVING), None)
            if moving:
                self._choose(moving)

    def _choose(self, step: str) -> None:
        if step != self.step:
            self.step = step
            self.post_message(self.Chosen())

    def _in_sight(self) -> None:
        rows = [at for at, line in enumerate(self._lines) if line.step == self.step]
        if not rows:
            return
        top, height = int(self.scroll_y), self.scrollable_content_region.height
        first, last = max(0, rows[0] - 1), min(rows[-1], rows[0] + height - 2)
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif last >= top + height - 1:
            self.scroll_to(y=last - height + 2, animate=False)

    def action_cursor(self, by: int) -> None:
        """Up and down, from step to step."""
        place = self._ids.index(self.step) + by
        self.held = True
        self._choose(self._ids[max(0, min(len(self._ids) - 1, place))])
        after_refresh(self, self._in_sight)

    def action_choose(self) -> None:
        """Tell more about the step."""
        self.post_message(self.Opened())

    def action_fold(self) -> None:
        """Show the image's layers below it, or hide them."""
        self.unfolded = not self.unfolded

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there."""
        offset = event.get_content_offset(self)
        row = (offset.y if offset else -1) + int(self.scroll_y)
        if 0 <= row < len(self._lines) and self._lines[row].step:
            self.held = True
            self._choose(self._lines[row].step)
