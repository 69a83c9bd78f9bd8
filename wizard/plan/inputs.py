"""What the machine and the account told before the plan was made; the plan's second input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.local.formae.config import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """Facts the plan is made of, besides the answers; reading them changes nothing."""

    account: str = ""
    """Twelve digits; empty while nobody is signed in."""
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """IAM actions that AWS's resource types need, by the chosen service."""
    own_policy: str = ""
    """The text of the person's policy file."""
    client: Client = field(default_factory=Client)
    attached_before: tuple[str, ...] = ()
    """ARNs of policies that an earlier run attached to the instance role, as its record proves."""
    policies_before: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Our numbered policies that nobody but the instance role has, with their older versions."""
    tags_before: tuple[str, ...] = ()
    """Keys of the tags that an earlier run put on everything, as its record proves."""
    secret_keys: tuple[str, ...] = ()
    """ARNs of the customer keys that encrypt the secrets the agent reads."""
    password_given: bool = False
    """Whether the person gave a password for the API, instead of having one generated."""
