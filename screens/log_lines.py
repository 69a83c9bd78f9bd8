"""The log as rows of a given width: which row shows what, without drawing any of them.

A hundred thousand lines are folded into rows by arithmetic alone; only rows in sight are made.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from rich.cells import cell_len, chop_cells

from wizard.guided.progress import Line

MOST = 100_000
"""Lines kept; the oldest go first."""
SLACK = 10_000
"""More than that many are dropped at once, so that dropping costs nothing."""
INDENT = 6
"""Columns for the time; a line's second row begins below its text."""
NARROWEST = 8


def body(line: Line) -> str:
    """What stands behind the time."""
    return f"{line.title}  {line.text}"


class LogLines:
    """All lines, those that are shown, and where each of them begins."""

    def __init__(self, width: int = 80, *, calls: bool = False) -> None:
        self._all: list[Line] = []
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
        self._all += lines
        fresh = self._wanted(lines)
        begin = len(self.shown)
        self.shown += fresh
        self._ends += accumulate((self._height(each) for each in fresh), initial=self.rows)
        del self._ends[-len(fresh) - 1]
        self.found += self._search(begin)
        return self._drop() if len(self._all) > MOST + SLACK else 0

    def lay_out(self, width: int, *, calls: bool) -> None:
        """Begin anew at another width, or with other lines shown."""
        width = max(NARROWEST, width - INDENT)
        if (width, calls) == (self._width, self._calls):
            return
        if calls != self._calls:
            self._calls = calls
            self.shown = self._wanted(self._all)
            self.found = self._search(0)
        self._width = width
        self._ends = list(accumulate(map(self._height, self.shown)))

    def at(self, row: int) -> tuple[int, int]:
        """The line a row belongs to, and which of the line's rows it is."""
        place = bisect_right(self._ends, row)
        return place, row - self.row_of(place)

    def row_of(self, place: int) -> int:
        """The first row of a line."""
        return self._ends[place - 1] if place else 0

    def parts(self, line: Line) -> list[str]:
        """A line's text, folded."""
        text = body(line)
        if not text.isascii():
            return chop_cells(text, self._width)
        return [text[at : at + self._width] for at in range(0, len(text), self._width)]

    def search(self, needle: str) -> None:
        """Look for a text, whatever its case; an empty one ends the search."""
        self._needle = needle.lower()
        self.found = self._search(0)

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
        return "\n".join(f"{minutes(line.at)} {body(line)}" for line in lines)

    def _wanted(self, lines: Iterable[Line]) -> list[Line]:
        return list(lines) if self._calls else [each for each in lines if each.kind != "call"]

    def _height(self, line: Line) -> int:
        length = len(line.title) + 2 + len(line.text)
        if line.text.isascii() and line.title.isascii():
            return -(-length // self._width)
        text = body(line)
        return 1 if cell_len(text) <= self._width else len(chop_cells(text, self._width))

    def _search(self, begin: int) -> list[int]:
        needle = self._needle
        if not needle:
            return []
        return [
            place
            for place in range(begin, len(self.shown))
            if needle in body(self.shown[place]).lower()
        ]

    def _drop(self) -> int:
        del self._all[: len(self._all) - MOST]
        number = len(self.shown) - len(self._wanted(self._all))
        rows = self.row_of(number)
        del self.shown[:number]
        self._ends = [end - rows for end in self._ends[number:]]
        self.found = [place - number for place in self.found if place >= number]
        self.dropped += rows
        return rows


def minutes(seconds: float) -> str:
    """Minutes and seconds: 03:12."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"
