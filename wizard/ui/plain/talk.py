"""A conversation in plain lines: prompts, long texts page by page, and files to save into."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from wizard.base.errors import WizardError
from wizard.base.text import clean_lines
from wizard.local.crash import problem as crash
from wizard.local.files import write_private
from wizard.ui.common.heartbeat import EVERY
from wizard.ui.common.session import Session
from wizard.ui.plain.terminal import Terminal, dumb

HELP, BACK = "?", "<"
RULES = (
    "Type an answer and press Enter. Enter alone takes the value in brackets. ? explains the "
    "question, < goes back without losing an answer, Ctrl-C quits."
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
            typed = [key for key in keys if key]
            typed += [f"a number from 1 to {numbers}"] * bool(numbers)
            known = ["press Enter"] * ("" in keys) + [f"type {' or '.join(typed)}"] * bool(typed)
            ways = ", or ".join(known)
            self.say(f"“{text}” is not an option. {ways[:1].upper()}{ways[1:]}.")

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


LEAST = 5


def page(terminal: Terminal, lines: Sequence[str]) -> None:
    """Show the lines: Enter goes on, q stops."""
    clean = [clean_lines(line) for line in lines]
    command = pager(os.environ)
    if command and _paged(command, "\n".join(clean) + "\n"):
        return
    rest = clean
    while rest:
        number = fitting(rest, *terminal.size)
        terminal.write("\n".join(rest[:number]))
        rest = rest[number:]
        if rest and terminal.line(f"{len(rest)} more lines. Enter: more, q: stop.").strip() == "q":
            return


def pager(environment: Mapping[str, str]) -> list[str]:
    """The command of the person's pager; empty where none is set, found, or of any use here."""
    try:
        words = shlex.split(environment.get("PAGER", ""))
    except ValueError:
        return []
    return words if words and not dumb(environment) and shutil.which(words[0]) else []


def _paged(command: list[str], text: str) -> bool:
    # In its secure mode less starts no other program; F and X leave short texts on the terminal.
    environment = {"LESS": "FX", **os.environ, "LESSSECURE": "1"}
    try:
        subprocess.run(command, input=text, text=True, env=environment, check=False)  # noqa: S603
    except OSError:
        return False
    return True


def fitting(lines: Sequence[str], columns: int, height: int) -> int:
    """How many of the lines fill a screen, but for the prompt; at least one."""
    room, number = max(LEAST, height - 2), 0
    for line in lines:
        room -= max(1, -(-len(line) // columns))
        if room < 0 and number:
            break
        number += 1
    return number


def save(talk: Talk, name: str, text: str) -> Path | None:
    """Ask where to, and write; the file written, or None."""
    typed = talk.terminal.line(f"Save to which file? [{name}]").strip()
    path = Path(typed or name).expanduser()
    if path.exists() and not talk.sure(f"{path} already exists. Overwrite it?"):
        talk.say("Not saved.")
        return None
    try:
        write_private(path, text, keep_old=False)
    except WizardError as problem:
        talk.terminal.problem(problem, "Not saved. ")
        return None
    talk.say(f"Saved as {path.absolute()}, readable only by you.")
    return path


Result = TypeVar("Result")


def patiently(talk: Talk, doing: str, work: Callable[[], Result]) -> Result:
    """The result of `work`; `doing` says what is going on. Raises WizardError.

    It is done in a daemon thread, so that Ctrl-C never waits for a network that does not answer.
    """
    talk.say(doing)
    found: list[Result] = []
    problems: list[WizardError] = []
    over = threading.Event()

    def run() -> None:
        try:
            found.append(work())
        except WizardError as problem:
            problems.append(problem)
        except Exception as mistake:  # told to the person, so that nobody waits forever
            problems.append(crash(mistake))
        over.set()

    threading.Thread(target=run, name="patiently", daemon=True).start()
    while not over.wait(EVERY):
        talk.say("Still waiting for an answer. Ctrl-C quits.")
    if problems:
        raise problems[0]
    return found[0]
