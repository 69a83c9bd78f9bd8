"""Codes of MFA devices in plain lines: whoever works wants one, and the main thread asks.

Only there can Ctrl-C end the question, and only there is nothing else being said meanwhile.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future

from wizard.local.mfa import Wanted, nobody
from wizard.ui.plain.talk import Terminal

LOOK = 0.2
"""Seconds between two looks whether anybody still asks."""


class Codes:
    """Hands questions from threads that work to the one that talks."""

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
        self._terminal.say(f"{wanted.again} {wanted.words} is wanted to sign in.".strip())
        return self._terminal.secret("Code (it is not shown; Enter alone: not now):").reveal()
