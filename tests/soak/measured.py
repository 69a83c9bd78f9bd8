"""What a process holds: memory, open handles, threads; read from the system, not from Python."""

from __future__ import annotations

import gc
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Held:
    """At one moment. `memory` is what is resident, in MiB."""

    memory: float
    handles: int
    threads: int

    @classmethod
    def now(cls) -> Held:
        """Look."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            memory=pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
            handles=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names alone
            threads=threading.active_count(),
        )

    def __str__(self) -> str:
        return f"{self.memory:7.1f} MiB  {self.handles:4} handles  {self.threads:4} threads"


def growth(held: list[Held]) -> Held:
    """How much more is held in the last fifth than in the second one, in the middle of each.

    The first fifth is left out: caches fill, modules are loaded, the allocator takes its room.
    """
    fifth = max(len(held) // 5, 1)
    early, late = held[fifth : 2 * fifth], held[-fifth:]

    def middle(name: str, part: list[Held]) -> float:
        return float(median(getattr(each, name) for each in part))

    return Held(
        memory=middle("memory", late) - middle("memory", early),
        handles=round(middle("handles", late) - middle("handles", early)),
        threads=round(middle("threads", late) - middle("threads", early)),
    )
