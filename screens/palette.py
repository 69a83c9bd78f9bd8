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

from screens.copying import copy
from screens.frame import TOPICS, Rail
from screens.themes import THEMES, VARIABLE, WORDS


def screen_text(screen: Screen[Any]) -> str:
    """All texts of the screen from above to below, also those one would have to scroll to."""
    texts = [str(each.visual) for each in screen.query(Static) if _seen(each)]
    return "\n".join(text.rstrip() for text in texts if text.strip()) + "\n"


def _seen(widget: Static) -> bool:
    return all(getattr(each, "display", True) for each in widget.ancestors_with_self)


def copy_screen(screen: Screen[Any]) -> None:
    """Copy it, and say where it is. Password fields are no texts and stay out."""
    copy(screen.app, screen_text(screen), "The screen's text")


MEANINGS = {
    "next": "Accept these answers and continue",
    "back": "Previous screen; all answers are kept",
    "topics": "Go to the topics on the left",
    "review": "See everything that will be created, before anything is",
    "start": "Create what you reviewed; asks for confirmation first",
    "way_on": "Run the agent on a host that is open to the account",
    "again": "Try again with fresh credentials; finds what exists",
    "explain": "Help and keys of this screen",
    "password": "New password for its API or database; first shows what it does",
    "leave": "Quit the wizard; asks first",
    "stop": "Choose whether and how to stop",
    "follow": "Follow the active step, or stay where you scroll",
    "cost": "This month's cost so far; AWS charges $0.01",
    "calls": "Show or hide the calls to AWS in the log",
    "whole": "Script of the whole setup, including what already exists",
    "changes": "Script of only what changes in the account",
    "change": "Change the selected answer",
    "every": "Show all steps, or only those with changes",
    "turn": "Changed in AWS since setup: put it back, or keep it",
    "status": "Status of the deployment: health, versions, operations, drift, log",
    "deployments": "All deployments: status, change, remove, or create another",
    "everywhere": "All regions, or only this one",
    "new": "Another deployment with a different name",
    "remove": "Remove the deployment; first shows what is removed and what stays",
    "rotate": "New password for its API or database; first shows what it does",
    "view": "Switch between the whole text and only what changes",
    "accept": "Keep what was changed in AWS since setup",
    "sign_in": "With AWS's own command, which uses the terminal meanwhile",
    "afresh": "Forget the saved answers; keep what you typed this time",
    "lead": "Go through the topics one by one",
    "choose": "Details of the selected step",
    "log": "Switch between log and steps",
    "search": "Search the log",
    "find": "Next match",
    "fold": "Show the image's layers, or one bar",
    "console": "Open the step in the AWS console",
    "commands": "Do it by hand: the step's aws command",
    "copy": "Copy to the clipboard",
    "copy_numbered": "Copy the command with this number",
    "copy_request": "Copy what AWS's support asks for",
    "copy_url": "Copy the agent's address",
    "edit": "Edit the document in your editor; it is checked when you return",
    "save": "Save the document to a file",
    "revert": "Revert to the generated document",
    "unedit": "Revert to the generated documents",
    "cancel": "Cancel",
}
"""What an action does, for those who read its name for the first time.

A screen on which it does something else has a `MEANINGS` of its own.
"""
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
    seen, meanings = set(), {**MEANINGS, **getattr(screen, "MEANINGS", {})}
    for active in screen.active_bindings.values():
        node, binding = active.node, active.binding
        name = binding.action.rpartition(".")[2].partition("(")[0]
        wanted = binding.show and binding.description and active.enabled
        if not wanted or name in ELSEWHERE or binding.action in seen:
            continue
        seen.add(binding.action)
        key = screen.app.get_key_display(binding)
        does = f"{meanings.get(name, 'On this screen')} ({key})"
        yield Command(
            binding.description, does, partial(screen.app.run_action, binding.action, node)
        )


def _places(screen: Screen[Any]) -> Iterator[Command]:
    for rail in screen.query(Rail):
        for topic in TOPICS:
            yield Command(
                f"Go to: {topic}",
                "All answers are kept",
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
    yield Command("Copy the screen", "Copy all its text", partial(copy_screen, screen))
    yield Command("Save a screenshot", "The screen as an SVG file", screen.app.action_screenshot)


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
