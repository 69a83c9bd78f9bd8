"""The log as rows of a given width: which row shows what, without drawing any of them.

A hundred thousand lines are folded into rows by arithmetic alone; only rows in sight are made.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress, repeat

from rich.cells import cell_len, chop_cells

from wizard.ui.common.progress import Line

MOST = 100_000
"""Lines kept; the oldest go first."""
SLACK = 10_000
"""More than that many are dropped at once, so that dropping costs nothing."""
INDENT = 6
"""Columns for the time; a line's second row begins below its text."""
NARROWEST = 8


class LogLines:
    """All lines, those that are shown, and where each of them begins.

    What is known of every line stands in lists of one length, so that showing others takes no look
    at any of them.
    """

    def __init__(self, width: int = 80, *, calls: bool = False) -> None:
        self._all: list[Line] = []
        self._heights: list[int] = []
        self._kept: list[bool] = []
        """Whether a line is shown also without the calls."""
        self._hits: list[bool] = []
        self._width = max(NARROWEST, width - INDENT)
        self._calls = calls
        self._needle = ""
        self.dropped = 0
        """How many rows have gone at the beginning, ever."""
        self.shown: list[Line] = []
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

    def add(self, lines: Sequence[Line]) -> int:
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

    def parts(self, line: Line) -> list[str]:
        """A line's text, folded."""
        text = line.body
        if not line.plain:
            return chop_cells(text, self._width)
        return [text[at : at + self._width] for at in range(0, len(text), self._width)]

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

    def _height(self, line: Line) -> int:
        if line.plain:
            return -(-len(line.body) // self._width)
        fits = cell_len(line.body) <= self._width
        return 1 if fits else len(chop_cells(line.body, self._width))

    def _hit(self, lines: Sequence[Line]) -> list[bool]:
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
