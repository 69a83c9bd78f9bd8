"""What a session asks AWS: each question with what its answer depends on, and when it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from wizard.answers.model import Answers, Source
from wizard.answers.parsing import LIST
from wizard.answers.questions import QUESTIONS, Detected, question
from wizard.answers.questions.lists import (
    AwsList,
    Cluster,
    KeptSnapshot,
    Policy,
    StoredSecret,
    Subnet,
)
from wizard.answers.questions.question import chosen_host
from wizard.answers.resolving import collect
from wizard.base.account_plan import AccountPlan
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import Names

if TYPE_CHECKING:
    from wizard.costs import Prices
    from wizard.engine.account.database_access import Barred, Tenant
    from wizard.engine.account.deployments import Found
    from wizard.engine.account.ownership import NameConflict
    from wizard.engine.account.read_answers import Deployed
    from wizard.engine.flow import Flow
    from wizard.ui.common.session import Session

T_co = TypeVar("T_co", covariant=True)
Key: TypeAlias = tuple[str, ...]
"""Profile and region, and what else the answer depends on."""


@dataclass(frozen=True, slots=True, eq=False)
class Query(Generic[T_co]):
    """One question to AWS. `ask` takes the key, makes no changing call, and raises WizardError."""

    ask: Callable[[Flow, Key], T_co]
    key: Callable[[Session], Key] = lambda session: session.place
    """What the answer depends on, as the session is now."""
    wanted: Callable[[Session], bool] = lambda _: True
    """Whether the answers given so far are a reason to ask."""


PLACES = ("host", "name", "subnets", "internal", "copy_image", "image_source", "datastore")
"""The answers that decide where the agent is in the network, and what it must reach from there."""
Asked: TypeAlias = tuple[Query[Any], Key]


def _existing() -> Any:
    from wizard.engine.account import existing  # loads the plan, for which no first picture waits

    return existing


def _prices(flow: Flow, key: Key) -> Prices:
    """What the region costs now by AWS's price list; the shipped prices where it is silent."""
    from wizard.costs import price_list_region, refresh

    profile, region, *host = key
    endpoint = price_list_region(region)
    return refresh(lambda *call: flow.at(profile, endpoint).call(*call), region, *host)


def _name_conflict(flow: Flow, key: Key) -> NameConflict:
    from wizard.engine.account.ownership import name_conflicts

    return name_conflicts(flow.snapshot(*key[:2]).call, *key[1:])


def _deployments(flow: Flow, key: Key) -> Found:
    from wizard.engine.account.deployments import deployments

    return deployments(flow.snapshot(*key).call, key[1])


def _deployed(flow: Flow, key: Key) -> Deployed:
    from wizard.engine.account.read_answers import deployed

    profile, region, name = key
    return deployed(flow.snapshot(profile, region).call, region, name)


def _tenants(flow: Flow, key: Key) -> list[Tenant]:
    from wizard.catalogue import explain
    from wizard.engine.account.database_access import tenants

    try:
        return tenants(flow.snapshot(*key).call)
    except AwsError as error:
        raise explain(error, "Looking whose the databases are") from None


def _reach(flow: Flow, key: Key) -> Barred | bool:
    """What keeps the agent from speaking PostgreSQL with the cluster; True where nothing does."""
    from wizard.catalogue import explain
    from wizard.engine.account.database_access import barred

    profile, region, cluster, may_open, subnets = key
    call = flow.snapshot(profile, region).call
    try:
        chosen = LIST.parse(subnets)
        return barred(call, cluster, region, chosen, may_open=may_open == "yes") or True
    except AwsError as error:
        raise explain(error, "Checking how the agent reaches the cluster") from None


def _restoring(flow: Flow, key: Key) -> WizardError | bool:
    """What keeps the snapshot from being restored; True where nothing does."""
    from wizard.catalogue import explain

    profile, region, name, snapshot = key
    call = flow.snapshot(profile, region).call
    try:
        return _existing().restoring(call, region, name, snapshot) or True
    except AwsError as error:
        raise explain(error, "Checking the snapshot") from None


def _placed(flow: Flow, key: Key) -> WizardError | bool:
    """What is wrong with where the agent is to be in the network; True where nothing is."""
    from wizard.catalogue import explain
    from wizard.engine.account.database_access import placed_elsewhere
    from wizard.engine.refresh import problems, survey
    from wizard.plan.inputs import PlanInputs, hosting
    from wizard.plan.model import Plan
    from wizard.plan.resources.common import Site

    profile, region, owns, *said = key
    texts = {"region": region, **dict(zip(PLACES, said, strict=True))}
    answers = Answers.of(collect({Source.DEPLOYED: texts}, Detected()).values, {})
    names, snapshot = Names(answers.name, answers.host), flow.snapshot(profile, region)
    steps = hosting(answers.host).place(Site(answers, names, PlanInputs()))
    plan = Plan(answers.name, region, tuple(steps), (), answers.host)
    if wrong := next(problems(survey(plan, snapshot)), None):
        return wrong
    try:
        own = owns == "yes"
        return placed_elsewhere(snapshot.call, names, answers.subnets, direct=own) or True
    except AwsError as error:
        raise explain(error, "Checking where the agent is to be") from None


def _access(flow: Flow, key: Key) -> bool:
    """True; raises what the cluster refuses a statement with."""
    profile, region, cluster, secret = key
    refused = _existing().access_problem(flow.at(profile, region).call, cluster, secret)
    if refused:
        raise refused
    return True


def _listed(what: AwsList) -> Callable[[Session], bool]:
    """Whether a question that counts with the answers so far is chosen from this list."""
    return lambda session: any(
        each.choices_from and each.choices_from.asks is what and each.when(session.collected.values)
        for each in QUESTIONS
    )


def _restricted(session: Session) -> bool:
    """Whether the answers may say who can reach the agent."""
    return session.asked(question("allow_cidr"))


def _named(session: Session) -> bool:
    return not session.collected.problem("name")


def _address(_flow: Flow, _key: Any) -> str:
    from wizard.local.network import own_address

    return own_address()


ADDRESS: Query[str] = Query(_address, wanted=_restricted)
"""This machine's public address."""
PRICES = Query(_prices, lambda it: (*it.place, chosen_host(it.collected.values)))
CLOSED: Query[frozenset[str]] = Query(
    lambda flow, key: _existing().closed_hosts(flow.snapshot(*key).call)
)
"""The hosts that AWS closes to the account."""
ACCOUNT_PLAN: Query[AccountPlan] = Query(
    lambda flow, key: _existing().account_plan(flow.snapshot(*key).call)
)
"""How the account pays AWS; None where AWS does not say."""
NO_NETWORK: Query[str] = Query(lambda flow, key: _existing().no_network(flow.snapshot(*key).call))
"""Why a new database has no VPC to go into; empty where it has."""
DEPLOYMENTS = Query(_deployments)
"""All that is deployed in the region."""
TAKEN = Query(_name_conflict, lambda it: it.name_key, _named)
"""Whether the name is free."""
DEPLOYED = Query(_deployed, lambda session: session.name_key, _named)
"""What is deployed under the name; its answers count until others are given."""
POLICIES: Query[list[Policy]] = Query(
    lambda flow, key: _existing().policies(flow.snapshot(*key).call),
    wanted=_listed(AwsList.POLICIES),
)
CLUSTERS: Query[list[Cluster]] = Query(
    lambda flow, key: _existing().clusters(flow.snapshot(*key).call),
    wanted=_listed(AwsList.CLUSTERS),
)
TENANTS: Query[list[Tenant]] = Query(
    lambda flow, key: _tenants(flow, key), wanted=_listed(AwsList.CLUSTERS)
)
"""The databases that deployments of the region use already."""
SUBNETS: Query[list[Subnet]] = Query(
    lambda flow, key: _existing().subnets(flow.snapshot(*key).call),
    wanted=_listed(AwsList.SUBNETS),
)
SECRETS: Query[list[StoredSecret]] = Query(
    lambda flow, key: _existing().secrets(flow.snapshot(*key).call),
    wanted=_listed(AwsList.SECRETS),
)
SNAPSHOTS: Query[list[KeptSnapshot]] = Query(
    lambda flow, key: _existing().snapshots(flow.snapshot(*key).call),
    wanted=_listed(AwsList.SNAPSHOTS),
)
RESTORING: Query[WizardError | bool] = Query(
    _restoring,
    lambda it: (*it.name_key, str(it.collected.values["snapshot"])),
    lambda it: bool(it.collected.values["snapshot"]) and not it.collected.problem("snapshot"),
)
"""Whether the chosen snapshot can be restored."""
ACCESS = Query(_access, lambda session: session.access_key, lambda session: session.worth_trying)
"""Whether the chosen cluster takes a statement with the chosen secret."""
REACH = Query(_reach, lambda session: session.reach_key, lambda session: session.reaches)
"""Whether the agent can speak PostgreSQL with the chosen cluster."""
PLACED: Query[WizardError | bool] = Query(
    _placed, lambda session: session.placed_key, lambda session: session.placed
)
"""What is wrong with the subnets, or with having none chosen; True where nothing is."""
QUERIES: tuple[Query[Any], ...] = (
    ADDRESS,
    PRICES,
    CLOSED,
    ACCOUNT_PLAN,
    NO_NETWORK,
    DEPLOYMENTS,
    TAKEN,
    DEPLOYED,
    POLICIES,
    CLUSTERS,
    TENANTS,
    SUBNETS,
    SECRETS,
    SNAPSHOTS,
    RESTORING,
    ACCESS,
    REACH,
    PLACED,
)
