"""Every screen in its states: one table, for the snapshots, the contrast and the footer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from screens.answers.summary import Page
from screens.deployments.listed import DeploymentsScreen
from screens.deployments.removal import GoneScreen, RemovalScreen
from screens.deployments.status import StatusScreen
from screens.review.screen import ReviewScreen
from screens.run.progress import ProgressScreen
from screens.run.result import ResultScreen
from tests.screens.journey import Journey
from tests.screens.play import CLOSED, CLUSTERS, EXPIRED, Play
from tests.screens.returning import place, removed, written
from tests.screens.stage import go, settled
from wizard.answers.questions import Group
from wizard.base.account_plan import AccountPlan
from wizard.engine.drift import Drift
from wizard.ui.common.overview import rows

Walk = Callable[[Journey], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """A screen in one state: who plays, what was answered, and the way there."""

    name: str
    walk: Walk
    play: Callable[[], Play] = Play
    answers: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, str] = field(default_factory=dict)
    """Answers of an earlier time."""


async def stay(person: Journey) -> None:
    """The first screen."""
    await settled(person)


def group(which: Group, *keys: str) -> Walk:
    """The screen of a group, then some keys."""

    async def walk(person: Journey) -> None:
        await go(person, which)
        await person.press(*keys)

    return walk


async def subnets(person: Journey) -> None:
    """Which subnets the agent can be in, two of them chosen."""
    await go(person, Group.ACCOUNT)
    await person.focus("subnets")
    await settled(person)
    await person.press("down", "down", "space")
    await settled(person)


def review(*keys: str) -> Walk:
    """The review, checked; then some keys."""

    async def walk(person: Journey) -> None:
        person.app.go("Review")
        screen = await person.at(ReviewScreen)
        await person.until(lambda: not screen.checking)
        await settled(person)
        await person.press(*keys)

    return walk


def running(*keys: str) -> Walk:
    """The middle of a run, then some keys."""

    async def walk(person: Journey) -> None:
        await review("ctrl+s", "s")(person)
        await person.at(ProgressScreen)
        await person.until(lambda: "creating" in person.shown)
        await settled(person)
        await person.press(*keys)

    return walk


async def over(person: Journey) -> None:
    """The end of the run."""
    await review("ctrl+s", "s")(person)
    await person.at(ResultScreen)
    await settled(person)


async def drifted(person: Journey) -> None:
    """The first page, on the row that somebody changed since; it is to be put back."""
    await settled(person)
    page = person.app.screen.query_one(Page)
    page.focus()
    page.highlighted = next(at for at, row in enumerate(rows(person.session)) if row.drift)
    await settled(person)
    await person.press("b")


async def deployments(person: Journey) -> None:
    """What is deployed already."""
    written(person.app)
    await person.press("d")
    await person.at(DeploymentsScreen)
    await settled(person)


def status(*sides: str) -> Walk:
    """How one deployment is, with these sides still being looked at."""

    async def walk(person: Journey) -> None:
        written(person.app, frozenset(sides))
        person.app.show_status(place(person.app))
        await person.at(StatusScreen)
        await settled(person)

    return walk


async def removal(person: Journey) -> None:
    """What would go."""
    written(person.app)
    person.app.remove_deployment(place(person.app))
    screen = await person.at(RemovalScreen)
    await person.until(lambda: screen._leaving)
    await settled(person)


def gone(*, well: bool) -> Walk:
    """The end of a removal."""

    async def walk(person: Journey) -> None:
        person.app.finish(removed(person.app, well=well), {})
        await person.at(GoneScreen)
        await settled(person)

    return walk


EXISTING = {"database": "existing"}
PICKED = {
    **EXISTING,
    "cluster_arn": CLUSTERS[0].arn,
    "cluster_secret_arn": CLUSTERS[0].secret_arn,
}
FREE = partial(
    Play,
    closed=frozenset({"apprunner"}),
    account_plan=AccountPlan(free=True, credits=Decimal(87), until=date(2199, 3, 3)),
)
WRONG = partial(Play, silent=True)
"""With a wrong region AWS is not asked."""
RESIZED = {"min_capacity": "0.5", "max_capacity": "8"}
BACK = {"max_capacity": "2"}
RESIZING = (Drift("", "max_capacity", "2", "8", "Maximum database capacity", BACK),)
ON_ECS = {"host": "ecs-gateway", "allow_cidr": "203.0.113.0/24"}
SCENES = [
    Scene("first", stay),
    Scene("first-signing-in", stay, partial(Play, silent=True)),
    Scene("first-expired", stay, partial(Play, refused=EXPIRED)),
    Scene("first-resumed", stay, earlier={"cpu": "2 vCPU", "memory": "4 GB"}),
    Scene("first-deployed", stay, partial(Play, there={"cpu": "2 vCPU", "memory": "4 GB"})),
    Scene("first-drifted", drifted, partial(Play, there=RESIZED, changed=RESIZING)),
    Scene("account", group(Group.ACCOUNT)),
    Scene("account-expired", group(Group.ACCOUNT), partial(Play, refused=EXPIRED)),
    Scene("account-wrong", group(Group.ACCOUNT), WRONG, {"region": "mars-north-1"}),
    Scene("account-subnets", subnets, answers={"host": "ecs"}),
    Scene("sizing", group(Group.SIZING)),
    Scene("sizing-ecs", group(Group.SIZING), answers=ON_ECS),
    Scene("database-new", group(Group.DATABASE)),
    Scene("database-free-plan", group(Group.DATABASE), FREE),
    Scene("database-existing", group(Group.DATABASE), answers=EXISTING),
    Scene("database-picked", group(Group.DATABASE), answers=PICKED),
    Scene("permissions", group(Group.SCOPE)),
    Scene("permissions-services", group(Group.SCOPE), answers={"scope": "services"}),
    Scene("permissions-policies", group(Group.SCOPE), answers={"scope": "policies"}),
    Scene("protection", group(Group.PROTECTION)),
    Scene("protection-off", group(Group.PROTECTION), answers={"protect": "no"}),
    Scene("protection-callers", group(Group.PROTECTION), answers=ON_ECS),
    Scene("advanced", group(Group.ADVANCED)),
    Scene("advanced-wrong", group(Group.ADVANCED), answers={"name": "No good name"}),
    Scene("review", review()),
    Scene("review-plan", review("2")),
    Scene("review-documents", review("3")),
    Scene("review-script", review("4")),
    Scene("review-blocked", review(), partial(Play, trouble=CLOSED)),
    Scene("review-ecs", review(), answers=ON_ECS),
    Scene("start", review("ctrl+s")),
    Scene("progress", running()),
    Scene("progress-stop", running("ctrl+c")),
    Scene("result", over, partial(Play, ends="well")),
    Scene("result-failed", over, partial(Play, ends="badly")),
    Scene("deployments", deployments),
    Scene("status", status()),
    Scene("status-looking", status("agent", "database", "differs")),
    Scene("removal", removal),
    Scene("gone", gone(well=True)),
    Scene("gone-stopped", gone(well=False)),
    Scene("help", group(Group.PROTECTION, "f1")),
    Scene("leave", group(Group.PROTECTION, "ctrl+c")),
    Scene("palette", group(Group.PROTECTION, "ctrl+o")),
]
