"""Sizes in what people know: how many resources the agent manages, and the legal pair for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.answers import checks


@dataclass(frozen=True, slots=True)
class Size:
    """A size to choose; `cpu` in units of 1/1024 vCPU, `memory` in MiB."""

    resources: int
    cpu: int
    memory: int

    @property
    def pair(self) -> str:
        """What the host calls it."""
        return f"{checks.vcpu(self.cpu)}, {checks.gigabytes(self.memory)}"

    @property
    def name(self) -> str:
        """What people call it."""
        return f"up to {self.resources:,} resources"


SIZES = (Size(5_000, 1024, 2048), Size(10_000, 2048, 4096), Size(20_000, 4096, 8192))


def size_of(values: Mapping[str, Any]) -> Size | None:
    """The size that these answers are; None where the pair was chosen by hand."""
    pair = (values["cpu"], values["memory"])
    return next((each for each in SIZES if (each.cpu, each.memory) == pair), None)


def words(values: Mapping[str, Any]) -> str:
    """The size that these answers are, for a line."""
    size = size_of(values)
    if size:
        return f"{size.name}: {size.pair}"
    return f"{checks.vcpu(values['cpu'])}, {checks.gigabytes(values['memory'])}"
