"""The log with its frame and its search line."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from screens.run.log_view import LogView
from wizard.ui.common.progress import Line


class Search(Input):
    """What to look for; it is there only while one searches."""

    BINDINGS = [("escape", "give_up", "Close")]  # noqa: RUF012 - Textual's own way

    def action_give_up(self) -> None:
        """End the search."""
        self.value = ""
        self.display = False
        self.screen.query_one(LogView).focus()


class LogPane(Vertical):
    """Log and search."""

    def compose(self) -> ComposeResult:
        """The log, and the line that `/` opens."""
        yield LogView(id="log")
        search = Search(placeholder="Search in the log", id="search", compact=True)
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

    def add(self, lines: Sequence[Line]) -> None:
        """Show new lines."""
        self.view.add(lines)

    def begin_search(self) -> None:
        """Ask what to look for."""
        search = self.query_one(Search)
        search.display = True
        search.focus()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.view.search(event.value)

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
        words = "following" if view.following else "held here, f follows"
        lines = view.lines
        if lines.needle:
            number = len(lines.found)
            place = lines.found.index(view.current) + 1 if view.current in lines.found else 0
            words = f"{place} of {number} for “{lines.needle}”, n next, N before"
            words = words if number else f"“{lines.needle}” is not there"
        if view.border_subtitle != words:
            view.border_subtitle = words.replace("[", "\\[")
