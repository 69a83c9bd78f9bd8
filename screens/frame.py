"""What every screen has: one line above that says where one is, one below with the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Label

from screens.dialogs import Help
from screens.keys import Keys
from wizard.ui.common.session import Session
from wizard.ui.common.who import SHORT, account_words, minutes_left

if TYPE_CHECKING:
    from screens.app import WizardApp


EVERYWHERE = ("f2", "f1", "ctrl+c")
"""Keys of every screen, in the footer's order."""


class TopBar(Widget):
    """formae-wizard · profile · account · region, on every screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def render(self) -> Content:
        """The line; the program's name first, the place last."""
        session = self._session
        profile, region = session.place
        parts = [Content.styled("formae-wizard", "bold $text-primary")]
        if session.demo:
            parts.append(Content.styled("demo: no real AWS", "bold $text-warning"))
        parts.append(Content(f"profile {profile}" if profile else "default profile"))
        parts += [Content(account_words(session)), Content(region)]
        left = minutes_left(session)
        if left is not None and left < SHORT:
            words = f"sign-in ends in {left} min" if left > 0 else "sign-in has ended"
            parts.append(Content.styled(words, "bold $text-warning"))
        line = Content(" · ").join(parts)
        if line.cell_length > self.size.width - 2:  # the place matters more than the program
            line = Content(" · ").join(parts[1:])
        return line


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

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
    ]


class Reading(VerticalScroll, can_focus=True):
    """Text to be read: it takes the focus, so that the arrows scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", show=False),
        Binding("j", "scroll_down", show=False),
    ]


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
        if "ctrl+c" in found:
            leave = found["ctrl+c"]
            binding = replace(leave.binding, description=self.LEAVE)
            found["ctrl+c"] = leave._replace(binding=binding)
        return {key: found[key] for key in [*(key for key in found if key not in last), *last]}

    def compose(self) -> ComposeResult:
        """Bar, body, keys."""
        yield TopBar(self.session)
        yield from self.compose_body()
        yield Keys(EVERYWHERE)

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
        hints = self.query_one(Keys).hints
        self.app.push_screen(Help(self.HELP_TITLE, self.HELP_TEXT, hints))
