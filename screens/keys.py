"""The keys: the one table of what each means on every screen, and the line of those that work now.

A screen binds a key only to an action of the key's own meaning. The line is one widget: Textual's
own footer is a widget for each key, made anew whenever the focus moves, which takes longer than a
key may; and what does not fit, it cuts off unsaid. The letters of a dialog are named on its
buttons, and mean nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import App
    from textual.binding import ActiveBinding

KEY, WORDS = "bold $footer-key-foreground", "$footer-description-foreground"

MORE = "^o", "More"
"""Where there is no room for all: the palette has every one of them."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, as it is written, and what it does now."""

    key: str
    shown: str
    words: str

    @property
    def cells(self) -> int:
        """Its width, with the space behind it."""
        return self.drawn().cell_length + 1

    def drawn(self) -> Content:
        """Key and words."""
        return Content.assemble((self.shown, KEY), (f" {self.words}", WORDS))


def fitting(hints: Sequence[Hint], last: int, width: int) -> list[Hint]:
    """The hints there is room for: the `last` ones always, of the others the first."""
    if sum(each.cells for each in hints) <= width:
        return list(hints)
    end = [Hint("ctrl+o", *MORE), *hints[len(hints) - last :]]
    room = width - sum(each.cells for each in end)
    kept: list[Hint] = []
    for each in hints[: len(hints) - last]:
        room -= each.cells
        if room < 0:
            break
        kept.append(each)
    return kept + end


class Keys(Widget):
    """The keys of the screen that have words. A click presses one."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    Keys {
        dock: bottom; height: 1; text-wrap: nowrap;
        color: $footer-foreground; background: $footer-background;
    }
    """

    def __init__(self, last: Sequence[str] = ()) -> None:
        """`last` are the keys of every screen, which come last and stay when there is no room."""
        super().__init__()
        self._last = frozenset(last)
        self._hints: list[Hint] = []

    def on_mount(self) -> None:
        """Follow what works."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen.app.app_focus and self.is_attached and self.hints != self._hints:
            self.refresh()

    @property
    def hints(self) -> list[Hint]:
        """Every key that works now and has words, also where there is no room for it."""
        found: dict[str, Hint] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in found:
                display = self.app.get_key_display(binding)
                found[binding.action] = Hint(binding.key, display, binding.description)
        return list(found.values())

    @property
    def shown(self) -> list[Hint]:
        """What there is room for."""
        last = sum(each.key in self._last for each in self._hints)
        return fitting(self._hints, last, self.size.width + 1)

    def render(self) -> Content:
        """The line."""
        self._hints = self.hints
        return Content(" ").join(each.drawn() for each in self.shown)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        event.stop()
        end = 0
        for each in self.shown:
            end += each.cells
            if event.x < end:
                self.app.simulate_key(each.key)
                return


@dataclass(frozen=True, slots=True)
class Meaning:
    """Some keys, what they mean in words, and the actions that are meant."""

    keys: tuple[str, ...]
    words: str
    actions: frozenset[str]


def _meaning(keys: str, words: str, actions: str) -> Meaning:
    return Meaning(tuple(keys.split()), words, frozenset(actions.split()))


UP_AND_DOWN = "cursor cursor_up cursor_down move neighbor rows into scroll_up scroll_down"

BESIDE = "move beside cursor_left cursor_right scroll_left scroll_right previous_tab next_tab"

NEIGHBOR = " focus_previous focus_next"

TABLE = (
    _meaning(
        "enter",
        "Select and continue",
        "change edit settle select submit choose go press dismiss command",
    ),
    _meaning("space", "Select or check, and stay", "choose select fold go"),
    _meaning("up down k j", "Move, without selecting", UP_AND_DOWN + NEIGHBOR),
    _meaning("left right", "Move sideways", BESIDE + NEIGHBOR),
    _meaning("tab shift+tab", "Next field, previous field", NEIGHBOR),
    _meaning("pageup pagedown", "Page up, page down", "page page_up page_down"),
    _meaning(
        "home end g G",
        "First, last",
        "home end first last cursor scroll_home scroll_end",
    ),
    _meaning("ctrl+n", "Next", "next start"),
    _meaning("ctrl+s", "Start", "start"),
    _meaning("ctrl+r", "Review", "review start"),
    _meaning("escape", "Back, without losing anything", "back cancel first dismiss give_up"),
    _meaning("f2", "Topics", "topics"),
    _meaning("1 2 3 4", "The item with this number", "tab copy_numbered"),
    _meaning("l", "Guide me through the questions", "lead"),
    _meaning("e", "Change", "edit"),
    _meaning("s", "Save to a file", "save"),
    _meaning("c", "Copy", "copy copy_request"),
    _meaning("u", "Copy the agent's URL", "copy_url"),
    _meaning("v", "Show more or less", "view whole changes every everywhere calls"),
    _meaning("m", "Show the commands to do this yourself", "commands"),
    _meaning("h", "Run the agent on a host that is open to the account", "way_on"),
    _meaning("b", "Undo the change", "turn revert unedit"),
    _meaning("a", "Accept the change", "accept"),
    _meaning("z", "Start over", "afresh"),
    _meaning("t", "Status", "status"),
    _meaning("d", "Deployments", "deployments"),
    _meaning("plus", "New deployment", "new"),
    _meaning("p", "Rotate the password", "password rotate"),
    _meaning("x", "Remove", "remove"),
    _meaning("dollar_sign", "Cost so far", "cost"),
    _meaning("w", "Log", "log"),
    _meaning("slash", "Search", "search"),
    _meaning("n N", "Next match, previous match", "find"),
    _meaning("f", "Follow the progress", "follow"),
    _meaning("o", "Open in the AWS console", "console"),
    _meaning("i f4", "Sign in", "sign_in"),
    _meaning("r ctrl+l f5", "Refresh or try again", "again look_again"),
    _meaning("f1 question_mark", "Help", "explain dismiss"),
    _meaning("ctrl+o ctrl+p", "All commands and themes", "command_palette"),
    _meaning("ctrl+c ctrl+q q", "Leave (asks first)", "leave stop quit dismiss"),
)
"""In the order of the help."""

MEANT = {key: meaning for meaning in TABLE for key in meaning.keys}


def action_name(action: str) -> str:
    """The name of an action, without where it is and what it is given."""
    return action.partition("(")[0].rpartition(".")[2]


def helped(app: App[Any], active: dict[str, ActiveBinding]) -> Iterator[tuple[str, str]]:
    """The keys that work now with their words, in the table's order."""
    for meaning in TABLE:
        found = [
            active[key].binding
            for key in meaning.keys
            if key in active and active[key].enabled
            if action_name(active[key].binding.action) in meaning.actions
        ]
        if not found:
            continue
        named = [each.description for each in found if each.show and each.description]
        keys = dict.fromkeys(app.get_key_display(each) for each in found)
        yield " ".join(keys), named[0] if len(named) == 1 else meaning.words
