"""A run drawn as text of a given width: the whole, its steps by section, and all about one step.

A failure stays open below its step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from screens.words import MUTED, clock, cursor, in_a_line
from wizard.base.events import FOUND, GONE, StepState
from wizard.base.text import clean
from wizard.engine.explain import Pace, console_link, equivalent, usual, watch
from wizard.ui.common.progress import GOOD, LAYER_ENDS, MOVING, Layer, Progress, StepRow

BAR = 12

NOTABLE = 60
"""Seconds from which on it is worth saying how long something usually takes."""

GLYPHS = {
    StepState.WAITING: "·",
    StepState.LOOKING: "◐",
    StepState.WORKING: "◐",
    StepState.WAITING_ON_AWS: "◐",
    StepState.RETRYING: "↻",
    StepState.KEPT: "=",
    StepState.CHANGED: "~",
    StepState.DONE: "✓",
    StepState.FAILED: "✗",
    StepState.SKIPPED: "⊘",
}
STYLES = {
    StepState.WAITING: MUTED,
    StepState.LOOKING: "$text-accent",
    StepState.WORKING: "$text-accent",
    StepState.WAITING_ON_AWS: "$text-accent",
    StepState.RETRYING: "$text-warning",
    StepState.FAILED: "bold $text-error",
    StepState.SKIPPED: MUTED,
}
"""Brightness for what is done, colour only for what moves or is wrong."""

FAILED = frozenset({StepState.FAILED})

FULL, EMPTY = "█", "░"


def overall(progress: Progress, now: float, leaving: str = "", width: int = 1000) -> Content:
    """█████░░░░░ 12 of 22 done · 3 working · 03:12 · 4 to 9 min left · 1 failed.

    What went wrong and what is asked of the person stay where there is no room for all.
    """
    done, number = progress.count(GOOD), len(progress.rows)
    failed = progress.count(FAILED)
    counted = f"{done} of {number} done"
    left = "" if failed else left_words(*progress.left(now))
    if progress.signed_out and not leaving:
        leaving = "the sign-in has ended: i signs in"
    parts = {
        "done": Content.assemble(
            (bar(done / number if number else 1.0), "$text-accent"), f" {counted}"
        ),
        "working": Content(f"{progress.count(MOVING)} working"),
        "elapsed": Content.styled(clock(progress.elapsed(now)), "bold"),
        "left": Content(left),
        "failed": Content.styled(f"{failed} failed" if failed else "", "bold $text-error"),
        "leaving": Content.styled(leaving, "bold $text-warning"),
    }
    shorter = [
        ("done", Content(counted)),
        ("working", Content("")),
        ("left", Content("")),
        ("elapsed", Content("")),
    ]
    return in_a_line(parts, shorter, width)


def bar(share: float, width: int = BAR) -> str:
    """A share as a bar."""
    full = round(max(0.0, min(1.0, share)) * width)
    return FULL * full + EMPTY * (width - full)


def left_words(low: float, high: float) -> str:
    """How long the rest takes, as a range in words; empty at the end."""
    if high < 1:
        return ""
    if high < 90:
        return f"up to {round(high)} s left"
    first, last = round(low / 60), -(-round(high) // 60)
    return f"{first} to {last} min left" if 0 < first < last else f"up to {last} min left"


def step_line(progress: Progress, row: StepRow, now: float, width: int, longest: int) -> Content:
    """One step in one line: glyph, title, state, AWS's word, time."""
    seconds = row.seconds(now)
    time = clock(seconds) if seconds is not None and row.state is not StepState.SKIPPED else ""
    style = STYLES.get(row.state, "")
    title_width = max(1, min(longest, width // 2))
    title = cut(row.title, title_width).ljust(title_width)
    room = max(0, width - title_width - 4 - 7)
    slow = row.pace(now)
    if slow is not Pace.USUAL:
        style = "$text-warning"
    shown = cut(state_words(progress, row, now, room), room).ljust(room)
    return Content.assemble(
        (f"{GLYPHS[row.state]} ", style),
        (title, MUTED if row.state is StepState.WAITING else ""),
        "  ",
        (shown, style),
        (f"{time:>6} ", MUTED),
    )


def state_words(progress: Progress, row: StepRow, now: float, room: int = 1000) -> str:
    """The state in words, as many as there is room for."""
    words = row.note if row.state is StepState.DONE and row.note in GONE else row.state.value
    if row.state is StepState.KEPT and row.plan_step.only_looks:
        words = FOUND
    details = _details(progress, row)
    match row.state:
        case StepState.WAITING if details:
            words = f"waiting on {details}"
        case StepState.RETRYING if row.again_at is not None:
            words = f"retrying in {max(0, round(row.again_at - now))} s"
            reason = row.note.partition(": ")[2]
            words += f": {reason}" if reason else ""
        case _ if details:
            words += f": {details}"
        case _:
            pass
    slow = row.pace(now)
    more = usual(row.plan_step) if row.plan_step.usual[1] >= NOTABLE else ""
    if slow is not Pace.USUAL:
        words, more = f"{slow.value} · {words}", ""
    if row.state in MOVING and more and len(words) + len(more) + 3 <= room:
        words += f" · {more}"
    return words


def _details(progress: Progress, row: StepRow) -> str:
    match row.state:
        case StepState.WAITING:
            return ", ".join(progress.waits_on(row))
        case StepState.WORKING if row.step == "image" and progress.layers_shown:
            return layer_sum(progress)
        case StepState.WORKING:
            return row.note or row.status
        case state:
            return row.status if state in MOVING else ""


def cut(text: str, width: int) -> str:
    """A text that fits."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def layer_sum(progress: Progress) -> str:
    """How many layers have arrived, and how much of all."""
    layers = progress.layers_shown
    there = sum(each.phase in LAYER_ENDS for each in layers)
    total = sum(each.total for each in layers)
    done = sum(each.total * (each.share or 0.0) for each in layers)
    share = f"{bar(done / total, 8)} " if total else ""
    return f"{share}{there} of {len(layers)} layers"


def layer_line(layer: Layer, width: int) -> Content:
    """One layer with its bar."""
    share = layer.share
    size = f"{layer.total / 1e6:7.1f} MB" if layer.total else " " * 10
    name = layer.name[:12].ljust(12)
    if share is None:
        return Content.assemble((name, MUTED), f"  {layer.phase}")
    text = f"  {layer.phase:<13}{bar(share)} {share:4.0%}"
    if width >= len(name) + len(text) + len(size):
        text += size
    return Content.assemble((name, MUTED), text)


WORDS_SHOWN = 15


def detail(
    progress: Progress, row: StepRow, now: float, width: int, beyond: Iterable[Content] = ()
) -> Content:
    """The step under the cursor; `beyond` is how to do it, or to look at it, outside the wizard."""
    seconds = row.seconds(now)
    times = [clock(seconds)] if seconds is not None else []
    times.append(usual(row.plan_step))
    style = STYLES.get(row.state, "")
    blocks = [
        Content.assemble(
            (f"{GLYPHS[row.state]} {row.title}\n", "bold"),
            (state_words(progress, row, now, room=0), style),
            (f"\n{' · '.join(times)}\n", MUTED),
            row.plan_step.why,
        )
    ]
    if row.why:
        blocks.append(Content.styled(f"{row.note}\n{row.why}", "$text-error"))
    if row.step == "image" and progress.layers_shown:
        layers = [layer_line(each, width) for each in progress.layers_shown]
        blocks.append(Content("\n").join(layers))
    if row.words:
        lines = list(row.words)[-WORDS_SHOWN:]
        blocks.append(_block("AWS's messages", "\n".join(lines)))
    return Content("\n\n").join([*blocks, *beyond])


def beyond(
    progress: Progress, row: StepRow, profile: str, by_hand: str = "", *, demo: bool = False
) -> Iterator[Content]:
    """The command that does the step, or `by_hand`; what asks AWS about it, and its page there.

    What the `demo` makes cannot be looked at by AWS's own means.
    """
    by_hand = by_hand or command_of(progress, row, profile)
    yield _block("Do it by hand", by_hand, MUTED)
    if demo:
        return
    ask = watch(row.plan_step, progress.plan, progress.outputs, profile)
    if ask:
        yield _block("Check its progress in AWS", clean(ask), MUTED)
    link = link_of(progress, row)
    if link:
        yield _block("In the AWS console", link, MUTED)


def _block(title: str, text: str, style: str = "") -> Content:
    return Content.assemble((f"{title}\n", "bold $text-accent"), (text, style))


def command_of(progress: Progress, row: StepRow, profile: str) -> str:
    """What a person would type to do the step."""
    return equivalent(row.plan_step, progress.plan, progress.outputs, profile)


def link_of(progress: Progress, row: StepRow) -> str:
    """The step's page in the AWS console; empty where there is none."""
    return console_link(row.plan_step, progress.plan, progress.outputs) or ""


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
