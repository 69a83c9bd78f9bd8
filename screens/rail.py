"""The list of topics on the left: where one is, what is settled, what is wrong."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from screens.words import cursor
from wizard.answers.questions import Group
from wizard.ui.common.session import Session

OVERVIEW = "Overview"
REVIEW = "Review"
TOPICS = (OVERVIEW, *(group.value for group in Group), REVIEW)
COLOURS = {"✗": "bold $text-error", "?": "bold $text-warning"}
"""Wrong; or right until another answer changed."""


class Rail(Widget, can_focus=True):
    """All topics; Enter goes to the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter,space", "go", "Go there"),
    ]

    class Went(Message):
        """The person wants to be at another topic."""

        def __init__(self, topic: str) -> None:
            super().__init__()
            self.topic = topic

    def __init__(self, session: Session, current: str) -> None:
        super().__init__(classes="aside")
        self._session = session
        self._current = current
        self._cursor = TOPICS.index(current)

    def render(self) -> Content:
        """One line per topic."""
        return Content("\n").join(self._row(index) for index in range(len(TOPICS)))

    def _row(self, index: int) -> Content:
        topic = TOPICS[index]
        mark = self._mark(topic)
        here = "▸" if topic == self._current else " "
        row = f"{here}{mark} {topic}"
        if self.has_focus and index == self._cursor:
            style = cursor(self.app)
            return Content.styled(row.ljust(self.size.width), style)
        if mark in COLOURS:
            return Content.styled(row, COLOURS[mark])
        return Content.styled(row, "bold $text-primary" if here == "▸" else "")

    def _mark(self, topic: str) -> str:
        if topic in {OVERVIEW, REVIEW}:
            return "·"
        group = Group(topic)
        problems = self._session.problems(group)
        if problems:
            return "✗" if problems.keys() - self._session.doubts.causes.keys() else "?"
        return "✓" if group in self._session.visited else "·"

    def enter(self) -> None:
        """Take the focus, and be there for it where there is little room."""
        self.set_class(True, "-shown")
        self.focus()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = (self._cursor + by) % len(TOPICS)
        self.refresh()

    def action_go(self) -> None:
        """Go to the topic under the cursor."""
        self.post_message(self.Went(TOPICS[self._cursor]))

    def on_focus(self) -> None:
        """Show the cursor."""
        self._cursor = TOPICS.index(self._current)
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go where was clicked."""
        if event.y < len(TOPICS):
            self.post_message(self.Went(TOPICS[event.y]))
