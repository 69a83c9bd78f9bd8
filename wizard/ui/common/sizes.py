"""Choosing the agent's size by how many resources it manages, or CPU and memory by hand."""

from __future__ import annotations

from wizard.answers import checks
from wizard.answers.questions import Choice
from wizard.answers.questions.sizes import SIZES, size_of
from wizard.base.offer import offer
from wizard.ui.common.session import Session

BY_HAND = ("cpu", "memory")
"""Questions that are asked only where no size is chosen."""
CUSTOM = "custom"
CEILING = (
    "That is what the agent itself carries. Its database is reached through the RDS Data API, "
    "whose answers are limited to 1 MB: in practice about a hundred resources. More wants a direct "
    "PostgreSQL connection, which this wizard does not set up."
)
CHOICES = (
    *(Choice(str(each.resources), f"{each.name:<24}{each.pair}") for each in SIZES),
    Choice(CUSTOM, f"{'custom':<24}any pair {offer().label} has"),
)


def chosen(session: Session) -> str:
    """The size that the answers mean."""
    size = size_of(session.collected.values)
    return str(size.resources) if size and not session.custom_size else CUSTOM


def choose(session: Session, choice: str) -> None:
    """Take a size; `custom` leaves what is there, to be changed by hand."""
    session.custom_size = choice == CUSTOM
    size = next((each for each in SIZES if str(each.resources) == choice), None)
    if size:
        session.type("cpu", checks.vcpu(size.cpu))
        session.type("memory", checks.gigabytes(size.memory))
