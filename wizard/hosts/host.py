"""A host, whole: what each folder beside this file says of where an agent can run.

`Offer` is its data, for the folders below the plan; `Hosting` what it adds to a plan; and here is
what the folders above the plan ask of it besides. `ServiceView` is all that readers of the account
see of a service: the host makes it of what AWS tells, and nobody else reads AWS's description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from wizard.answers.model import ARM_TAG
from wizard.base.errors import AwsError
from wizard.base.names import Names
from wizard.base.offer import default_host, host_module, known_hosts, offer
from wizard.catalogue import closes
from wizard.plan.inputs import Hosting

if TYPE_CHECKING:
    from wizard.plan.model import Call
    from wizard.plan.world import AwsCall


@dataclass(frozen=True, slots=True)
class Listed:
    """A service as its host lists it. `status` is AWS's own word."""

    name: str
    arn: str
    status: str
    running: bool = True
    """Whether it runs an agent."""
    created: str = ""
    """ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One of a service's operations; `ended` is empty while it goes on."""

    type: str
    status: str
    started: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """One service. Texts are empty where AWS does not say."""

    arn: str
    status: str
    """AWS's own word, in capitals."""
    running: bool
    """Whether it runs an agent, and AWS is not at work on it."""
    url: str
    """With `https://`."""
    image: str
    """Its registry, repository and tag or digest."""
    cpu: str
    memory: str
    """CPU units and MiB, as AWS writes them: `1024` and `2048`."""
    created: str
    updated: str
    """ISO 8601."""
    architecture: str = ""
    """Of its CPU, as AWS writes it: `X86_64`; empty where its host has only one."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables with their values."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Environment variables whose values are secrets, with the secrets' ARNs."""
    callers: tuple[str, ...] | None = None
    """The networks that can reach it; None where its host restricts none, or does not say."""
    protected: bool | None = None
    """Whether its gateway is protected against deletion; None where none is, or AWS is silent."""
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its host deploys it from, in the host's own words, for who has it deployed anew."""

    @property
    def tag(self) -> str:
        """The image's tag, which is the agent's version; a copy's tag also names what it is for."""
        tag = self.image.rpartition("/")[2].partition("@")[0].partition(":")[2]
        return tag.removesuffix(ARM_TAG) if self.architecture == "ARM64" else tag

    @property
    def repository(self) -> str:
        """The image's registry and repository."""
        registry, _, name = self.image.partition("@")[0].rpartition("/")
        return f"{registry}/{name.partition(':')[0]}"

    @property
    def digest(self) -> str:
        """The digest by which it runs the image; empty where it goes by the tag alone."""
        return self.image.partition("@")[2]


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
