"""Sizes in what people know: how many resources the agent manages, and the legal pair for it."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.answers import checks
from wizard.base.offer import offer
from wizard.guided.session import Session
from wizard.questions import Choice

CUSTOM = "custom"
CEILING = (
    "That is what the agent itself carries. Its database is reached through the RDS Data API, "
    "whose answers are limited to 1 MB: in practice about a hundred resources. More wants a direct "
    "PostgreSQL connection, which this wizard does not set up."
)


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
CHOICES = (
    *(Choice(str(each.resources), f"{each.name:<24}{each.pair}") for each in SIZES),
    Choice(CUSTOM, f"{'custom':<24}any pair {offer().label} has"),
)


def chosen(session: Session) -> str:
    """The size that the answers mean."""
    size = _size(session)
    return str(size.resources) if size and not session.custom_size else CUSTOM


def words(session: Session) -> str:
    """The size in force, for a line."""
    size, values = _size(session), session.collected.values
    if size:
        return f"{size.name}: {size.pair}"
    return f"{checks.vcpu(values['cpu'])}, {checks.gigabytes(values['memory'])}"


def choose(session: Session, choice: str) -> None:
    """Take a size; `custom` leaves what is there, to be changed by hand."""
    session.custom_size = choice == CUSTOM
    size = next((each for each in SIZES if str(each.resources) == choice), None)
    if size:
        session.type("cpu", checks.vcpu(size.cpu))
        session.type("memory", checks.gigabytes(size.memory))


def _size(session: Session) -> Size | None:
    values = session.collected.values
    pair = (values["cpu"], values["memory"])
    return next((each for each in SIZES if (each.cpu, each.memory) == pair), None)
