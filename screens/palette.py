"""The command palette: what can be done now, where one can go, colours, copying; in plain words.

What stands on the screen, as text for the clipboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.widgets import Static

from screens.rail import TOPICS, Rail
from screens.themes import THEMES, VARIABLE, WORDS
from wizard.base.offer import offer


def screen_text(screen: Screen[Any]) -> str:
    """All texts of the screen from above to below, also those one would have to scroll to."""
    texts = [str(each.visual) for each in screen.query(Static) if _seen(each)]
    return "\n".join(text.rstrip() for text in texts if text.strip()) + "\n"


def _seen(widget: Static) -> bool:
    return all(getattr(each, "display", True) for each in widget.ancestors_with_self)


def copy_screen(screen: Screen[Any]) -> None:
    """Copy it, and say so. Password fields are no texts and stay out."""
    screen.app.copy_to_clipboard(screen_text(screen))
    screen.app.notify("The screen's text is in the clipboard.")


MEANINGS = {
    "next": "Take these answers and go on",
    "back": "To the screen before; every answer is kept",
    "topics": "Into the list of topics on the left",
    "review": "See everything that will be made, before anything is",
    "start": "Make what was reviewed; asks once more, naming the account",
    "again": "Once more, with the credentials read anew; what is there is found",
    "explain": "What this screen is for, and its keys",
    "password": "Another password for its API or its database; shows first what is done",
    "leave": "Leave the wizard; asks first where something would be lost",
    "stop": "Ask whether to stop, and how",
    "follow": "Keep in sight what moves, or stay where you scroll",
    "cost": "What AWS has counted this month; it takes $0.01 for the answer",
    "calls": "Show the calls to AWS in the log, or hide them",
    "whole": "The script of the whole set-up, which also makes what is there already",
    "changes": "The script of what changes in the account, and nothing else",
    "change": "Change the answer under the cursor, then come back",
    "every": "List the steps whose things are as wanted, too, or only what differs",
    "turn": "What somebody changed since: back as it was chosen, or left as it is now",
    "status": "How the deployment is: health, versions, operations, drift, log",
    "deployments": "All that is deployed: change one, look at it, remove it, or make one more",
    "everywhere": f"In all regions that {offer().label} is in, or in this one alone",
    "new": "One more deployment, by another name, beside the others",
    "remove": "Take the deployment away; shows first what goes and what stays",
    "rotate": "The command that gives the agent's API another password, to the clipboard",
    "accept": "What somebody changed since stays as it is now",
    "sign_in": "By AWS's own command, which has the terminal meanwhile",
    "afresh": "Forget the saved answers; keep what you typed this time",
    "lead": "Through the topics one after the other",
    "choose": "Everything about the step under the cursor",
    "log": "Into the log, and back to the steps",
    "search": "Find a text in the log",
    "find": "To the next place where it was found",
    "fold": "Show the image's layers one by one, or as one bar",
    "console": "The step's page in the AWS console",
    "commands": "Do it by hand: the step's aws command",
    "copy": "To the clipboard",
    "copy_url": "The agent's address, to the clipboard",
    "edit": "Open the document in your editor; it is checked when you come back",
    "save": "Write the document to a file",
    "diff": "What you changed in the document",
    "revert": "Back to the document as it was generated",
    "unedit": "Back to the documents as they were generated",
    "cancel": "Leave it as it is",
}
"""What an action does, for those who read its name for the first time."""
ELSEWHERE = {"command_palette", "go", "first", "dismiss"}
"""Actions that are no command: they belong to what has the focus, or to the palette itself."""


@dataclass(frozen=True, slots=True)
class Command:
    """One row: its name, what it does, and the doing."""

    name: str
    does: str
    run: Callable[[], Any]


def commands(screen: Screen[Any]) -> list[Command]:
    """Everything that can be done on this screen now."""
    return [*_actions(screen), *_places(screen), *_colours(screen), *_everywhere(screen)]


def _actions(screen: Screen[Any]) -> Iterator[Command]:
    seen = set()
    for active in screen.active_bindings.values():
        node, binding = active.node, active.binding
        name = binding.action.rpartition(".")[2].partition("(")[0]
        wanted = binding.show and binding.description and active.enabled
        if not wanted or name in ELSEWHERE or binding.action in seen:
            continue
        seen.add(binding.action)
        key = screen.app.get_key_display(binding)
        does = f"{MEANINGS.get(name, 'On this screen')} ({key})"
        yield Command(
            binding.description, does, partial(screen.app.run_action, binding.action, node)
        )


def _places(screen: Screen[Any]) -> Iterator[Command]:
    for rail in screen.query(Rail):
        for topic in TOPICS:
            yield Command(
                f"Go to: {topic}",
                "Every answer is kept",
                partial(rail.post_message, Rail.Went(topic)),
            )


def _colours(screen: Screen[Any]) -> Iterator[Command]:
    for name, words in WORDS.items():
        yield Command(
            f"Colors: {name}",
            words[0].upper() + words[1:],
            partial(_put_on, screen, name),
        )


def _put_on(screen: Screen[Any], name: str) -> None:
    screen.app.theme = THEMES[name].name
    screen.app.notify(f"To keep these colors: {VARIABLE}={name}", markup=False)


def _everywhere(screen: Screen[Any]) -> Iterator[Command]:
    yield Command("Copy the screen", "All its text, to the clipboard", partial(copy_screen, screen))
    yield Command(
        "Save a picture", "The screen as an SVG file, for a report", screen.app.action_screenshot
    )


class Commands(Provider):
    """Gives the palette its rows."""

    async def discover(self) -> Hits:
        """Everything, in our order, before anything is typed."""
        for each in commands(self.screen):
            yield DiscoveryHit(each.name, each.run, help=each.does)

    async def search(self, query: str) -> Hits:
        """What fits, by its name or by what it does."""
        matcher = self.matcher(query)
        for each in commands(self.screen):
            score = max(matcher.match(each.name), matcher.match(each.does) / 2)
            if score > 0:
                yield Hit(score, matcher.highlight(each.name), each.run, help=each.does)
