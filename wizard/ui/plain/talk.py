"""A conversation in plain lines: the terminal, prompts, long texts page by page, files to save."""

from __future__ import annotations

import contextlib
import getpass
import os
import queue
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.base.text import NARROWEST, clean_lines, folded
from wizard.engine.job import Verb
from wizard.local.files import write_private
from wizard.local.mfa import Wanted, nobody
from wizard.local.process import problem as crash
from wizard.ui.common.console import EVERY
from wizard.ui.common.session import Session

USUAL = (80, 24)
"""Columns and lines where the terminal does not say."""


def dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can only write one line after the other."""
    return environment.get("TERM", "") in {"", "dumb"}


class Terminal:
    """Standard input and output of a person.

    A dumb terminal gets bare lines; any other edits the line one types, through questionary.
    """

    def __init__(self) -> None:
        self._dumb = dumb(os.environ)

    @property
    def capable(self) -> bool:
        """Whether the terminal can do more than write one line after the other."""
        return not self._dumb

    @property
    def size(self) -> tuple[int, int]:
        """The terminal's columns and lines now."""
        try:
            columns, lines = os.get_terminal_size(sys.stdout.fileno())
        except (OSError, ValueError):
            return USUAL
        return max(columns or USUAL[0], NARROWEST), lines or USUAL[1]

    # -- out

    def say(self, text: str = "", indent: str = "") -> None:
        """A text, folded between words to the terminal's width; `indent` begins its later lines."""
        for line in text.split("\n"):
            self.write("\n".join(folded(line, self.size[0] - 1, indent)))

    def write(self, text: str) -> None:
        """A text as it is, but for what would steer the terminal."""
        sys.stdout.write(clean_lines(text) + "\n")
        sys.stdout.flush()

    def problem(self, problem: WizardError, lead: str = "") -> None:
        """What happened, why, and what to do."""
        self.say(f"{lead}{problem.what}")
        if problem.why:
            self.say(f"Why: {problem.why}")
        if problem.fix:
            self.say(f"What to do: {problem.fix}")
        if problem.more:
            self.say(f"More: {problem.more}")

    # -- in

    def line(self, prompt: str) -> str:
        """One line the person types. Ctrl-C and the end of input raise KeyboardInterrupt."""
        prompt = clean_lines(prompt)
        try:
            return self._edited(prompt) if self.capable else self._bare(prompt)
        except EOFError:
            sys.stdout.write("\n")
            raise KeyboardInterrupt from None

    def secret(self, prompt: str) -> Secret:
        """One line the person types unseen. Ctrl-C and the end of input raise KeyboardInterrupt."""
        try:
            return Secret.typed(getpass.getpass(f"{clean_lines(prompt)} "))
        except EOFError:
            sys.stdout.write("\n")
            raise KeyboardInterrupt from None

    def _bare(self, prompt: str) -> str:
        sys.stdout.write(f"{prompt} ")
        sys.stdout.flush()
        raw = sys.stdin.buffer.readline()
        if not raw:
            raise EOFError
        return raw.decode(sys.stdin.encoding or "utf-8", "replace").rstrip("\r\n")

    def _edited(self, prompt: str) -> str:
        import questionary  # slow to load; a dumb terminal does without
        from prompt_toolkit.data_structures import Size
        from prompt_toolkit.output.vt100 import Vt100_Output

        bare = questionary.Style([("qmark", "noinherit"), ("answer", "noinherit")])
        # The terminal is never asked where its cursor is: not every one answers.
        output = Vt100_Output(
            sys.stdout,
            get_size=lambda: Size(rows=self.size[1], columns=self.size[0]),
            term=os.environ["TERM"],
            enable_cpr=False,
        )
        asked = questionary.text(prompt, qmark="", style=bare, output=output)
        return str(asked.unsafe_ask())


HELP, BACK = "?", "<"
RULES = (
    "Type an answer and press Enter. Enter alone takes the value in brackets. ? explains the "
    "question, < goes back without losing an answer, Ctrl-C quits."
)


LOOK = 0.2
"""Seconds between two looks whether anybody still asks."""


class Codes:
    """Codes of MFA devices: whoever works wants one, and the main thread asks.

    Only there can Ctrl-C end the question, and only there is nothing else being said meanwhile.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._wanted: queue.Queue[tuple[Wanted, Future[str]]] = queue.Queue()
        self._served = 0

    def ask(self, wanted: Wanted) -> str:
        """What the person types; empty for nothing. Raises SignedOut where nobody asks now."""
        if threading.current_thread() is threading.main_thread():
            return self._typed(wanted)
        answer: Future[str] = Future()
        self._wanted.put((wanted, answer))
        while self._served:
            with contextlib.suppress(TimeoutError):
                return answer.result(LOOK)
        raise nobody(wanted)

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Within it, who talks calls `serve` now and then."""
        self._served += 1
        try:
            yield
        finally:
            self._served -= 1

    @property
    def wanted(self) -> bool:
        """Whether `serve` would ask for one."""
        return not self._wanted.empty()

    def serve(self) -> bool:
        """Ask for the codes that are wanted; whether all were given. Ctrl-C: KeyboardInterrupt."""
        given = True
        with contextlib.suppress(queue.Empty):
            while True:
                wanted, answer = self._wanted.get_nowait()
                typed = ""
                try:
                    typed = self._typed(wanted)
                finally:
                    answer.set_result(typed)
                given = given and bool(typed)
        return given

    def _typed(self, wanted: Wanted) -> str:
        self._terminal.say(f"{wanted.again} {wanted.words} is needed to sign in.".strip())
        return self._terminal.secret("Code (not shown; Enter alone: not now):").reveal()


class Back(Exception):
    """The person wants to go back."""


@dataclass
class Talk:
    """One person, what is known of their answers, and their terminal."""

    session: Session
    terminal: Terminal
    last: Verb | None = None
    """What was begun last, so that something may have been changed; None for nothing."""
    codes: Codes = field(init=False)
    """What an MFA device says, asked for while somebody works."""

    def __post_init__(self) -> None:
        self.codes = Codes(self.terminal)

    def say(self, text: str = "", indent: str = "") -> None:
        """Write a sentence, folded to the terminal's width."""
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
        """Whether the person types yes; anything else, Enter too, is no. What was meant is said."""
        typed = self.terminal.line(f"{prompt} Type yes, or Enter for no:").strip().lower()
        if typed not in {"", "yes", "n", "no"}:
            self.say("Taken as no: it takes the whole word yes.")
        return typed == "yes"

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
    said = time.monotonic()
    with talk.codes.served():
        while not over.wait(min(LOOK, EVERY)):
            talk.codes.serve()
            if time.monotonic() - said >= EVERY:
                talk.say("Still waiting for an answer. Ctrl-C quits.")
                said = time.monotonic()
    if problems:
        raise problems[0]
    return found[0]
