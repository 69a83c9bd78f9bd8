"""The one table of keys: what each means, on whichever screen it works.

A screen binds a key only to an action of the key's own meaning; the help lists those that work now.
The letters of a dialog are named on its buttons, and mean nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.binding import ActiveBinding


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
