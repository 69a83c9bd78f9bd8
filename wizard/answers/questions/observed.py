"""What is deployed, as far as an answer can be read back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.local.formae.agent_config import AgentSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One deployment as AWS and the agent's config say it is; empty where nothing can be seen."""

    name: str = ""
    """The deployment's name; empty where nothing of that name is the wizard's."""
    cpu: str = ""
    """The service's CPU units, such as "1024"."""
    memory: str = ""
    """The service's memory in MiB, such as "2048"."""
    image: str = ""
    """The service's image, such as "registry/formae:0.88.1"."""
    config: AgentSaid | None = None
    """What the agent's config says; None where there is none, or where it is no sound Pkl."""
    min_capacity: float | None = None
    """Aurora capacity units of the deployment's own cluster; None where it has none."""
    max_capacity: float | None = None
    engine: str = ""
    """PostgreSQL version of the cluster with the deployment's name, whoever made it."""
    scope: Mapping[str, str] = field(default_factory=dict)
    """What is attached to the agent's role, as the answers that mean it."""
    tags: str | None = None
    """The person's own tags as an answer; None where no tags can be seen."""
