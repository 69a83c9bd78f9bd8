"""Everything: who is signed in, what is deployed where, and how each of it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import DEFAULT_NAME
from wizard.base.offer import all_regions
from wizard.engine.account.asking import LIMIT, Unreadable
from wizard.engine.account.deployments import Deployment, Found, deployments
from wizard.engine.flow import Flow
from wizard.engine.resolve_answers import demand_account
from wizard.engine.status.data import DeploymentState, Machine, Report
from wizard.engine.status.look import DEPLOYMENT_LIMIT, look
from wizard.engine.status.look import Told as StateTold
from wizard.local.formae.client import describe
from wizard.local.image.releases import newest

ROLES = "The roles"
"""What a gap calls them."""
CLOSED = 4
"""From so many gaps on nothing can be told of a region: an organisation may have closed it."""


Told = Callable[[Report], None]
"""Hears what is known so far; from several threads, one at a time."""


def unheard(_: Report) -> None:
    """Hear of no deployment: for those who wait for the whole report."""


def report(
    flow: Flow,
    place: Answers,
    *,
    name: str = "",
    everywhere: bool = False,
    told: Told = unheard,
) -> Report:
    """Look at the region of `place`, or at every one that a host is in.

    With a `name`, only at the deployment called so. Read calls only. Never raises for what AWS or
    the agent refuse. `told` hears of each deployment as it becomes known.
    """
    regions = all_regions() if everywhere else (place.region,)
    empty = Report(machine=_machine(), regions=regions, name=name)
    try:
        identity = flow.sign_in(place.profile, place.region)
        demand_account(place.account, identity.account)
    except WizardError as problem:
        return replace(empty, problem=problem)
    found, gaps = _found(flow, place, regions)
    wanted = [each for each in found if name in {"", each.name}]
    there = [each for each in wanted if each.in_region]
    growing = _Growing(replace(empty, identity=identity), told)
    states, secrets, late = _looked(flow, place, identity.account, there, growing.add)
    return replace(
        empty,
        identity=identity,
        deployments=states,
        gaps=(*dict.fromkeys((*gaps, *late)),),
        remarks=_remarks(wanted, {each.name for each in there}),
        secrets=secrets,
    )


class _Growing:
    """The report while its deployments are looked at."""

    def __init__(self, empty: Report, told: Told) -> None:
        self._empty = empty
        self._told = told
        self._states: dict[tuple[str, str], DeploymentState] = {}
        self._telling = threading.Lock()

    def add(self, state: DeploymentState) -> None:
        """Tell how this one is, beside the others."""
        with self._telling:
            self._states[state.region, state.name] = state
            states = tuple(self._states[key] for key in sorted(self._states))
            self._told(replace(self._empty, deployments=states))


def _machine() -> Machine:
    known = newest()
    try:
        cli = describe(DEFAULT_NAME).version
    except WizardError:
        cli = ""
    return Machine(cli=cli, newest=known.version, newest_by=known.source)


def _found(
    flow: Flow, place: Answers, regions: Sequence[str]
) -> tuple[list[Deployment], list[Unreadable]]:
    def one(region: str) -> Found:
        try:
            call = flow.snapshot(place.profile, region).call
        except WizardError as problem:
            return Found((), (Unreadable(f"The region {region}", str(problem)),))
        return deployments(call, region)

    asks = {region: partial(one, region) for region in regions}
    seen = fan_out(asks, limit=LIMIT, most=4)
    gaps = [
        gap
        for region, found in seen.items()
        for gap in (_of_region(region, found.gaps) if len(regions) > 1 else found.gaps)
    ]
    gaps += [
        Unreadable(f"The region {region}", f"It took longer than {LIMIT:g} seconds.")
        for region in regions
        if region not in seen
    ]
    return [each for found in seen.values() for each in found.deployments], gaps


def _of_region(region: str, gaps: Sequence[Unreadable]) -> list[Unreadable]:
    """One for a region of which nothing is told; roles are the same in each."""
    if len(gaps) >= CLOSED:
        return [replace(gaps[0], what=f"The resources in {region}")]
    return [
        gap if gap.what == ROLES else replace(gap, what=f"{gap.what} in {region}") for gap in gaps
    ]


def _looked(
    flow: Flow, place: Answers, account: str, there: Sequence[Deployment], told: StateTold
) -> tuple[tuple[DeploymentState, ...], frozenset[str], list[Unreadable]]:
    looks = {
        (each.region, each.name): partial(
            look, flow, replace(place, region=each.region, name=each.name), account, each, told
        )
        for each in there
    }
    seen = fan_out(looks, limit=DEPLOYMENT_LIMIT + 5, most=4)
    late = [
        Unreadable(f"The deployment {name} in {region}", "It took too long.")
        for region, name in looks
        if (region, name) not in seen
    ]
    secrets = frozenset(secret for _, read in seen.values() for secret in read)
    return tuple(state for state, _ in seen.values()), secrets, late


def _remarks(wanted: Sequence[Deployment], there: set[str]) -> dict[str, str]:
    """Roles of which there is nothing else: IAM has no regions."""
    return {
        each.name: ", ".join(part.name for part in each.parts)
        for each in wanted
        if each.name not in there
    }
