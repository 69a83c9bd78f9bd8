"""Several questions at once, in threads: the one place where such threads are started."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")
Item = TypeVar("Item")


def fan_out(
    asks: Mapping[Key, Callable[[], Answer]], *, most: int = 8, limit: float | None = None
) -> dict[Key, Answer]:
    """What each of `asks` returns, by its key and in their order; `most` run at once.

    After `limit` seconds those that have not ended are left out: their threads end by themselves
    and do not keep the program from ending. An error of one is raised here once all have ended;
    none is begun after it.
    """
    waiting = iter(asks.items())
    taking = threading.Lock()
    found: dict[Key, Answer] = {}
    failed: list[BaseException] = []

    def work() -> None:
        while (each := _next(waiting, taking)) is not None and not failed:
            try:
                found[each[0]] = each[1]()
            except BaseException as error:
                failed.append(error)

    _ended([work] * min(most, len(asks)), limit)
    if failed:
        raise failed[0]
    return {key: found[key] for key in asks if key in found}


def _next(waiting: Iterator[Item], taking: threading.Lock) -> Item | None:
    with taking:
        return next(waiting, None)


def _ended(works: list[Callable[[], None]], limit: float | None) -> None:
    """Run every function in a thread of its own; return when all ended, or after `limit` s."""
    until = None if limit is None else time.monotonic() + limit
    threads = [threading.Thread(target=work, name="fan-out", daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(None if until is None else max(until - time.monotonic(), 0))
