"""The service that an agent runs in, whatever hosts it: all that readers of the account see of it.

A host makes it of what AWS tells; nobody else reads AWS's own description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables with their values."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Environment variables whose values are secrets, with the secrets' ARNs."""
    callers: tuple[str, ...] | None = None
    """The networks that can reach it; None where its host restricts none, or does not say."""
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its host deploys it from, in the host's own words, for who has it deployed anew."""

    @property
    def tag(self) -> str:
        """The image's tag, which is the agent's version."""
        return self.image.rpartition("/")[2].partition("@")[0].partition(":")[2]

    @property
    def digest(self) -> str:
        """The digest by which it runs the image; empty where it goes by the tag alone."""
        return self.image.partition("@")[2]
