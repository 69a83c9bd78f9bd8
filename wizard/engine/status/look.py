"""Look at one deployment from all sides at once, to tell how it is.

No call changes anything, and nothing is waited for long. Drift is what differs from what the wizard
would make of the very answers that are deployed.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from wizard.answers.model import Answers
from wizard.aws.live import NOT_ASKED, ReadOnlyWorld
from wizard.base.errors import WizardError
from wizard.base.names import Names
from wizard.costs import estimate, snapshot
from wizard.engine.account.asking import LIMIT, Asking, Unreadable, tried
from wizard.engine.account.deployments import Deployment
from wizard.engine.account.image import another_image, moved
from wizard.engine.account.read_answers import Deployed, deployed
from wizard.engine.changes import rows
from wizard.engine.diff import RESTORED, Action, PlannedChange
from wizard.engine.drift import Drift
from wizard.engine.edits_import import read_edits
from wizard.engine.flow import Flow
from wizard.engine.preflight.check import image_here
from wizard.engine.refresh import survey
from wizard.engine.resolve_answers import resolve_as_deployed
from wizard.engine.status import agent as of_agent
from wizard.engine.status.agent import Credentials, database, image, last_lines
from wizard.engine.status.data import AGENT, DATABASE, OPERATIONS, SIDES, Agent, DeploymentState
from wizard.hosts.host import host, host_of
from wizard.journal import End
from wizard.journal.past import runs
from wizard.plan.model import Plan
from wizard.plan.resources.secrets import RECORD
from wizard.plan.world import World

MISSING = "not there"
SILENT = frozenset({Action.KEEP, Action.RUN, Action.REFUSE})


def drift(
    asking: Asking, flow: Flow, answers: Answers, account: str, recorded: Iterable[Drift]
) -> dict[str, Any]:
    """What somebody changed since it was chosen, and what the plan would put right: `drift`.

    `theirs` is what others put beside ours. `edited` names the documents that are as they were
    edited for the last run on this machine: no drift. What the plan could not look at becomes a
    gap. Raises AwsError and WizardError where there can be no plan.
    """
    plan = _plan(flow, answers, account)
    findings = survey(plan, flow.snapshot(answers.profile, answers.region))
    found = rows(plan, findings, answers.profile)
    asking.gaps += _refused(found)
    drifted = [each for row in found for each in _of_row(row)]
    changed = any(each.document for row in found for each in row.differences)
    return {
        "drift": (*recorded, *drifted),
        "edited": () if changed else tuple(each.title for each in plan.documents if each.edited),
        "theirs": tuple(f"{row.title}: {each}" for row in found for each in row.theirs),
    }


def _plan(flow: Flow, answers: Answers, account: str) -> Plan:
    """The plan, with the documents as they were edited for the last run on this machine."""
    place = (account, answers.region, answers.name)
    past = (run for run in runs() if run.verb == "apply" and run.place == place)
    last = next((run for run in past if run.end is End.WELL), None)
    if last and last.edits:
        with contextlib.suppress(WizardError):  # they do not fit any more, or are gone
            return flow.plan(answers, account, read_edits(last.edits))
    return flow.plan(answers, account)


def _of_row(row: PlannedChange) -> Iterator[Drift]:
    if row.action in SILENT:
        return
    step, title = row.step.id, row.title
    if row.action is Action.CREATE:
        yield Drift(step, "", "there", MISSING, title, then="creates it")
    elif row.action is Action.REPLACE:
        again = "replaces it"
        yield Drift(step, "", "removed and made again", "broken", title, then=again)
    elif row.action is Action.DELETE:
        field = next((each.field for each in row.differences if each.field), "")
        yield Drift(step, field, "removed", "there", title)
    else:
        for each in row.differences:
            if each.what == RECORD:
                continue  # the answers that differ tell the same
            if each.what == RESTORED:
                yield Drift(step, "", "there", each.have, title, then="restores it")
                continue
            what = f"{title}: {each.what if each.follows else each.name}"
            yield Drift(step, each.field, each.chosen, each.now, what, follows=each.follows)


def _refused(found: Iterable[PlannedChange]) -> list[Unreadable]:
    return [
        Unreadable(f"“{row.title}”", row.problem.why or row.problem.what)
        for row in found
        if row.action is Action.REFUSE and row.problem and NOT_ASKED not in row.problem.why
    ]


DEPLOYMENT_LIMIT = 2 * LIMIT
"""Seconds for all of one: its answers are read first, and then what they lead to."""
Told = Callable[[DeploymentState], None]
"""Hears how a deployment is as far as it is known; from several threads, one at a time."""
Members = dict[str, Any]
"""Members of a `DeploymentState`."""
NOBODY = Deployed("", "", there=False, answers={}, drift=(), gaps=())


def unheard(_: DeploymentState) -> None:
    """Hear of no side: for those who wait for the whole state."""


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
    """One deployment while it is looked at, and what the looks share."""

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
    """Find out how a deployment is. Never raises for what AWS refuses.

    Also returns the secrets that were read on the way.

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
    service = host(host_of(sight.arn)).described(sight.asking.ask, sight.arn)
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
        "datastore": read.answers.get("datastore", ""),
        "internal": read.answers.get("internal") == "yes",
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
    answers = replace(answers, host=read.host)
    recorded: Members = {"drift": read.drift or None}
    differs = sight.asking.attempt(
        "what differs",
        lambda: drift(sight.asking, sight.flow, answers, sight.account, read.drift),
        recorded,
    )
    other = sight.asking.attempt("the image's source", lambda: _other_image(sight, answers), "")
    differs = {**differs, "other_image": other}
    return {**differs, "estimate": estimate(answers, snapshot(answers.region, answers.host))}


def _other_image(sight: Sight, answers: Answers) -> str:
    differs = another_image if answers.copied else moved
    try:
        way = image_here(answers)
    except WizardError:
        return ""  # no one can say
    other = differs(sight.asking.call, answers, way)
    return f"{other.what} {other.fix}" if other else ""


class Looker(Flow):
    """A flow whose tools make read calls only, and each of them once."""

    def __init__(self, *, demo: bool = False) -> None:
        super().__init__(remembers=True, demo=demo)

    def at(self, profile: str, region: str) -> World:
        """The world as this profile may read it in this region."""
        return self._world(ReadOnlyWorld, profile, region)
