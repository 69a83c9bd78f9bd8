"""What formae itself manages: asked of the agent before it goes, for nobody can be asked after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.engine.destroy.plan import Fate, Remains
from wizard.hosts.host import host
from wizard.plan.resources.verify import STATS
from wizard.plan.world import Tools


@dataclass(frozen=True, slots=True)
class Managed:
    """What is left without an agent; `unknown` says why it could not be asked."""

    resources: int = 0
    stacks: int = 0
    targets: int = 0
    unknown: str = ""

    @property
    def words(self) -> str:
        """One sentence; empty where there is no agent that could manage anything."""
        if self.unknown:
            return (
                f"What formae manages could not be asked ({self.unknown}); whatever it is stays, "
                "without an agent."
            )
        if not self.resources and not self.stacks:
            return "formae manages nothing at the moment."
        return (
            f"formae manages {_count(self.resources, 'resource')} in "
            f"{_count(self.stacks, 'stack')} ({_count(self.targets, 'target')}): they stay, "
            "without an agent."
        )


def managed(remains: Remains, tools: Tools) -> Managed | None:
    """Ask the agent, with the password kept in the account; None where there is no agent."""
    service = remains.seen["service"]
    if service.fate is not Fate.GOES:
        return None
    running = host().view(service.thing.get("Service", {}))
    if running.status != "RUNNING":
        return Managed(unknown=f"the service is {running.status}")
    username, password = _credentials(remains.seen["api-secret"].thing)
    answer = tools.probe(f"{running.url}{STATS}", username, password)
    if answer.status != 200 or not isinstance(answer.body, Mapping):
        return Managed(unknown=answer.reason or f"the agent answered HTTP {answer.status}")
    return Managed(
        resources=_number(answer.body.get("Resources")),
        stacks=_number(answer.body.get("Stacks")),
        targets=_number(answer.body.get("Targets")),
    )


def _credentials(secret: Mapping[str, Any]) -> tuple[str | None, str | None]:
    try:
        held = json.loads(secret["Value"]["SecretString"])
        return str(held["username"]), str(held["password"])
    except (KeyError, TypeError, ValueError):
        return None, None


def _number(value: Any) -> int:
    """Formae counts some things in all, some by kind."""
    if isinstance(value, Mapping):
        return sum(_number(each) for each in value.values())
    return int(value) if isinstance(value, int | float) else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
