"""What an error of AWS means for the call: not done, not known, or refused for good. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from wizard.base.errors import AwsError, NoAnswer, SignedOut

BUSY = re.compile(
    r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded"
    r"|PriorRequestNotComplete|ConcurrentModification|EntityTemporarilyUnmodifiable"
)
EXPIRED = re.compile(r"^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$")


class Trouble(StrEnum):
    """What is to be done about an error; the value says it to a person."""

    REFUSED = "AWS refuses"
    """Nothing was done, and asking again changes nothing."""
    BUSY = "AWS is limiting how fast this account may ask"
    """Nothing was done; later it will be."""
    UNREACHED = "AWS cannot be reached"
    """Nothing was done, for nothing arrived."""
    UNSURE = "no answer came"
    """It may have been done: look before asking again."""
    SIGNED_OUT = "the AWS sign-in has ended"
    """Nothing was done; somebody has to sign in again."""


PASSING = frozenset({Trouble.BUSY, Trouble.UNREACHED, Trouble.UNSURE})
"""What asking again can cure."""


def trouble(error: Exception) -> Trouble:
    """What this error means."""
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
