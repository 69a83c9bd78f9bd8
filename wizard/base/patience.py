"""Ask again what may pass: longer and longer pauses with jitter, within a budget that is told.

What an error of AWS means for the call: not done, not known, or refused for good. Pure.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from wizard.base.errors import AwsError, NoAnswer, SignedOut, WizardError

BUSY = re.compile(
    r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded"
    r"|PriorRequestNotComplete|ConcurrentModification|EntityTemporarilyUnmodifiable"
)
EXPIRED = re.compile(r"^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$")


class Trouble(StrEnum):
    """What is to be done about an error; the value says it to a person."""

    REFUSED = "AWS refuses"
    """Nothing was done, and asking again changes nothing."""
    BUSY = "AWS is throttling this account"
    """Nothing was done; later it will be."""
    UNREACHED = "AWS cannot be reached"
    """Nothing was done, for nothing arrived."""
    UNSURE = "AWS did not answer"
    """It may have been done: look before asking again."""
    SIGNED_OUT = "the AWS sign-in has ended"
    """Nothing was done; somebody has to sign in again."""


PASSING = frozenset({Trouble.BUSY, Trouble.UNREACHED, Trouble.UNSURE})
"""What asking again can cure."""


def trouble(error: Exception) -> Trouble:
    """What an error of AWS means for the call that it answers."""
    match error:
        case SignedOut():
            return Trouble.SIGNED_OUT
        case NoAnswer(asked=asked):
            return Trouble.UNSURE if asked else Trouble.UNREACHED
        case AwsError(code=code) if EXPIRED.match(code):
            return Trouble.SIGNED_OUT
        case AwsError(code=code) if BUSY.search(code):
            return Trouble.BUSY
        case AwsError(status=status) if status >= 500:
            return Trouble.UNSURE
        case _:
            return Trouble.REFUSED


Answer = TypeVar("Answer")

FIRST = 1.0
LONGEST = 20.0
"""Seconds of the first pause and of the longest."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause before something is asked again. All in seconds but `number`, which counts from 1."""

    trouble: Trouble
    error: Exception
    number: int
    seconds: float
    left: float
    """What is left of the budget before it."""

    @property
    def words(self) -> str:
        """Why, and until when, as a part of a sentence."""
        told = "AWS has a problem" if _server(self.error) else self.trouble.value
        return (
            f"{told}; try {self.number + 1} in {self.seconds:.0f} s, for up to {_span(self.left)}"
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on asking, and how to wait meanwhile."""

    budget: float
    """Seconds from the first error on."""
    wait: Callable[[Pause], None]
    """Tells the pause and waits; may raise to give up."""
    now: Callable[[], float]
    passing: frozenset[Trouble] = PASSING
    firm: frozenset[str] = frozenset()
    """Codes of AWS that are an answer here, and no reason to ask again."""


class Pauses:
    """The pauses of one question."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._began: float | None = None
        self._number = 0

    def after(self, error: AwsError | WizardError) -> Pause:
        """Wait after this error. Raises it where waiting is no use, or the budget is used up."""
        patience, kind = self._patience, trouble(error)
        if kind not in patience.passing or getattr(error, "code", "") in patience.firm:
            raise error
        now = patience.now()
        self._began = now if self._began is None else self._began
        self._number += 1
        left = self._began + patience.budget - now
        longest = min(LONGEST, FIRST * 2 ** min(self._number - 1, 10))
        seconds = longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret
        if seconds > left:
            raise error
        pause = Pause(kind, error, self._number, seconds, left)
        patience.wait(pause)
        return pause


def patiently(ask: Callable[[], Answer], patience: Patience) -> Answer:
    """The answer, asked for as long as the patience lasts. Raises the last error."""
    pauses = Pauses(patience)
    while True:
        try:
            return ask()
        except (AwsError, WizardError) as error:
            pauses.after(error)


def _server(error: Exception) -> bool:
    return isinstance(error, AwsError) and error.status >= 500


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} more minutes" if seconds >= 90 else f"{seconds:.0f} more s"
