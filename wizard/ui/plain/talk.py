"""A conversation: what was said and asked so far, and the few words that work at every prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wizard.ui.common.session import Session
from wizard.ui.plain.terminal import Terminal

HELP, BACK = "?", "<"
RULES = (
    "Type an answer and press Enter. Enter alone takes what stands in brackets. A question mark "
    "explains the question, < goes back without losing an answer, Ctrl-C leaves."
)


class Back(Exception):
    """The person wants to go back."""


@dataclass
class Talk:
    """One person, what is known of their answers, and their terminal."""

    session: Session
    terminal: Terminal
    ran: bool = False
    """Whether a run was begun, so that something may have been made."""

    def say(self, text: str = "", indent: str = "") -> None:
        """Say something."""
        self.terminal.say(text, indent)

    def ask(self, prompt: str, explain: Callable[[], None]) -> str:
        """What is typed, without blanks around it. Raises Back for <; ? explains and asks again."""
        while True:
            text = self.terminal.line(prompt).strip()
            if text == BACK:
                raise Back
            if text != HELP:
                return text
            explain()

    def choose(self, prompt: str, keys: Mapping[str, str], numbers: int = 0) -> str:
        """One of the keys, or a number up to `numbers`; nothing typed is the empty key.

        `keys` says what each does; the empty one is Enter. Raises Back for <.
        """
        while True:
            text = self.ask(prompt, lambda: self._explain(keys, numbers)).lower()
            if text in keys or (text.isdecimal() and 0 < int(text) <= numbers):
                return text
            known = [key or "Enter" for key in keys]
            known += [f"a number from 1 to {numbers}"] * bool(numbers)
            self.say(f"“{text}” does nothing here. Type {' or '.join(known)}.")

    def sure(self, prompt: str) -> bool:
        """Whether the person types yes; anything else, Enter too, is no."""
        return self.terminal.line(f"{prompt} Type yes, or Enter for no:").strip().lower() == "yes"

    def offer(self, keys: Mapping[str, str], numbered: str = "") -> None:
        """Say what can be typed."""
        lines = [f"{key or 'Enter'}: {what}." for key, what in keys.items()]
        if numbered:
            lines.insert(1, f"A number: {numbered}.")
        for line in lines:
            self.say(line, "  ")

    def _explain(self, keys: Mapping[str, str], numbers: int) -> None:
        for key, what in keys.items():
            self.say(f"  {key or 'Enter'}: {what}.", "  ")
        if numbers:
            self.say(f"  A number from 1 to {numbers}: that line of the list.", "  ")
        self.say(f"  {BACK}: back.")
