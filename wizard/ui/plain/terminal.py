"""The terminal, line by line: sentences go out, one line at a time comes in."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping

from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.base.text import NARROWEST, clean_lines, folded

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
        """Whether it can do more than write one line after the other."""
        return not self._dumb

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines now."""
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
