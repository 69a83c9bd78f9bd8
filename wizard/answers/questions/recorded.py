"""How an answer is written into the deployment's record, which is kept as tags in the account."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wizard.answers.parsing import written


class Tag(StrEnum):
    """The tags of the record, in the order in which drift is told.

    AWS takes 256 letters, digits and blanks or any of _.:/=+-@ as a tag's value.
    """

    SIZING = "sizing"
    VERSION = "version"
    ACCESS = "access"
    DATABASE = "database"
    SERVICES = "services"
    POLICIES = "policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where and how an answer is recorded: as `key=value` among others, or `alone` in its tag."""

    tag: Tag
    place: int = 0
    """Where in its tag it stands; answers of one place stand in the catalogue's order."""
    alone: bool = False
    """Whether the tag holds this answer only, without its key; empty while it is not asked."""
    write: Callable[[Any], str] = written
    """From the answer's value to the text in the tag, which has no blank unless it is `alone`."""
    read: Callable[[str], str] = str
    """From the text in the tag to the answer as text."""
    digest: str = ""
    """What other answers are called where the tag holds only a digest that nobody can read back."""


def fingerprint(arns: Iterable[str]) -> str:
    """A short text that stands for these policies, whose ARNs would not fit into a tag."""
    return hashlib.sha256("\n".join(sorted(arns)).encode()).hexdigest()[:16]
