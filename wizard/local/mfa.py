"""The code of an MFA device, asked of the person in the way of the face that is there.

Each face says how while it is there, by `asked_by`; without one nobody is asked. A refusal counts
until somebody wants to sign in `afresh`, so that nobody is asked the same every few seconds.
"""

from __future__ import annotations

import contextlib
import getpass
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from wizard.base.errors import ExitCode, SignedOut
from wizard.local.profiles import meant, shell_words

SIX = re.compile(r"\d{6}")
ONE_AT_A_TIME = threading.RLock()
"""Held from the look for a session that is kept to its being kept: a code is good once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A code that is wanted: of which device, for which profile (empty for the usual order).

    `again` is why it is asked for once more, as a sentence; empty the first time.
    """

    device: str
    profile: str
    again: str = ""

    @property
    def reason(self) -> str:
        """Why it is wanted, as a sentence."""
        return f"The AWS profile “{meant(self.profile).name}” uses the MFA device {self.device}."

    @property
    def words(self) -> str:
        """The question, without its mark."""
        return f"Code from the MFA device {self.device}"


Ask = Callable[[Wanted], str]
"""Give what the person types, empty where they would rather not. Called from any thread, which it
blocks. Raises SignedOut where nobody can be asked."""


class _State:
    ask: Ask | None = None
    refused: frozenset[str] = frozenset()
    """Profiles whose code the person would rather not give."""


@contextlib.contextmanager
def asked_by(ask: Ask) -> Iterator[None]:
    """Within it, codes are asked for by `ask`."""
    before, _State.ask = _State.ask, ask
    try:
        yield
    finally:
        _State.ask = before


def afresh() -> None:
    """Somebody wants to sign in: who refused may be asked again."""
    _State.refused = frozenset()


def code(wanted: Wanted) -> str:
    """The six digits the person gives. Raises SignedOut where they do not, or cannot be asked."""
    if _State.ask is None:
        raise nobody(wanted)
    if wanted.profile in _State.refused:
        raise _refused(wanted)
    while True:
        typed = "".join(_State.ask(wanted).split())
        if not typed:
            _State.refused |= {wanted.profile}
            raise _refused(wanted)
        if SIX.fullmatch(typed):
            return typed
        wanted = replace(wanted, again="A code has 6 digits.")


def on_terminal(wanted: Wanted) -> str:
    """Ask on standard error, unseen, where there is a person; only the main thread can be left."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise nobody(wanted)
    lead = f"{wanted.again} " if wanted.again else ""
    try:
        return getpass.getpass(f"{lead}{wanted.words} (not shown): ", sys.stderr)
    except EOFError:
        return ""


def nobody(wanted: Wanted) -> SignedOut:
    """That the code cannot be asked for here, with the ways around it."""
    return SignedOut(
        f"The AWS profile “{meant(wanted.profile).name}” needs an MFA code, and the wizard cannot "
        "ask for it here.",
        wanted.reason,
        f"{elsewhere(wanted.profile)} Or use a profile without mfa_serial.",
        ExitCode.NOT_READY,
        entry="FW-SIGN-010",
    )


def _refused(wanted: Wanted) -> SignedOut:
    return SignedOut(
        "You did not enter an MFA code.",
        wanted.reason,
        elsewhere(wanted.profile),
        ExitCode.NOT_READY,
        entry="FW-SIGN-010",
    )


def renewal(profile: str) -> str:
    """How a session that has ended in the middle is had anew, as a sentence."""
    if _State.ask not in {None, on_terminal}:
        return "Enter the MFA code when the wizard asks for it."
    return elsewhere(profile)


def elsewhere(profile: str) -> str:
    """How the code is given outside this program, as a sentence."""
    command = shell_words("aws sts get-caller-identity", meant(profile).name)
    return (
        f"Run `{command}` in a terminal and enter the code there: the wizard uses the same session "
        "(~/.aws/cli/cache)."
    )
