"""The frame of every screen: where one is above, the topics on the left, the keys below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Protocol, cast, runtime_checkable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Label, OptionList

from screens.background import after_refresh
from screens.dialogs import Help
from screens.keys import Keys, helped
from screens.words import cursor, in_a_line, middle_cut
from wizard.answers.questions import Group
from wizard.ui.common.demo import HERE
from wizard.ui.common.session import Session
from wizard.ui.common.who import SHORT, account_words, minutes_left

if TYPE_CHECKING:
    from screens.app import WizardApp


@runtime_checkable
class Worded(Protocol):
    """What names its keys by what they would do now."""

    def worded(self, action: str) -> str:
        """What the action would do now; empty where its binding says it."""


EVERYWHERE = ("f2", "f1", "ctrl+c")
"""Keys of every screen, in the footer's order."""

LEAST_NAME = 8
"""Cells of a profile's name that are worth showing."""


class TopBar(Widget):
    """The account and the region, on every screen; what else there is room for beside them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def render(self) -> Content:
        """The line. Account and region are never cut; the rest gives way, the program first."""
        session = self._session
        profile, region = session.place
        account, plan = account_words(session), session.account_plan
        warning = "bold $text-warning"
        name = f"profile {profile}" if profile else "default profile"
        parts = {
            "program": Content.styled("formae-wizard", "bold $text-primary"),
            "demo": Content.styled("demo: no real AWS" if session.demo else "", warning),
            "account": Content(account),
            "plan": Content.styled(plan.words if plan else "", "$text-accent"),
            "region": Content(region),
            "profile": Content(name),
            "left": Content.styled(_sign_in_left(session), warning),
        }
        sizes = range(len(profile) - 1, LEAST_NAME - 1, -1)
        without_date, without_credits = plan.shorter if plan else ("", "")
        shorter = [
            ("program", Content("")),
            ("demo", Content.styled("demo" if session.demo else "", warning)),
            *(("profile", Content(f"profile {middle_cut(profile, size)}")) for size in sizes),
            ("account", Content(account.partition(" (")[0])),
            ("plan", Content.styled(without_date, "$text-accent")),
            ("profile", Content(middle_cut(profile, LEAST_NAME))),
            ("profile", Content("")),
            ("plan", Content.styled(without_credits, "$text-accent")),
            ("left", Content("")),
            ("demo", Content("")),
            ("plan", Content("")),
        ]
        return in_a_line(parts, shorter, self.size.width)


def _sign_in_left(session: Session) -> str:
    """A warning where the sign-in soon ends, or has ended."""
    left = minutes_left(session)
    if left is None or left >= SHORT:
        return ""
    return f"sign-in ends in {left} min" if left > 0 else "sign-in has ended"


class Said(Label):
    """A text that comes and goes. Saying the same again costs nothing."""

    _said: str | None = None

    def say(self, text: str) -> None:
        """Show this; nothing is shown for an empty text."""
        if text != self._said:
            self._said = text
            self.update(Content(text))
            self.display = bool(text)


class Body(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The part of a screen that scrolls; arrows move between its fields, not its lines."""


class Reading(VerticalScroll, can_focus=True):
    """Text to be read: it takes the focus, so that the arrows scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", show=False),
        Binding("j", "scroll_down", show=False),
    ]
    MORE = "more: PgDn"
    """On its lower edge while there is more below."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled."""
        super().watch_scroll_y(old_value, new_value)
        self._say_more()

    def watch_virtual_size(self) -> None:
        """Longer or shorter."""
        self.call_later(self._say_more)

    def on_resize(self) -> None:
        """More or less of it is in sight."""
        self.call_later(self._say_more)

    def _say_more(self) -> None:
        self.border_subtitle = self.MORE if self.scroll_y < self.max_scroll_y else ""


def _in_sight(widget: Widget) -> bool:
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))


class WizardScreen(Screen[None]):
    """A screen of the wizard."""

    HELP_TITLE = ""
    HELP_TEXT = ""
    LEAVE = "Quit"
    """What Ctrl-C does here."""
    MEANINGS: ClassVar[Mapping[str, str]] = {}
    """What actions do here that do something else on other screens; for the palette."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "explain", "Help"),
        Binding("question_mark", "explain", show=False),
        Binding("q", "app.leave", show=False),
        Binding("up", "neighbor(-1)", show=False),
        Binding("down", "neighbor(1)", show=False),
        Binding("left", "beside(-1)", show=False),
        Binding("right", "beside(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    _ready = False

    @property
    def wizard(self) -> WizardApp:
        """The app, as what it is."""
        return cast("WizardApp", self.app)

    @property
    def session(self) -> Session:
        """What all screens share."""
        return self.wizard.session

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now; what every screen has comes last in the footer."""
        found = super().active_bindings
        last = [key for key in EVERYWHERE if key in found]
        for key, active in found.items():
            words = self._worded(active)
            if words:
                binding = replace(active.binding, description=words)
                found[key] = active._replace(binding=binding)
        return {key: found[key] for key in [*(key for key in found if key not in last), *last]}

    @property
    def focus_chain(self) -> list[Widget]:
        """Where Tab leads: the topics have a key of their own."""
        return [each for each in super().focus_chain if not each.has_class("aside")]

    @on(events.Resize)
    def _resized(self) -> None:
        """What has the focus stays in sight."""
        after_refresh(self, self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def _buttons(self) -> list[Widget]:
        return [each for each in self.focus_chain if isinstance(each, Button)]

    def action_neighbor(self, by: int) -> None:
        """To what stands above or below; a row of buttons is one stop, by the way on."""
        focused, row = self.focused, self._buttons()
        stops = [each for each in self.focus_chain if each not in row]
        if row:
            stops.append(focused if focused in row else row[-1])
        if focused in stops:
            stops[(stops.index(focused) + by) % len(stops)].focus()
        elif stops:
            stops[0].focus()

    def action_beside(self, by: int) -> None:
        """From button to button."""
        focused, row = self.focused, self._buttons()
        if focused in row:
            row[(row.index(focused) + by) % len(row)].focus()

    def action_page(self, by: int) -> None:
        """A page up or down in what there is to read or to choose from, whatever has the focus."""
        texts, lists = self.query(VerticalScroll), self.query(OptionList)
        for text in filter(_in_sight, texts):
            text.scroll_page_down() if by > 0 else text.scroll_page_up()
            return
        for each in filter(_in_sight, lists):
            page: Callable[[], None] = each.action_page_down if by > 0 else each.action_page_up
            page()
            return

    def compose(self) -> ComposeResult:
        """Bar, body, keys."""
        yield TopBar(self.session)
        yield from self.compose_body()
        yield Keys(EVERYWHERE)

    def _worded(self, active: ActiveBinding) -> str:
        """What a key does now, where that is more than its binding says."""
        if active.binding.action == "leave":
            return self.LEAVE
        node = active.node
        return node.worded(active.binding.action) if isinstance(node, Worded) else ""

    def compose_body(self) -> ComposeResult:
        """What is the screen's own."""
        yield from ()

    def show_session(self) -> None:
        """Bring the screen in line with what the session knows now."""
        self.query_one(TopBar).refresh()
        if self._ready != self.session.ready:  # the footer is slow to draw
            self._ready = self.session.ready
            self.refresh_bindings()

    @property
    def composed(self) -> bool:
        """Whether everything is on it that `show_session` draws; news may come before."""
        return self.is_mounted and bool(self.query(Keys))

    def leave(self) -> None:
        """What Ctrl-C does; LEAVE names it."""
        self.wizard.ask_to_leave()

    def action_explain(self) -> None:
        """Say what the screen is for."""
        keys = helped(self.app, self.active_bindings)
        text = f"{self.HELP_TEXT}\n\n{HERE}" if self.session.demo else self.HELP_TEXT
        self.app.push_screen(Help(self.HELP_TITLE, text, list(keys)))


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
