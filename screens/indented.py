"""Lines with an indent of their own: where one is broken, its rest stands below its beginning."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Static

from wizard.base.text import clean


class Indented(VerticalGroup):
    """The lines, one below the other."""

    def show(self, lines: Iterable[str]) -> None:
        """These lines, instead of those of before."""
        self.remove_children()
        self.mount_all(_line(each) for each in lines)


def _line(text: str) -> Static:
    bare = text.lstrip(" ")
    line = Static(Content(clean(bare)))
    line.styles.margin = 0, 0, 0, len(text) - len(bare)
    return line
