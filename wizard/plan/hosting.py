"""What a plan asks of the host that it puts the agent on; each folder of hosts answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.names import Names
from wizard.base.offer import host_module
from wizard.base.values import Value
from wizard.documents.document import Document

if TYPE_CHECKING:  # who only reads what a host deployed waits for no plan
    from wizard.plan.model import Call, Step
    from wizard.plan.resources.common import Site

AGENT_ROLE = "instance-role"
"""The step of the role that the agent works with, on every host."""
EXECUTION_ROLE = "execution-role"
"""The step of the role with which a host in a VPC starts the agent, and reads its secrets."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A read call that lists what may be left of a deployment; `names` is their JMESPath."""

    call: Call
    names: str


class Hosting(Protocol):
    """How one host runs an agent, as steps and documents. Pure: nothing here asks AWS."""

    def trusts(self) -> Mapping[str, Document]:
        """The trust policy of each role that is made, by the role's step, `AGENT_ROLE` included."""

    def policies(self) -> Mapping[str, Document]:
        """What roles of the host's own may do beside AWS's policies, by the role's step."""

    def roles(
        self, site: Site, trusts: Mapping[str, Document], policies: Mapping[str, Document]
    ) -> list[Step]:
        """The roles of the host's own, without the agent's: with what they may do."""

    def agent_role(self) -> tuple[str, str]:
        """Title and reason of the role that the agent works with."""

    def requests(self, site: Site, config: Document) -> list[Document]:
        """The requests that deploy the agent with that config, which the person may edit."""

    def service(self, site: Site, requests: list[Document], after: Iterable[str]) -> list[Step]:
        """The steps that deploy the agent, the one called `service` last; it waits for `after`.

        `service` has the outputs `arn` and `url`, the agent's address behind its offer's `scheme`.
        """

    def stopped(self, site: Site) -> Step:
        """The look for a service that is there, whose one expectation stops its agent.

        The service stays, and starts its agent again as the step `service` says. `wait` ends once
        no agent runs.
        """

    def redeployed(
        self, names: Names, region: str, now: Any, variable: Mapping[str, Value]
    ) -> list[Step]:
        """The steps that deploy an agent that is there with one environment variable changed.

        The one called `service` is the last. `now` is the `source` of its view.
        """

    def leftovers(self, names: Names) -> Mapping[str, Listing]:
        """What a removal must look for besides the plan's own steps, by a word of the host's."""

    def left(self, site: Site, found: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
        """The steps that take away what the `leftovers` listed; each says what it is part of."""


def hosting(host: str) -> Hosting:
    """The host with that key; empty for the default."""
    found: Hosting = host_module(host, "host").HOST
    return found
