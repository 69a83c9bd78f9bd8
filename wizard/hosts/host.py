"""A host, whole: what each folder beside this file says of where an agent can run.

`Offer` is its data, for the folders below the plan; `Hosting` what it adds to a plan; and here is
what the folders above the plan ask of it besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.errors import AwsError
from wizard.base.names import Names
from wizard.base.offer import default_host, host_module, known_hosts, offer
from wizard.catalogue import closes
from wizard.hosts.service_view import Listed, Operation, ServiceView
from wizard.plan.hosting import Hosting

if TYPE_CHECKING:  # who only reads what a host deployed waits for no plan
    from wizard.plan.model import Call
    from wizard.plan.world import AwsCall


class Host(Hosting, Protocol):
    """A host as the engine knows it."""

    def open_to(self) -> tuple[Call, str]:
        """A read call that AWS refuses where the account may not use the host.

        The JMESPath says how many services it has there.
        """

    def log_group(self, service: str) -> str:
        """The log group with the agent's own lines; `service` is the service's ARN."""

    def services(self, call: AwsCall) -> list[Listed]:
        """Every service of the region that is not deleted. Raises AwsError."""

    def tags(self, call: AwsCall, arn: str) -> dict[str, str]:
        """A service's tags; none where it is gone and `call` answers None. Raises AwsError."""

    def described(self, call: AwsCall, arn: str) -> ServiceView | None:
        """One service; None where it is gone and `call` answers None. Raises AwsError."""

    def view(self, found: Mapping[str, Any]) -> ServiceView:
        """A service as the looks of the step `service` found it."""

    def made_before(self, call: AwsCall, names: Names) -> tuple[str, ...]:
        """What an earlier run made that a plan may not want any more. Raises AwsError."""

    def operations(self, call: AwsCall, arn: str) -> tuple[Operation, ...]:
        """A service's operations, the newest first. Raises AwsError."""


def host(key: str = "") -> Host:
    """The host with that key; empty for the default."""
    found: Host = host_module(key, "host").HOST
    return found


def host_of(arn: str) -> str:
    """The key of the host whose service has that ARN; the default's where none has."""
    _, _, service, _, _, resource = f"{arn}:::::".split(":", 5)

    def made(key: str) -> bool:
        found = offer(key)
        return found.service == service and bool(re.fullmatch(found.resource, resource.rstrip(":")))

    return next(filter(made, known_hosts()), default_host())


def all_services(call: AwsCall) -> list[Listed]:
    """Every service of every host that is not deleted; a host closed to the account has none.

    Those that run come first, then the oldest: of a deployment that is being moved the first
    is the one that counts. Raises AwsError where a host is refused and no other has one.
    """
    found: list[Listed] = []
    refused: list[AwsError] = []
    for key in known_hosts():
        try:
            found += host(key).services(call)
        except AwsError as error:
            refused += [] if closes(error) else [error]
    if refused and not found:
        raise refused[0]
    return sorted(found, key=lambda each: (not each.running, each.created))


def serving(call: AwsCall, deployment: str) -> Listed | None:
    """The service of that deployment, on any host; None where it has none. Raises AwsError.

    Of two, while its agent is moved, the one that runs, or else the older one.
    """
    found = all_services(call)
    return next((each for each in found if each.name == _service(deployment, each.arn)), None)


def _service(deployment: str, arn: str) -> str:
    return Names(deployment, host_of(arn)).service
