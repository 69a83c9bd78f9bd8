"""What the person chose: frozen, typed, and with the source of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from wizard.base.offer import PLATFORMS, offer

ARM_TAG = "-arm64"
"""What follows the version in the tag of a copy for arm64, so that both can be there."""


class Source(IntEnum):
    """Where a value came from. The written precedence: a higher one wins."""

    DEFAULT = 1
    DETECTED = 2
    DEPLOYED = 3
    FILE = 4
    ENVIRONMENT = 5
    FLAG = 6
    TYPED = 7

    @property
    def words(self) -> str:
        """For the review: how the value came to be."""
        return SOURCE_WORDS[self]


SOURCE_WORDS = {
    Source.DEFAULT: "default",
    Source.DETECTED: "detected",
    Source.DEPLOYED: "as deployed",
    Source.FILE: "answers file",
    Source.ENVIRONMENT: "environment",
    Source.FLAG: "command line",
    Source.TYPED: "your choice",
}


@dataclass(frozen=True, slots=True)
class Given:
    """One value with its source and the reason."""

    value: Any
    source: Source
    reason: str = ""

    @property
    def words(self) -> str:
        """How the value came to be, for the review: a default's reason, or who said it."""
        return self.reason or self.source.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Every answer, by the question's key. Never holds a secret.

    The answers that code of the wizard goes by are attributes; others stand in `more`.
    """

    profile: str
    region: str
    account: str
    """The twelve digits of the only account this is for; empty where any is."""
    cpu: int
    """CPU units: 1024 are one vCPU."""
    memory: int
    """MiB."""
    min_capacity: float
    """Aurora capacity units, in half steps."""
    max_capacity: float
    database: str
    cluster_arn: str
    cluster_secret_arn: str
    enable_data_api: bool
    scope: str
    services: tuple[str, ...]
    policy_arns: tuple[str, ...]
    policy_file: str
    protect: bool
    api_user: str
    name: str
    adopt: bool
    """Whether what carries our names already is taken over, although no wizard made it."""
    wake: bool
    """Whether a stopped cluster is started, and a paused service resumed."""
    put_back: bool
    """Whether the wizard's config takes the place of one that cannot be read any more."""
    image_version: str
    image_source: str
    engine_version: str
    database_name: str
    tags: tuple[tuple[str, str], ...]
    hide_itself: bool
    client_config: bool
    activate_profile: bool
    keychain: bool
    through_docker: bool
    replace_image: bool
    """Whether another image under the tag in ECR is replaced by the source's."""
    deletion_protection: bool = False
    """Whether what gives the agent its address is protected against deletion."""
    architecture: str = "x86_64"
    """Of the agent's CPU, as AWS names it."""
    copy_image: bool = False
    """Whether the image is copied to ECR although the host pulls it from anywhere."""
    datastore: str = "data-api"
    """How the agent reaches its database: `postgres` in the VPC, or `data-api`."""
    snapshot: str = ""
    """Identifier or ARN of what a new cluster is restored from; empty where it starts empty."""
    open_database: bool = False
    """Whether a rule is added to a security group of a cluster that was there before."""
    allow_cidr: tuple[str, ...] = ()
    """Networks that can reach the agent; every one where none are named."""
    host: str = ""
    """The key of the host that the agent runs on; empty for the default."""
    subnets: tuple[str, ...] = ()
    """Subnets by their ids, of one VPC; two of the default VPC's where none are named."""
    internal: bool = False
    """Whether the agent's address can only be reached from inside the VPC."""
    more: tuple[tuple[str, Any], ...] = ()
    """Keys and values of the answers that have no attribute of their own."""
    given: Mapping[str, Given] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    @classmethod
    def of(cls, values: Mapping[str, Any], given: Mapping[str, Given]) -> Answers:
        """The answers with these values, by key, each with its source."""
        own = {each.name for each in fields(cls)} & values.keys()
        more = tuple((key, value) for key, value in values.items() if key not in own)
        return cls(**{key: values[key] for key in own}, more=more, given=given)

    @property
    def values(self) -> dict[str, Any]:
        """Every answer's value by its question's key."""
        own = (each.name for each in fields(self) if each.name not in {"more", "given"})
        return {key: getattr(self, key) for key in own} | dict(self.more)

    @property
    def copied(self) -> bool:
        """Whether the host pulls the image from ECR, to which it is copied."""
        return self.copy_image or not offer(self.host).pulls_anywhere

    @property
    def platform(self) -> str:
        """What the image must be built for, as Docker names it."""
        return PLATFORMS[self.architecture]

    @property
    def copy_tag(self) -> str:
        """The tag of the image's copy, which is built for one architecture only."""
        return self.image_version + (ARM_TAG if self.architecture == "arm64" else "")

    @property
    def new_database(self) -> bool:
        """Whether the plan makes a cluster of its own."""
        return self.database in {"new", "express"}

    @property
    def express(self) -> bool:
        """Whether that cluster is in Aurora's express configuration, which has no VPC."""
        return self.database == "express"

    @property
    def direct(self) -> bool:
        """Whether the agent speaks PostgreSQL with its cluster, without the Data API."""
        return self.datastore == "postgres"
