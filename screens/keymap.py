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
        "Take what the cursor is on, and go on",
        "change edit settle select submit choose go press dismiss command",
    ),
    _meaning("space", "Take or tick it, and stay", "choose select fold go"),
    _meaning("up down k j", "Move; nothing is chosen by it", UP_AND_DOWN + NEIGHBOR),
    _meaning("left right", "Move sideways", BESIDE + NEIGHBOR),
    _meaning("tab shift+tab", "To the next field, and back", NEIGHBOR),
    _meaning("pageup pagedown", "A page up, a page down", "page page_up page_down"),
    _meaning(
        "home end g G",
        "To the beginning, to the end",
        "home end first last cursor scroll_home scroll_end",
    ),
    _meaning("ctrl+n", "The way on", "next start"),
    _meaning("ctrl+s", "Start", "start"),
    _meaning("ctrl+r", "Review", "review start"),
    _meaning("escape", "Back; nothing is lost", "back cancel first dismiss give_up"),
    _meaning("f2", "The list of topics", "topics"),
    _meaning("1 2 3 4", "What has this number", "tab copy_numbered"),
    _meaning("l", "Lead me through", "lead"),
    _meaning("e", "Change it", "edit"),
    _meaning("s", "Save as a file", "save"),
    _meaning("c", "Copy", "copy copy_request"),
    _meaning("u", "Copy the agent's URL", "copy_url"),
    _meaning("v", "See more of it, or less", "view whole changes every everywhere calls"),
    _meaning("m", "The command that does it by hand", "commands"),
    _meaning("b", "Put back what was changed", "turn revert unedit"),
    _meaning("a", "Accept what was changed", "accept"),
    _meaning("z", "Start afresh", "afresh"),
    _meaning("t", "Status", "status"),
    _meaning("d", "What is deployed", "deployments"),
    _meaning("plus", "One more deployment", "new"),
    _meaning("p", "Another password", "password rotate"),
    _meaning("x", "Remove it", "remove"),
    _meaning("dollar_sign", "What it has cost so far", "cost"),
    _meaning("w", "The log", "log"),
    _meaning("slash", "Search", "search"),
    _meaning("n N", "The next place found, the one before", "find"),
    _meaning("f", "Follow what moves", "follow"),
    _meaning("o", "Its page in the AWS console", "console"),
    _meaning("i f4", "Sign in", "sign_in"),
    _meaning("r ctrl+l f5", "Look again, try again", "again look_again"),
    _meaning("f1 question_mark", "Help", "explain dismiss"),
    _meaning("ctrl+o ctrl+p", "All commands, and other colors", "command_palette"),
    _meaning("ctrl+c ctrl+q q", "Leave; asks first", "leave stop quit dismiss"),
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
