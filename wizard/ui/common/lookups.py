"""What AWS is asked about the answers as they are: what for, under which key, and by which calls.

A session keeps every answer in one place, under the query and its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from wizard.answers.questions import QUESTIONS
from wizard.answers.questions.lists import AwsList, Cluster, Policy, StoredSecret
from wizard.base.errors import WizardError
from wizard.costs import Prices, price_list_region, refresh
from wizard.engine.account.name_conflicts import Taken, taken

if TYPE_CHECKING:
    from wizard.engine.account.deployments import Found
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


Asked: TypeAlias = tuple[Query[Any], Key]


def _existing() -> Any:
    from wizard.engine.account import existing  # loads the plan, for which no first picture waits

    return existing


def _prices(flow: Flow, key: Key) -> Prices:
    """What the region costs now by AWS's price list; the shipped prices where it is silent."""
    profile, region = key
    endpoint = price_list_region(region)
    return refresh(lambda *call: flow.at(profile, endpoint).call(*call), region)


def _deployments(flow: Flow, key: Key) -> Found:
    from wizard.engine.account.deployments import deployments

    return deployments(flow.snapshot(*key).call, key[1])


def _deployed(flow: Flow, key: Key) -> Deployed:
    from wizard.engine.account.read_answers import deployed

    profile, region, name = key
    return deployed(flow.snapshot(profile, region).call, region, name)


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


def _named(session: Session) -> bool:
    return not session.collected.problem("name")


PRICES = Query(_prices)
DEPLOYMENTS = Query(_deployments)
"""All that is deployed in the region."""
TAKEN: Query[Taken] = Query(
    lambda flow, key: taken(flow.snapshot(*key[:2]).call, key[2]), lambda it: it.name_key, _named
)
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
SECRETS: Query[list[StoredSecret]] = Query(
    lambda flow, key: _existing().secrets(flow.snapshot(*key).call),
    wanted=_listed(AwsList.SECRETS),
)
ACCESS = Query(_access, lambda session: session.access_key, lambda session: session.worth_trying)
"""Whether the chosen cluster takes a statement with the chosen secret."""
QUERIES: tuple[Query[Any], ...] = (
    PRICES,
    DEPLOYMENTS,
    TAKEN,
    DEPLOYED,
    POLICIES,
    CLUSTERS,
    SECRETS,
    ACCESS,
)


def missing(session: Session) -> Iterator[Asked]:
    """What the answers as they are give reason to ask, and is not known yet."""
    for query in QUERIES if session.account else ():
        if query.wanted(session) and (asked := (query, query.key(session))) not in session.known:
            yield asked


def forget_failures(session: Session) -> None:
    """What AWS refused is asked again: the cause may be gone."""
    for asked in [each for each, it in session.known.items() if isinstance(it, WizardError)]:
        del session.known[asked]
