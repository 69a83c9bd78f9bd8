"""The log of a run: its lines folded to a width, and drawn only where they are in sight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress, repeat
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widgets import Input

from screens.answers.fields.line import Line
from wizard.ui.common.progress import StepLine

MOST = 100_000
"""Lines kept; the oldest go first."""
SLACK = 10_000
"""More than that many are dropped at once, so that dropping costs nothing."""
INDENT = 6
"""Columns for the time; a line's second row begins below its text."""
NARROWEST = 8


def folded(text: str, width: int, *, plain: bool) -> list[str]:
    """The text in rows of at most `width` cells, a blank at their ends not counted.

    A word that is longer than a row is broken. `plain` texts have a cell for each letter.
    """
    rows = []
    while text:
        fits = width if plain else len(chop_cells(text[: 2 * width], width)[0])
        end = fits
        if len(text) > fits:
            end = text.rfind(" ", 0, fits + 1) + 1 or fits
        rows.append(text[:end])
        text = text[end:]
    return rows


class LogLines:
    """All lines, those that are shown, and where each of them begins.

    What is known of every line stands in lists of one length, so that showing others takes no look
    at any of them.
    """

    def __init__(self, width: int = 80, *, calls: bool = False) -> None:
        self._all: list[StepLine] = []
        self._heights: list[int] = []
        self._kept: list[bool] = []
        """Whether a line is shown also without the calls."""
        self._hits: list[bool] = []
        self._width = max(NARROWEST, width - INDENT)
        self._calls = calls
        self._needle = ""
        self.dropped = 0
        """How many rows have gone at the beginning, ever."""
        self.shown: list[StepLine] = []
        self._ends: list[int] = []
        self.found: list[int] = []
        """Places in `shown` where what was searched for stands."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._ends[-1] if self._ends else 0

    @property
    def needle(self) -> str:
        """What is searched for."""
        return self._needle

    def add(self, lines: Sequence[StepLine]) -> int:
        """Take new lines; how many rows went at the beginning to make room."""
        begin = len(self._all)
        self._all += lines
        self._heights += map(self._height, lines)
        self._kept += [each.kind != "call" for each in lines]
        self._hits += self._hit(lines)
        self._show(begin)
        return self._drop() if len(self._all) > MOST + SLACK else 0

    def lay_out(self, width: int, *, calls: bool) -> None:
        """Begin anew at another width, or with other lines shown."""
        width = max(NARROWEST, width - INDENT)
        if (width, calls) == (self._width, self._calls):
            return
        if width != self._width:
            self._width = width
            self._heights = list(map(self._height, self._all))
        self._calls = calls
        self._show(0)

    def at(self, row: int) -> tuple[int, int]:
        """The line a row belongs to, and which of the line's rows it is."""
        place = bisect_right(self._ends, row)
        return place, row - self.row_of(place)

    def row_of(self, place: int) -> int:
        """The first row of a line."""
        return self._ends[place - 1] if place else 0

    def parts(self, line: StepLine) -> list[str]:
        """A line's text, folded between words; together they are the text."""
        return folded(line.body, self._width, plain=line.plain)

    def search(self, needle: str) -> None:
        """Look for a text, whatever its case; an empty one ends the search."""
        self._needle = needle.lower()
        self._hits = self._hit(self._all)
        self._show(0)

    def next_found(self, place: int, step: int) -> int | None:
        """The next finding behind a line, or before it; round the end, and None without any."""
        if not self.found:
            return None
        if step > 0:
            return self.found[bisect_right(self.found, place) % len(self.found)]
        return self.found[bisect_left(self.found, place) - 1]

    def found_at(self, line: StepLine) -> int | None:
        """Where a line stands that was found; the nearest one before it where it is hidden now."""
        before = [place for place in self.found if self.shown[place].at <= line.at]
        same = [place for place in before if self.shown[place] is line]
        nearest = same or before[-1:] or self.found[:1]
        return nearest[0] if nearest else None

    def text(self, last: int | None = None) -> str:
        """The lines shown, as text; only the last ones where so many are asked for."""
        lines = self.shown[-last:] if last else self.shown
        return "\n".join(f"{minutes(line.at)} {line.body}" for line in lines)

    def _show(self, begin: int) -> None:
        """Show the lines from there on, behind those that are shown; from 0 on, all anew."""
        if not begin:
            self.shown, self._ends, self.found = [], [], []
        kept = repeat(True) if self._calls else self._kept[begin:]
        lines = zip(self._all[begin:], self._heights[begin:], self._hits[begin:], strict=True)
        place, row = len(self.shown), self.rows
        for line, height, hit in compress(lines, kept):
            row += height
            self.shown.append(line)
            self._ends.append(row)
            if hit:
                self.found.append(place)
            place += 1

    def _height(self, line: StepLine) -> int:
        if not line.body:
            return 0
        fits = (len(line.body) if line.plain else cell_len(line.body)) <= self._width
        return 1 if fits else len(self.parts(line))

    def _hit(self, lines: Sequence[StepLine]) -> list[bool]:
        needle = self._needle
        return [needle in each.body.lower() for each in lines] if needle else [False] * len(lines)

    def _drop(self) -> int:
        number = len(self._all) - MOST
        rows = self.rows
        for each in (self._all, self._heights, self._kept, self._hits):
            del each[:number]
        self._show(0)
        rows -= self.rows
        self.dropped += rows
        return rows


def minutes(seconds: float) -> str:
    """Minutes and seconds: 03:12."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


class LogView(ScrollView, can_focus=True):
    """Lines with their times. It follows its end until one scrolls up, or says otherwise."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log--time",
        "log--state",
        "log--call",
        "log--found",
        "log--current",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", show=False),
        Binding("j", "scroll_down", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    class Moved(Message):
        """What stands in the frame's corner has changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.lines = LogLines()
        self.calls = False
        self.following = True
        self.current: int | None = None
        """The line that was found last."""

    def add(self, lines: Sequence[StepLine]) -> None:
        """Show new lines."""
        if not lines:
            return
        dropped = self.lines.add(lines)
        if dropped and self.current is not None:
            self.current = None
        self._grown()
        if self.following:
            self._to_the_end()
        elif dropped:
            self.scroll_to(y=max(0, self.scroll_y - dropped), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved())

    def follow(self, following: bool) -> None:
        """Stay at the end, or where one is."""
        self.following = following
        if following:
            self._to_the_end()
        self.post_message(self.Moved())

    def show_calls(self, calls: bool) -> None:
        """With the calls to AWS, or without."""
        self.calls = calls
        self._lay_out()

    def search(self, needle: str) -> None:
        """Look for a text and go to its last place; an empty one ends the search."""
        self.lines.search(needle)
        self.current = None
        if self.lines.found:
            self._go(self.lines.found[-1])
        self.refresh()
        self.post_message(self.Moved())

    def find(self, step: int) -> bool:
        """To the next finding (1) or the one before (-1); whether there is one."""
        here = self.current
        if here is None:
            here = self.lines.at(int(self.scroll_y))[0]
        place = self.lines.next_found(here, step)
        if place is not None:
            self._go(place)
            self.post_message(self.Moved())
        return place is not None

    def _go(self, place: int) -> None:
        self.current = place
        self.following = False
        middle = self.lines.row_of(place) - self.size.height // 2
        self.scroll_to(y=max(0, middle), animate=False, immediate=True)
        self.refresh()

    def _to_the_end(self) -> None:
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops following; scrolling to the end takes it up again."""
        super().watch_scroll_y(old_value, new_value)
        following = new_value >= self.max_scroll_y
        if following != self.following and self.lines.needle == "":
            self.following = following
            self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Fold the lines anew."""
        self._lay_out()

    def _grown(self) -> None:
        """Tell the scrollbar. The screen need not be laid out anew, it is always there."""
        self.set_reactive(LogView.virtual_size, Size(self.size.width, self.lines.rows))
        self.vertical_scrollbar.window_virtual_size = self.lines.rows

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        place = self.lines.at(int(self.scroll_y))[0]
        found = None if self.current is None else self.lines.shown[self.current]
        self.lines.lay_out(width, calls=self.calls)
        following = self.following
        self._grown()
        if found is not None:
            self.current = self.lines.found_at(found)
        if following:
            self._to_the_end()
        else:
            row = self.lines.row_of(min(place, len(self.lines.shown)))
            self.scroll_to(y=row, animate=False, immediate=True)
        self.following = following
        self.post_message(self.Moved())
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of what is in sight."""
        width = self.scrollable_content_region.width
        row = int(self.scroll_y) + y
        if row >= self.lines.rows:
            return Strip.blank(width, self.rich_style)
        text = self._drawn(row)
        span = self.text_selection.get_span(row) if self.text_selection else None
        if span is not None:
            end = len(text) if span[1] == -1 else span[1]
            text.stylize(self._component("screen--selection"), span[0], end)
        strip = Strip(text.render(self.app.console)).adjust_cell_length(width, self.rich_style)
        return strip.apply_offsets(0, row)

    def _drawn(self, row: int) -> Text:
        place, part = self.lines.at(row)
        line = self.lines.shown[place]
        parts = self.lines.parts(line)
        begin = sum(map(len, parts[:part]))
        text = Text(parts[part], style=self.rich_style, no_wrap=True, end="")
        if line.kind == "call":
            text.stylize(self.get_component_rich_style("log--call", partial=True))
        elif line.kind == "state":
            state = self.get_component_rich_style("log--state", partial=True)
            text.stylize(state, 0, max(0, len(line.title) - begin))
        name = "log--current" if place == self.current else "log--found"
        for start, end in self._findings(line):
            found = self.get_component_rich_style(name)
            text.stylize(found, max(0, start - begin), max(0, end - begin))
        time = self.get_component_rich_style("log--time", partial=True)
        stamp = f"{minutes(line.at):<{INDENT}}" if part == 0 else " " * INDENT
        return Text(stamp, style=self.rich_style + time, no_wrap=True, end="") + text

    def _findings(self, line: StepLine) -> Iterator[tuple[int, int]]:
        needle, text = self.lines.needle, line.body.lower()
        at = text.find(needle) if needle else -1
        while at >= 0:
            yield at, at + len(needle)
            at = text.find(needle, at + len(needle))

    def _component(self, name: str) -> Style:
        return self.screen.get_component_rich_style(name)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What was marked with the mouse."""
        rows = "\n".join(self._drawn(row).plain for row in range(self.lines.rows))
        return selection.extract(rows), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is marked."""
        del selection
        self.refresh()


class Search(Line):
    """What to look for; it is there only while one searches."""

    BINDINGS = [("escape", "give_up", "Close")]  # noqa: RUF012 - Textual's own way

    def action_give_up(self) -> None:
        """End the search."""
        self.post_message(self.Ended())

    class Ended(Message):
        """Nothing is searched for any more."""


class LogPane(Vertical):
    """Log and search."""

    def compose(self) -> ComposeResult:
        """The log, and the line that `/` opens."""
        yield LogView(id="log")
        search = Search(placeholder="Search in the log", id="search")
        search.display = False
        yield search

    @property
    def view(self) -> LogView:
        """The lines."""
        return self.query_one(LogView)

    def on_mount(self) -> None:
        """Name it."""
        self.view.border_title = "Log"
        self._say()

    def add(self, lines: Sequence[StepLine]) -> None:
        """Show new lines."""
        self.view.add(lines)

    @property
    def searching(self) -> bool:
        """Whether the line is open, or what was found is marked."""
        return self.query_one(Search).display or bool(self.view.lines.needle)

    @on(Search.Ended)
    def end_search(self) -> None:
        """Close the line, and forget what was searched for."""
        search = self.query_one(Search)
        search.value = ""
        search.display = False
        self._look_for("")
        self.view.focus()

    def begin_search(self) -> None:
        """Ask what to look for."""
        search = self.query_one(Search)
        search.display = True
        search.focus()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look_for(event.value)

    def _look_for(self, needle: str) -> None:
        searched = bool(self.view.lines.needle)
        self.view.search(needle)
        if searched != bool(self.view.lines.needle):
            self.screen.refresh_bindings()  # the keys from one finding to the next

    @on(Input.Submitted, "#search")
    def _done(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value:
            self.query_one(Search).display = False
        self.view.focus()

    @on(LogView.Moved)
    def _moved(self, event: LogView.Moved) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        view = self.view
        words = "following" if view.following else "paused, f to follow"
        lines = view.lines
        if lines.needle:
            number = len(lines.found)
            place = lines.found.index(view.current) + 1 if view.current in lines.found else 0
            words = f"{place} of {number} for “{lines.needle}”, n next, N previous"
            words = words if number else f"“{lines.needle}” not found"
        if view.border_subtitle != words:
            view.border_subtitle = words.replace("[", "\\[")
