"""The service as its host tells of it, and the agent as it answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import Names
from wizard.engine.account.asking import Asking
from wizard.engine.status.data import ANSWERS, Agent, Reply
from wizard.hosts.host import host
from wizard.hosts.service_view import Operation, ServiceView
from wizard.plan.resources.agent import HEALTH
from wizard.plan.resources.verify import STATS
from wizard.plan.world import HttpAnswer, Tools

LAST_OPERATIONS = 3
SILENT = frozenset({"PAUSED", "CREATE_FAILED", "DELETED", "DELETE_FAILED"})
"""States in which no agent runs."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API's user and password, as stored."""

    username: str
    password: str
    hash: str = ""

    def __repr__(self) -> str:
        """Without either."""
        return "Credentials(…)"

    @property
    def secrets(self) -> frozenset[str]:
        """What must be shown nowhere."""
        return frozenset(filter(None, (self.password, self.hash)))


def operations(asking: Asking, arn: str) -> tuple[Operation, ...]:
    """The last operations, the newest first. Raises AwsError."""
    return host().operations(asking.ask, arn)[:LAST_OPERATIONS]


def credentials(asking: Asking, names: Names) -> Credentials | None:
    """As stored; None where there are none. Raises AwsError, and WizardError for unusable ones."""
    answer = asking.ask("secretsmanager", "GetSecretValue", {"SecretId": names.api_secret})
    if answer is None:
        return None
    try:
        told = json.loads(answer["SecretString"])
        hashed = str(told.get("bcrypt", ""))
        return Credentials(str(told["username"]), str(told["password"]), hashed)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise WizardError(
            f"The secret {names.api_secret} is not a JSON object with “username” and “password”.",
            entry="FW-SEC-002",
        ) from None


def agent(tools: Tools, found: ServiceView, stored: Credentials | None) -> Agent:
    """Ask the agent itself: whether it is well, and whom it lets in."""
    if found.status in SILENT or not found.url:
        reason = f"not asked: the service is {found.status or 'without an address'}"
        return Agent(health=Reply(reason=reason), strangers=Reply(reason=reason))
    asks: dict[str, Callable[[], HttpAnswer]] = {
        "health": lambda: tools.probe(found.url + HEALTH, None, None),
        "strangers": lambda: tools.probe(found.url + STATS, None, None),
    }
    if stored:
        user = stored
        asks["owner"] = lambda: tools.probe(found.url + STATS, user.username, user.password)
    said = fan_out(asks, limit=20)
    replies = {name: _reply(said.get(name)) for name in asks}
    version = next(
        (
            str(answer.body.get("Version", ""))
            for name in ("owner", "strangers")
            if (answer := said.get(name))
            and answer.status == ANSWERS
            and isinstance(answer.body, dict)
        ),
        "",
    )
    return Agent(
        health=replies["health"],
        strangers=replies["strangers"],
        owner=replies.get("owner", Reply(reason="not asked: no password is stored")),
        version=version,
    )


def _reply(answer: HttpAnswer | None) -> Reply:
    if answer is None:
        return Reply(reason="no answer in 20 seconds")
    if not answer.status:
        return Reply(reason=answer.reason or "no answer")
    return Reply(answer.status)
