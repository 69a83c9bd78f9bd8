"""Several looks at once, of which none holds up the others, or the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from wizard.deployed.asking import Asking, Gap
from wizard.failures.crash import problem as crash
from wizard.failures.errors import AwsError, WizardError

Key = TypeVar("Key", bound=Hashable)
Seen = TypeVar("Seen")
Item = TypeVar("Item")

LIMIT = 25.0
"""Seconds for all looks of one kind."""
MOST = 12
"""How many are under way at once."""


def at_once(
    looks: Mapping[Key, Callable[[], Seen]], *, limit: float = LIMIT, most: int = MOST
) -> dict[Key, Seen]:
    """What each look gives, by its name; one that takes longer than `limit` seconds is left out.

    Its thread ends by itself and does not keep the program from ending. What a look raises is
    raised here, once all have ended.
    """
    waiting = iter(looks.items())
    taking = threading.Lock()
    found: dict[Key, Seen] = {}
    failed: list[BaseException] = []

    def work() -> None:
        while (each := _next(waiting, taking)) is not None and not failed:
            try:
                found[each[0]] = each[1]()
            except BaseException as error:
                failed.append(error)

    _ended([work] * min(most, len(looks)), limit)
    if failed:
        raise failed[0]
    return {name: found[name] for name in looks if name in found}


def _next(waiting: Iterator[Item], taking: threading.Lock) -> Item | None:
    with taking:
        return next(waiting, None)


def _ended(works: list[Callable[[], None]], limit: float) -> None:
    """Do them side by side; goes on after `limit` seconds whatever has become of them."""
    until = time.monotonic() + limit
    threads = [threading.Thread(target=work, name="status", daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0))


def tried(
    asking: Asking,
    looks: Mapping[str, tuple[Callable[[], Seen], Seen]],
    *,
    limit: float = LIMIT,
) -> dict[str, Seen]:
    """The same for looks that AWS may refuse, each with what stands for it then.

    Their names say what they look at; what was refused or took too long becomes a gap.
    """

    def begun(name: str, look: Callable[[], Seen], otherwise: Seen) -> Callable[[], Seen]:
        return lambda: asking.attempt(name, partial(_sound, look), otherwise)

    found = at_once({name: begun(name, *each) for name, each in looks.items()}, limit=limit)
    for name in looks.keys() - found.keys():
        why = f"It took longer than {limit:g} seconds."
        asking.gaps.append(Gap(name[:1].upper() + name[1:], why))
    return {name: found.get(name, otherwise) for name, (_, otherwise) in looks.items()}


def _sound(look: Callable[[], Seen]) -> Seen:
    """A look that breaks must not keep the others from being told."""
    try:
        return look()
    except (AwsError, WizardError):
        raise
    except Exception as mistake:
        raise crash(mistake) from None
