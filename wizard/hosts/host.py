"""A host, whole: what each folder beside this file says of where an agent can run.

`Offer` is its data, for rooms below the plan; `Hosting` what it adds to a plan; and here is what
the rooms above the plan ask of it besides.
"""

from __future__ import annotations

from typing import Protocol

from wizard.base.offer import host_module
from wizard.plan.hosting import Hosting
from wizard.plan.model import Call


class Host(Hosting, Protocol):
    """A host as the engine knows it."""

    def open_to(self) -> tuple[Call, str]:
        """A read call that AWS refuses where the account may not use the host.

        The JMESPath says how many services it has there.
        """

    def log_group(self, service: str) -> str:
        """The log group with the agent's own lines; `service` is the service's ARN."""


def host(key: str = "") -> Host:
    """The host in that folder; empty for the default."""
    found: Host = host_module(key, "host").HOST
    return found
