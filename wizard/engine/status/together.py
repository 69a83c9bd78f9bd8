"""Several looks at once, of which none holds up the others, or the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.engine.account.asking import Asking, Unreadable
from wizard.local.crash import problem as crash

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
    """What looks give that AWS may refuse, each with what stands for it then.

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
