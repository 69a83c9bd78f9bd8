"""The agent's sizes: legal pairs of CPU and memory, and what each is good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.answers import checks


@dataclass(frozen=True, slots=True)
class Size:
    """A size to choose; `cpu` in units of 1/1024 vCPU, `memory` in MiB."""

    cpu: int
    memory: int
    about: str
    """What it is good for."""

    @property
    def pair(self) -> str:
        """What the host calls it."""
        return f"{checks.vcpu(self.cpu)}, {checks.gigabytes(self.memory)}"


ENOUGH = "more than enough for the 100 or so resources the Data API can carry"
SIZES = (
    Size(1024, 2048, "enough for 100 resources"),
    Size(2048, 4096, "headroom"),
    Size(4096, 8192, "more headroom"),
)


def size_of(values: Mapping[str, Any]) -> Size | None:
    """The size that these answers are; None where the pair was chosen by hand."""
    pair = (values["cpu"], values["memory"])
    return next((each for each in SIZES if (each.cpu, each.memory) == pair), None)


def words(values: Mapping[str, Any]) -> str:
    """The size that these answers are, for a line."""
    return f"{checks.vcpu(values['cpu'])}, {checks.gigabytes(values['memory'])}"
