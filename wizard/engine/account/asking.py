"""Questions to AWS that may be refused, one or several at once: refusals become gaps, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.catalogue import explain
from wizard.local.crash import problem as crash
from wizard.plan.world import AwsCall

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be seen, and why."""

    what: str
    why: str

    @property
    def words(self) -> str:
        """What cannot be seen and why, in one sentence."""
        return f"{self.what} could not be read. {self.why}"


@dataclass
class Asking:
    """Asks, and keeps what was refused. Safe to use from several threads."""

    call: AwsCall
    gaps: list[Unreadable] = field(default_factory=list)

    def ask(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """The answer, or None where what was asked for is not there. Raises AwsError."""
        try:
            return self.call(service, operation, params)
        except AwsError as error:
            if error.not_there:
                return None
            raise

    def attempt(self, what: str, look: Callable[[], T], otherwise: T) -> T:
        """What the look gives; `otherwise`, and a gap, where AWS refuses it."""
        try:
            return look()
        except AwsError as error:
            self.gaps.append(Unreadable(_capital(what), explain(error, f"Reading {what}").why))
        except WizardError as error:
            self.gaps.append(Unreadable(_capital(what), str(error)))
        return otherwise


def pairs(tags: Any) -> dict[str, str]:
    """A list of tags, in AWS's spelling of whichever service, as a mapping."""
    return {
        str(each.get("Key", each.get("key"))): str(each.get("Value", each.get("value", "")))
        for each in tags or []
    }


def ours(tags: Mapping[str, str]) -> bool:
    """Whether the wizard's tag is among these tags."""
    return tags.get(TAG_KEY) == TAG_VALUE


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


Seen = TypeVar("Seen")

LIMIT = 25.0
"""Seconds for all looks of one kind."""
MOST = 12
"""How many are under way at once."""


def tried(
    asking: Asking,
    looks: Mapping[str, tuple[Callable[[], Seen], Seen]],
    *,
    limit: float = LIMIT,
) -> dict[str, Seen]:
    """Take several looks that AWS may refuse; each gives what it found, or what stands for that.

    Their names say what they look at; what was refused or took too long becomes a gap.
    """

    def begun(name: str, look: Callable[[], Seen], otherwise: Seen) -> Callable[[], Seen]:
        return lambda: asking.attempt(name, partial(_sound, look), otherwise)

    asks = {name: begun(name, *each) for name, each in looks.items()}
    found = fan_out(asks, limit=limit, most=MOST)
    for name in looks.keys() - found.keys():
        why = f"It took longer than {limit:g} seconds."
        asking.gaps.append(Unreadable(name[:1].upper() + name[1:], why))
    return {name: found.get(name, otherwise) for name, (_, otherwise) in looks.items()}


def _sound(look: Callable[[], Seen]) -> Seen:
    """A look that breaks must not keep the others from being told."""
    try:
        return look()
    except (AwsError, WizardError):
        raise
    except Exception as mistake:
        raise crash(mistake) from None
