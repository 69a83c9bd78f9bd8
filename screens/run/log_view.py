"""The log on the screen: only the rows in sight are drawn, however long it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from screens.run.log_lines import INDENT, LogLines, minutes
from wizard.ui.common.progress import Line


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

    def add(self, lines: Sequence[Line]) -> None:
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
        self.lines.lay_out(width, calls=self.calls)
        following = self.following
        self._grown()
        if following:
            self._to_the_end()
        else:
            row = self.lines.row_of(min(place, len(self.lines.shown)))
            self.scroll_to(y=row, animate=False, immediate=True)
        self.following = following
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

    def _findings(self, line: Line) -> Iterator[tuple[int, int]]:
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
