"""Everything a person must see before they agree: what goes, what stays, what is left alone.

What formae itself manages is asked of the agent before it goes, for nobody can be asked after. Of
an unfinished set-up only what its runs made goes: what was there before, and what that needs,
stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from wizard.answers.model import Answers, Source
from wizard.answers.questions import Detected
from wizard.answers.resolving import collect
from wizard.base.errors import AwsError, WizardError
from wizard.base.json_input import parsed_json
from wizard.base.names import Names
from wizard.catalogue import explain
from wizard.engine.account.database_access import tenants
from wizard.engine.account.snapshot import host_there
from wizard.engine.destroy.discover import discover, elsewhere, others
from wizard.engine.destroy.plan import DeleteAction, Remains, Seen, remains
from wizard.hosts.host import host
from wizard.plan.graph import backwards, sorter
from wizard.plan.inputs import Choices, Extent, PlanInputs
from wizard.plan.model import Call, Plan, Step
from wizard.plan.moving import with_others
from wizard.plan.removal import DATABASE, MEMBER, THEIR_DATABASE, removal
from wizard.plan.resources.verify import STATS
from wizard.plan.world import World


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
                f"The wizard could not ask what formae manages ({self.unknown}); it stays, without "
                "an agent."
            )
        if not self.resources and not self.stacks:
            return "formae currently manages nothing."
        return (
            f"formae manages {_count(self.resources, 'resource')} in "
            f"{_count(self.stacks, 'stack')} ({_count(self.targets, 'target')}): they stay, "
            "without an agent."
        )


def managed(remains: Remains, world: World, key: str) -> Managed | None:
    """Ask the agent, with the password kept in the account; None where there is no agent.

    `key` is that of its host.
    """
    service = remains.seen["service"]
    if service.action is not DeleteAction.GOES:
        return None
    running = host(key).view(service.thing)
    if not running.running:
        return Managed(unknown=f"the service is {running.status}")
    username, password = _credentials(remains.seen["api-secret"].thing)
    answer = world.probe(f"{running.url}{STATS}", username, password)
    if answer.status != 200 or not isinstance(answer.body, Mapping):
        return Managed(unknown=answer.reason or f"the agent answered HTTP {answer.status}")
    return Managed(
        resources=_number(answer.body.get("Resources")),
        stacks=_number(answer.body.get("Stacks")),
        targets=_number(answer.body.get("Targets")),
    )


def _credentials(secret: Mapping[str, Any]) -> tuple[str | None, str | None]:
    try:
        held = parsed_json(secret["Value"]["SecretString"])
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


WHOLE = {"database": "new", "protect": "yes", "scope": "power-user", "client_config": "yes"}
"""Answers whose plan has a step for whatever a deployment may have."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A deployment as the account has it, and what is to become of it."""

    plan: Plan
    account: str
    choices: Choices
    extent: Extent
    remains: Remains
    managed: Managed | None
    deployed: Mapping[str, str] = field(default_factory=dict)
    """The answers that are deployed, as text by the question's key; none where no data is kept."""
    doubts: tuple[WizardError, ...] = ()
    """What the person signed in seems not to be allowed of it."""

    @property
    def nothing_left(self) -> bool:
        """Whether there is nothing to remove."""
        return not self.remains.of(DeleteAction.GOES)

    @property
    def snapshot(self) -> str:
        """The name of the final snapshot that will be made; empty where none will."""
        cluster = self.remains.seen["cluster"]
        (call,) = cluster.step.delete
        name = call.params.get("FinalDBSnapshotIdentifier", "")
        ordered = cluster.thing.get("Status") == "deleting"  # by an earlier run, with its own name
        return str(name) if cluster.action is DeleteAction.GOES and not ordered else ""


def leaving(world: World, answers: Answers, account: str, choices: Choices) -> Leaving:
    """Look what is there of the deployment `answers` names. Only read calls are made.

    Of the answers only name, region and profile count, and the host where neither service nor role
    says it. Raises WizardError where AWS cannot be asked.
    """
    answers = replace(answers, host=host_there(world.call, answers.name) or answers.host)
    try:
        there = discover(world, answers.name, account, answers.host)
        choices = replace(
            choices, snapshot=_free_name(answers.name, {each.name for each in there.snapshots})
        )
        inputs = PlanInputs(account=account, others=others(world, answers, account))
        plan = removal(_whole(answers), inputs, there, choices)
        plan = with_others(plan, _whole(answers), inputs, choices)
        found = remains(plan, choices, world, _needed(plan, there, world))
    except AwsError as error:
        raise explain(error, f"Checking what exists of {answers.name}") from None
    return Leaving(plan, account, choices, there, found, managed(found, world, answers.host))


def _whole(answers: Answers) -> Answers:
    named = {"name": answers.name, "region": answers.region, "profile": answers.profile}
    whole = collect({Source.DEPLOYED: {**WHOLE, **named}}, Detected()).answers()
    return replace(whole, host=answers.host)


def _needed(plan: Plan, there: Extent, world: World) -> dict[str, str]:
    """Why something of it stays that other deployments need, by step."""
    stays, own = elsewhere(plan, there), f":cluster:{Names(plan.name).cluster}"
    database = [each.id for each in plan.steps if each.id in DATABASE or each.id.startswith(MEMBER)]
    try:
        others = [each for each in tenants(world.call) if each.deployment != plan.name]
    except AwsError:
        return stays  # who may not list the secrets sees no others
    for other in others:
        why = f"the deployment “{other.deployment}” keeps its state in it"
        theirs = there.theirs
        if other.cluster.endswith(own):
            stays |= dict.fromkeys(database, why)
        elif theirs and theirs.database and other.has(theirs.cluster, theirs.database):
            stays[THEIR_DATABASE] = why
    return stays


def _free_name(deployment: str, taken: set[str]) -> str:
    """A name for the final snapshot that says when; another where two come within a second."""
    stem = f"{Names(deployment).cluster}-final-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    names = (f"{stem}-{number}" if number else stem for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


BEFORE = "it existed before this run, or something else created it"


def only(leaving: Leaving, orders: Collection[tuple[str, str, str]]) -> Leaving:
    """Reduce a removal to what was made by `orders`: triples of step id, service and operation."""
    before, seen = backwards(leaving.plan), dict(leaving.remains.seen)
    graph = sorter(before)
    while graph.is_active():
        for step_id in graph.get_ready():  # what needs it was decided before it
            mine, users = seen[step_id], [seen[each] for each in before[step_id]]
            if mine.action in {DeleteAction.GOES, DeleteAction.CONFIG}:
                seen[step_id] = _judged(mine, seen, users, orders)
            graph.done(step_id)
    for step_id, mine in seen.items():  # what is in something that stays, stays with it
        if mine.action is DeleteAction.GOES and not _made(mine.step, seen, orders):
            seen[step_id] = replace(
                mine, action=DeleteAction.STAYS, why=BEFORE, first=(), obstacles=()
            )
    return replace(leaving, remains=Remains(seen, leaving.remains.known))


def _stays(mine: Seen, why: str) -> Seen:
    return replace(mine, action=DeleteAction.STAYS, why=why, first=(), obstacles=())


def _judged(
    mine: Seen, seen: dict[str, Seen], users: list[Seen], orders: Collection[tuple[str, str, str]]
) -> Seen:
    if not _made(mine.step, seen, orders):
        return _stays(mine, BEFORE)
    user = next((each for each in users if each.action is DeleteAction.STAYS), None)
    if user is None or user.step.part_of == mine.step.id:
        return mine
    why = f"“{user.step.title}” stays, and uses it"
    return _stays(mine, why)


def _made(step: Step, seen: dict[str, Seen], orders: Collection[tuple[str, str, str]]) -> bool:
    """Whether it was made by an order, or belongs to what was made and goes."""
    match step.make:
        case Call(service=service, operation=operation):
            ways = {operation, "RestoreDBClusterFromSnapshot"}  # of a cluster
            made = any((step.id, service, each) in orders for each in ways)
        case _:
            made = any(each[0] == step.id for each in orders)
    whole = seen.get(step.part_of) if step.part_of else None
    return made or (
        whole is not None and whole.action is DeleteAction.GOES and _made(whole.step, seen, orders)
    )
