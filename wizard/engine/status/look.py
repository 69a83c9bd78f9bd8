"""Look at one deployment from all sides at once, to tell how it is.

No call changes anything, and nothing is waited for long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from wizard.answers.model import Answers
from wizard.aws.live import ReadOnlyWorld
from wizard.aws.session import Aws
from wizard.base.names import Names
from wizard.costs import estimate, snapshot
from wizard.engine.account.asking import Asking
from wizard.engine.account.deployments import Deployment
from wizard.engine.account.read_answers import Deployed, deployed
from wizard.engine.flow import Flow, pace
from wizard.engine.resolve_answers import resolve_as_deployed
from wizard.engine.status import agent as of_agent
from wizard.engine.status.agent import Credentials, image, last_lines
from wizard.engine.status.data import AGENT, DATABASE, OPERATIONS, SIDES, Agent, DeploymentState
from wizard.engine.status.database import database
from wizard.engine.status.drift import drift
from wizard.engine.status.together import LIMIT, tried
from wizard.hosts.host import host
from wizard.local.clock import Clock
from wizard.local.passwords import Passwords
from wizard.plan.world import World

DEPLOYMENT_LIMIT = 2 * LIMIT
"""Seconds for all of one: its answers are read first, and then what they lead to."""
Told = Callable[[DeploymentState], None]
"""Hears how a deployment is as far as it is known; from several threads, one at a time."""
Members = dict[str, Any]
"""Members of a `DeploymentState`."""
NOBODY = Deployed("", "", there=False, answers={}, drift=(), gaps=())


def unheard(_: DeploymentState) -> None:
    """For those who wait for the whole."""


class Growing:
    """The state while one side after the other comes in."""

    def __init__(self, state: DeploymentState, told: Told) -> None:
        self._state = state
        self._told = told
        self._telling = threading.Lock()
        told(state)

    def add(self, side: str, members: Members) -> Members:
        """Tell that this side is known now."""
        with self._telling:
            pending = self._state.pending - {side}
            self._state = replace(self._state, **members, pending=pending)
            self._told(self._state)
        return members


@dataclass(slots=True)
class Sight:
    """One deployment while it is looked at."""

    flow: Flow
    place: Answers
    """Only profile, region and name count."""
    account: str
    found: Deployment
    asking: Asking = field(init=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    growing: Growing | None = None
    """Told of what is known already."""

    def __post_init__(self) -> None:
        self.asking = Asking(self.flow.snapshot(self.place.profile, self.place.region).call)

    @property
    def names(self) -> Names:
        """The names of its parts."""
        return Names(self.found.name)

    @property
    def arn(self) -> str:
        """Of the service; empty where there is none."""
        return self.found.service.arn if self.found.service else ""


def look(
    flow: Flow, place: Answers, account: str, found: Deployment, told: Told = unheard
) -> tuple[DeploymentState, set[str]]:
    """How it is, and which secrets were read on the way. Never raises for what AWS refuses.

    `told` hears of the state as it becomes known, without what could hold a secret: what differs
    and the log come with the whole.
    """
    sight = Sight(flow, place, account, found)
    bare = DeploymentState(
        name=found.name,
        region=found.region,
        ours=found.ours,
        parts=found.parts,
        claim=found.claim,
        demo=flow.demo,
    )
    sight.growing = Growing(replace(bare, pending=SIDES if sight.arn else SIDES - {AGENT}), told)
    answers = f"the deployment {found.name}"
    sides: dict[str, Any] = {answers: (lambda: _answers(sight), {})}
    if sight.arn:
        sides |= {
            f"the service {sight.names.service}": (lambda: _agent(sight), {}),
            "its operations": (lambda: _operations(sight), {}),
            "its log": (lambda: {"logs": last_lines(sight.asking, sight.arn)}, {}),
        }
    seen = tried(sight.asking, sides, limit=DEPLOYMENT_LIMIT)
    members = {key: value for side in seen.values() for key, value in side.items()}
    gaps = tuple(dict.fromkeys(sight.asking.gaps))
    return replace(bare, **members, gaps=gaps), set(sight.secrets)


def _operations(sight: Sight) -> Members:
    found = {"operations": of_agent.operations(sight.asking, sight.arn)}
    return _told(sight, OPERATIONS, found)


def _told(sight: Sight, side: str, members: Members) -> Members:
    return sight.growing.add(side, members) if sight.growing else members


def _agent(sight: Sight) -> Members:
    service = host().described(sight.asking.ask, sight.arn)
    if service is None:
        return {}
    stored: Credentials | None = None
    if sight.found.service and sight.found.service.tagged:  # nobody else gets the password
        name = f"the secret {sight.names.api_secret}"
        look = of_agent.credentials
        stored = sight.asking.attempt(name, lambda: look(sight.asking, sight.names), None)
    if stored:
        sight.secrets |= stored.secrets
    world = sight.flow.world(sight.place)
    sides: dict[str, Any] = {
        "the agent": (lambda: of_agent.agent(world, service, stored), Agent()),
        "its image": (lambda: image(sight.asking, service), None),
    }
    seen = tried(sight.asking, sides)
    found = {"service": service, "agent": seen["the agent"], "image": seen["its image"]}
    return _told(sight, AGENT, found)


def _answers(sight: Sight) -> Members:
    """What can be told only by those who know how it was set up."""
    read = NOBODY
    if sight.found.ours:
        read = deployed(sight.asking.call, sight.found.region, sight.found.name)
        sight.asking.gaps += read.gaps
    own = read.answers.get("database") != "existing"
    cluster = sight.names.cluster if own else read.answers.get("cluster_arn", "")
    sides: dict[str, Any] = {
        "the database": (lambda: _database(sight, cluster, own=own), {}),
    }
    if read.answers:
        sides["what differs"] = (lambda: _planned(sight, read), {})
    seen = tried(sight.asking, sides)
    protected = read.answers.get("protect")
    return {
        "version": read.answers.get("image_version", ""),
        "protected": None if protected is None else protected == "yes",
        **seen["the database"],
        **seen.get("what differs", {}),
    }


def _database(sight: Sight, cluster: str, *, own: bool) -> Members:
    return _told(sight, DATABASE, {"database": database(sight.asking, cluster, own=own)})


def _planned(sight: Sight, read: Deployed) -> Members:
    place = {
        "profile": sight.place.profile,
        "region": sight.found.region,
        "name": sight.found.name,
    }
    answers = resolve_as_deployed(place, read.answers, sight.account)
    recorded: Members = {"drift": read.drift or None}
    differs = sight.asking.attempt(
        "what differs",
        lambda: drift(sight.asking, sight.flow, answers, sight.account, read.drift),
        recorded,
    )
    return {**differs, "estimate": estimate(answers, snapshot(answers.region, answers.host))}


SILENCE = 6.0
"""Seconds that AWS may be silent before one goes on without its answer."""


class Looker(Flow):
    """A flow whose tools make read calls only, and each of them once."""

    def __init__(self, *, demo: bool = False) -> None:
        super().__init__(remembers=True, demo=demo)

    def at(self, profile: str, region: str) -> World:
        """The world as this profile may read it in this region."""
        with self._lock:
            if (profile, region) not in self._signed_in:
                self._signed_in[profile, region] = Aws(profile, region, SILENCE)
            aws = self._signed_in[profile, region]
        return ReadOnlyWorld(aws, Passwords(self.passwords), Clock(pace()))
