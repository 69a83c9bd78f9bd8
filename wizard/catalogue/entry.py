"""An entry of the catalogue of errors: one trouble, how it is known, what is to be said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

DOCKER, FORMAE, APPLICATION = "docker", "formae", "application"
DEPLOYMENT = "deployment"
"""Speakers beside AWS's services: the Docker engine, the formae CLI, the agent's own log, what a
host says of a deployment that ended badly."""


class _Blanks(dict[str, str]):
    """What is not known of a text's blanks is named in capitals."""

    def __missing__(self, key: str) -> str:
        return key.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What somebody said: an AWS service to an operation, the Docker engine to a pull, …"""

    service: str
    operation: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """By what a trouble is known; all that is given must fit.

    `service` and `operation` are exact; none means AWS's services, and any operation. `codes` are
    AWS's, with `*` for any letters. `words` is a pattern looked for in the message, in any case.
    """

    service: str = ""
    operation: str = ""
    codes: tuple[str, ...] = ()
    words: str = ""

    def fits(self, raised: Raised) -> bool:
        """Whether what somebody said is a sign of the trouble."""
        if self.service:
            fits = raised.service == self.service
        else:
            fits = raised.service not in {DOCKER, FORMAE, APPLICATION, DEPLOYMENT}
        if self.operation:
            fits = fits and raised.operation == self.operation
        if self.codes:
            fits = fits and any(fnmatchcase(raised.code, each) for each in self.codes)
        return fits and bool(re.search(self.words, raised.message, re.IGNORECASE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One trouble. Texts are full sentences, `title` one without its full stop.

    Blanks ({image}, {plugin} …) in `what`, `why` and `fix` are filled where it happens. An entry
    without `signs` is named by the wizard itself where it happens.
    """

    code: str
    """Ours: FW-<area>-<number>. Never changes its meaning, and is never given anew."""
    title: str
    why: str = ""
    fix: str = ""
    what: str = ""
    """Where the speaker is not AWS: what happened, for a failure's first line."""
    causes: tuple[str, ...] = ()
    """Usual causes, the likeliest first."""
    alone: str = ""
    """What the wizard does by itself."""
    signs: tuple[Sign, ...] = ()

    @property
    def area(self) -> str:
        """The middle part of the entry's code, such as "NET" of FW-NET-001."""
        return self.code.split("-")[1]

    @property
    def aws_codes(self) -> tuple[str, ...]:
        """The error codes of AWS that the entry covers."""
        return tuple(dict.fromkeys(code for sign in self.signs for code in sign.codes))

    def fits(self, raised: Raised) -> bool:
        """Whether what somebody said is the entry's trouble."""
        return any(sign.fits(raised) for sign in self.signs)

    def blanks(self, raised: Raised) -> dict[str, str]:
        """The named parts of what was said, as the entry's sign finds them."""
        for sign in self.signs:
            found = re.search(sign.words, raised.message, re.IGNORECASE) if sign.words else None
            if found:
                return {key: value for key, value in found.groupdict().items() if value}
        return {}


def filled(text: str, **blanks: Any) -> str:
    """A text with its blanks filled; those not given are named in capitals."""
    return text.format_map(_Blanks({key: str(value) for key, value in blanks.items()}))
