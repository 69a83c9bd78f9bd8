"""What is known while a person answers: their draft, what the machine and AWS told, what is wrong.

The draft under `Source.TYPED` is the only thing the person's typing changes; everything else here
can be found out again. An answer that was right until another one changed is kept, and marked with
the reason. What AWS answers is kept under the query and what it was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from wizard.answers import checks
from wizard.answers.autosave import Autosave
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS, Detected, Group, Question, QuestionKind, question
from wizard.answers.questions.datastore import direct
from wizard.answers.questions.lists import (
    AwsList,
    Cluster,
    Policy,
    QuestionContext,
    StoredSecret,
    rows,
)
from wizard.answers.questions.question import chosen_host, existing_database
from wizard.answers.resolving import Collected, Texts, collect, without_clashes
from wizard.base.errors import AwsError, WizardError
from wizard.base.secret import Secret
from wizard.costs import Estimate, Prices, estimate, price_list_region, refresh, snapshot
from wizard.engine.account.name_conflicts import NameConflict, name_conflicts
from wizard.engine.flow import Flow, Identity
from wizard.local.profiles import Profile
from wizard.ui.common.doubts import Doubts

if TYPE_CHECKING:
    from wizard.engine.account.database_access import Barred
    from wizard.engine.account.deployments import Found
    from wizard.engine.account.read_answers import Deployed
    from wizard.engine.account.tenants import Tenant
    from wizard.journal import PastRun


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
    profile, region, *host = key
    endpoint = price_list_region(region)
    return refresh(lambda *call: flow.at(profile, endpoint).call(*call), region, *host)


def _deployments(flow: Flow, key: Key) -> Found:
    from wizard.engine.account.deployments import deployments

    return deployments(flow.snapshot(*key).call, key[1])


def _deployed(flow: Flow, key: Key) -> Deployed:
    from wizard.engine.account.read_answers import deployed

    profile, region, name = key
    return deployed(flow.snapshot(profile, region).call, region, name)


def _closed(flow: Flow, key: Key) -> frozenset[str]:
    from wizard.hosts.host import closed_hosts

    return closed_hosts(flow.snapshot(*key).call)


def _tenants(flow: Flow, key: Key) -> list[Tenant]:
    from wizard.catalogue import explain
    from wizard.engine.account.tenants import tenants

    try:
        return tenants(flow.snapshot(*key).call)
    except AwsError as error:
        raise explain(error, "Looking whose the databases are") from None


def _reach(flow: Flow, key: Key) -> Barred | bool:
    """What keeps the agent from speaking PostgreSQL with the cluster; True where nothing does."""
    from wizard.catalogue import explain
    from wizard.engine.account.database_access import barred

    profile, region, cluster, may_open = key
    call = flow.snapshot(profile, region).call
    try:
        return barred(call, cluster, region, may_open=may_open == "yes") or True
    except AwsError as error:
        raise explain(error, "Checking how the agent reaches the cluster") from None


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


PRICES = Query(_prices, lambda it: (*it.place, chosen_host(it.collected.values)))
CLOSED = Query(_closed)
"""The hosts that AWS closes to the account."""
DEPLOYMENTS = Query(_deployments)
"""All that is deployed in the region."""
TAKEN: Query[NameConflict] = Query(
    lambda flow, key: name_conflicts(flow.snapshot(*key[:2]).call, *key[1:]),
    lambda it: it.name_key,
    _named,
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
TENANTS: Query[list[Tenant]] = Query(
    lambda flow, key: _tenants(flow, key), wanted=_listed(AwsList.CLUSTERS)
)
"""The databases that deployments of the region use already."""
SECRETS: Query[list[StoredSecret]] = Query(
    lambda flow, key: _existing().secrets(flow.snapshot(*key).call),
    wanted=_listed(AwsList.SECRETS),
)
ACCESS = Query(_access, lambda session: session.access_key, lambda session: session.worth_trying)
"""Whether the chosen cluster takes a statement with the chosen secret."""
REACH = Query(_reach, lambda session: session.reach_key, lambda session: session.reaches)
"""Whether the agent can speak PostgreSQL with the chosen cluster."""
QUERIES: tuple[Query[Any], ...] = (
    PRICES,
    CLOSED,
    DEPLOYMENTS,
    TAKEN,
    DEPLOYED,
    POLICIES,
    CLUSTERS,
    TENANTS,
    SECRETS,
    ACCESS,
    REACH,
)


def missing(session: Session) -> Iterator[Asked]:
    """The questions to AWS that the answers give reason to ask, and whose answers are not known."""
    for query in QUERIES if session.account else ():
        if query.wanted(session) and (asked := (query, query.key(session))) not in session.known:
            yield asked


def forget_failures(session: Session) -> None:
    """What AWS refused is asked again: the cause may be gone."""
    for asked in [each for each, it in session.known.items() if isinstance(it, WizardError)]:
        del session.known[asked]


T = TypeVar("T")
Draft = dict[Source, dict[str, str]]
Place = tuple[str, str]
"""A profile and a region."""


@dataclass
class Session:
    """One person at the wizard."""

    flow: Flow
    draft: Draft
    detected: Detected = field(default_factory=Detected)
    signed_in: Identity | WizardError | None = None
    """None while AWS is being asked."""
    known: dict[Asked, Any] = field(default_factory=dict)
    """What AWS answered, or why it did not, by query and key; see `seen`."""
    profiles: list[Profile] = field(default_factory=list)
    """The sign-ins of this machine."""
    led: bool = True  # whether the person goes through the topics one by one
    custom_size: bool = False  # whether CPU and memory are chosen by hand
    doubts: Doubts = field(default_factory=Doubts)
    edits: dict[str, str] = field(default_factory=dict)
    """Documents the person changed by hand, as texts by their names."""
    visited: set[Group] = field(default_factory=set)
    password: Secret | None = field(default=None, repr=False)
    """What stands in the password field, None where it is empty; kept out of the draft."""
    accepted: set[str] = field(default_factory=set)  # fields that stay as somebody made them
    unfinished: list[PastRun] = field(default_factory=list)
    """Runs on this machine that did not come to their end; see `deployments.look_back`."""
    autosave: Autosave = field(default_factory=Autosave, repr=False)
    """Keeps the answers, for the next sitting."""
    collected: Collected = field(init=False)

    def __post_init__(self) -> None:
        self.draft.setdefault(Source.TYPED, {})
        self.password = self.flow.passwords.get("api")
        self.recollect()

    def recollect(self, changed: str = "", cause: str = "") -> None:
        """Answer and check everything anew; `changed` is the answer that was, or `cause` why."""
        before = getattr(self, "collected", None)
        self._take_closed()
        self._take_deployed()
        self.collected = collect(self.draft, self.detected, self.account)
        if before:
            self.doubts.follow(before, self.collected, changed, cause)

    def _take_closed(self) -> None:
        """What the default of the host goes by."""
        if any(query is CLOSED for query, _ in self.known):
            found = self.seen(CLOSED)
            closed = found if isinstance(found, frozenset) else frozenset()
            self.detected = replace(self.detected, closed=closed)

    def _take_deployed(self) -> None:
        """Answers of what is deployed under the name, as long as they go with the others."""
        self.draft.pop(Source.DEPLOYED, None)
        if all(query is not DEPLOYED for query, _ in self.known):
            return
        self.collected = collect(self.draft, self.detected, self.account)
        there = self.seen(DEPLOYED)
        if there and not isinstance(there, WizardError):
            draft = {**self.draft, Source.DEPLOYED: dict(there.answers)}
            kept = without_clashes(draft, self.detected, self.account)
            self.draft[Source.DEPLOYED] = dict(kept[Source.DEPLOYED])

    @property
    def demo(self) -> bool:
        """Whether AWS is the demo's stand-in."""
        return self.flow.demo

    @property
    def unseen(self) -> bool:
        """Whether what is deployed under the name is still to be found out."""
        known = self.seen(DEPLOYED) is not None or self.collected.problem("name")
        return bool(self.account) and not known

    def seen(self, query: Query[T]) -> T | WizardError | None:
        """What AWS answered for the answers as they are, or why it did not; None: not known yet."""
        found: T | WizardError | None = self.known.get((query, query.key(self)))
        return found

    def ask(self, asked: Asked) -> object:
        """What AWS answers now; blocks, and keeps nothing. Raises WizardError."""
        query, key = asked
        return query.ask(self.flow, key)

    @property
    def deployment(self) -> Deployed | None:
        """What AWS has under the name; None where there is nothing, or it is not known (yet)."""
        found = self.seen(DEPLOYED)
        return None if found is None or isinstance(found, WizardError) or not found.there else found

    @property
    def resumed(self) -> str:
        """Whose answers of an earlier time are filled in; empty where none are."""
        return getattr(self.draft.get(Source.FILE), "reason", "")

    def start_afresh(self) -> None:
        """Without the answers of an earlier time; what was typed since stays."""
        from wizard.answers.resolving import from_environment

        if not self.resumed:
            return
        del self.draft[Source.FILE]
        if isinstance(self.draft.get(Source.ENVIRONMENT), Texts):  # the file's had come first
            self.draft[Source.ENVIRONMENT] = from_environment(os.environ)
        self.recollect()
        if self.draft[Source.TYPED]:
            self.autosave.keep(self.draft)

    def sign_in(self, who: Identity | WizardError) -> None:
        """Take who AWS says this is."""
        self.signed_in = who
        self.recollect(cause=f"you are signed in to account {self.account}" if self.account else "")

    def type(self, key: str, text: str | None) -> None:
        """Take the text that was typed for a question; None takes an answer back."""
        typed = self.draft[Source.TYPED]
        if text is None:
            typed.pop(key, None)
        else:
            typed[key] = text
        self.recollect(changed=key)
        self.autosave.keep(self.draft)

    def type_password(self, typed: Secret | None) -> None:
        """Take a password, for the run only; without one it is generated."""
        self.password = typed
        if typed and not checks.api_password(typed.reveal()):
            self.flow.passwords["api"] = typed
        else:
            self.flow.passwords.pop("api", None)

    @property
    def account(self) -> str:
        """The twelve digits, where they are known."""
        return self.signed_in.account if isinstance(self.signed_in, Identity) else ""

    @property
    def profile(self) -> Profile | None:
        """The chosen sign-in as this machine's files describe it."""
        return self.context.profile

    @property
    def unit_prices(self) -> Prices:
        """AWS's prices of now, or those the program came with."""
        found = self.seen(PRICES)
        return (
            found
            if isinstance(found, Prices)
            else snapshot(self.place[1], chosen_host(self.collected.values))
        )

    @property
    def costs(self) -> Estimate:
        """What the answers cost a month."""
        return estimate(self.likely, self.unit_prices)

    @property
    def likely(self) -> Answers:
        """The answers as they are, also while some of them are still wrong."""
        return Answers.of(self.collected.values, self.collected.given)

    @property
    def name_key(self) -> tuple[str, ...]:
        """Place and name."""
        return (*self.place, str(self.collected.values["name"]))

    @property
    def place(self) -> Place:
        """Where everything will be made."""
        values = self.collected.values
        return values["profile"], values["region"]

    @property
    def answers(self) -> Answers:
        """The answers; only to be asked for when nothing is wrong."""
        return self.collected.answers()

    def asked(self, each: Question) -> bool:
        """Whether the question counts with the answers so far."""
        return each.put(self.collected.values) and not each.moot(self.context)

    def questions(self, group: Group) -> list[Question]:
        """The group's questions that are put, in their order."""
        return [each for each in QUESTIONS.of(group) if not each.quiet or self.asked(each)]

    def text(self, key: str) -> str:
        """The answer in force to a question, as a person would type it."""
        for source in sorted(self.draft, reverse=True):
            raw = self.draft[source].get(key)
            if raw is not None:
                return raw
        return self.default(key)[0]

    def default(self, key: str) -> tuple[str, str]:
        """The default and its reason, with the answers so far."""
        each = question(key)
        return each.default(self.collected.values, self.detected)

    @property
    def cluster(self) -> Cluster | None:
        """The chosen cluster, where it is one of those AWS listed."""
        return self.context.cluster

    @property
    def context(self) -> QuestionContext:
        """What questions and their lists may go by."""
        return QuestionContext(
            values=self.collected.values,
            signed_in=bool(self.account),
            own_password=self.password is not None,
            profiles=self.profiles,
            clusters=self.seen(CLUSTERS),
            secrets=self.seen(SECRETS),
            policies=self.seen(POLICIES),
        )

    def bring_along(self, key: str) -> None:
        """Take the answers that come with one that was just given."""
        if key == "cluster_arn":
            self.preselect_secret()

    def preselect_secret(self) -> None:
        """With a cluster comes the secret RDS keeps for it, unless another was typed."""
        cluster = self.cluster
        if not cluster or not cluster.secret_arn:
            return
        owned = {each.secret_arn for each in rows(self.seen(CLUSTERS))}
        typed = self.draft[Source.TYPED].get("cluster_secret_arn", "")
        if not typed or typed in owned:
            self.type("cluster_secret_arn", cluster.secret_arn)

    @property
    def access_key(self) -> tuple[str, ...]:
        """What an attempt at the cluster depends on."""
        values = self.collected.values
        return (*self.place, values["cluster_arn"], values["cluster_secret_arn"])

    @property
    def reach_key(self) -> tuple[str, ...]:
        """What the agent's way to the cluster depends on."""
        values = self.collected.values
        return (*self.place, values["cluster_arn"], written(values["open_database"]))

    @property
    def reaches(self) -> bool:
        """Whether the agent is to speak PostgreSQL with a cluster that is there."""
        values = self.collected.values
        existing = existing_database(values) and not self.collected.problem("cluster_arn")
        return existing and direct(values) and not self.collected.problem("datastore")

    @property
    def worth_trying(self) -> bool:
        """Whether the cluster and its secret can be tried out."""
        values, cluster = self.collected.values, self.cluster
        if values["database"] != "existing" or self.seen(CLUSTERS) is None:
            return False
        if any(self.collected.problem(key) for key in ("cluster_arn", "cluster_secret_arn")):
            return False
        return cluster is None or (cluster.data_api and not cluster.unfit)

    def problems(self, group: Group) -> dict[str, str]:
        """What is wrong in a group, by question; other troubles have keys of their own."""
        found = {
            each.key: each.message
            for each in self.collected.problems
            if question(each.key).group is group
        }
        for key in found:
            each = question(key)
            if (
                each.choices_from
                and each.kind is QuestionKind.TEXT
                and not self.collected.values[key]
            ):
                listed = each.choices_from.listed(self.context)
                some = listed.waiting or not all(offer.unfit for offer in listed.offers)
                found[key] = f"{'Choose one from the list, or paste' if some else 'Paste'} its ARN."
        found |= self._further_problems(group, found)
        return {key: self.doubts.mark(key, message) for key, message in found.items()}

    def _further_problems(self, group: Group, found: dict[str, str]) -> dict[str, str]:
        """What no single answer's check can know."""
        match group:
            case Group.ACCOUNT if not found and isinstance(self.signed_in, WizardError):
                return {"signed_in": self.signed_in.what}
            case Group.DATABASE:
                return self._database_problems(found)
            case Group.PROTECTION if self.password_problem:
                return {"password": self.password_problem}
            case Group.ADVANCED if "name" not in found:
                return self._clash() | self._taken()
            case _:
                return {}

    def _clash(self) -> dict[str, str]:
        """Names that another region's deployment has, or somebody else not to be taken over."""
        taken = self.seen(TAKEN)
        if not isinstance(taken, NameConflict):
            return {}
        foreign = taken.foreign and not self.collected.values["adopt"]
        return {"name": taken.words} if taken.elsewhere or foreign else {}

    def _taken(self) -> dict[str, str]:
        """A database in a cluster that is there, in which another deployment keeps its state."""
        values, found = self.collected.values, self.seen(TENANTS)
        if values["database"] != "existing" or not found or isinstance(found, WizardError):
            return {}
        from wizard.engine.account.tenants import taken

        keys = (values[key] for key in ("name", "cluster_arn", "database_name"))
        problem = taken(found, *keys)
        return {"database_name": f"{problem.what} Choose another name."} if problem else {}

    @property
    def password_problem(self) -> str:
        """What is wrong with the password, where one was typed."""
        if not self.password or not self.collected.values["protect"]:
            return ""
        return checks.api_password(self.password.reveal()) or ""

    def _database_problems(self, found: dict[str, str]) -> dict[str, str]:
        values, cluster = self.collected.values, self.cluster
        if values["database"] != "existing" or found:
            return {}
        if cluster and cluster.unfit:
            return {"cluster_arn": f"The agent cannot use {cluster.name}: {cluster.unfit}."}
        if cluster and not cluster.data_api and not values["enable_data_api"]:
            return {
                "enable_data_api": f"The Data API of {cluster.name} is off. Enable it, or choose "
                "another cluster."
            }
        reach = self.seen(REACH) if self.reaches else None
        if reach and not isinstance(reach, WizardError | bool):
            return {reach.key: f"{reach.problem.what} {reach.problem.fix}"}
        tried = self.seen(ACCESS)
        return {"access": tried.what} if isinstance(tried, WizardError) else {}

    @property
    def ready(self) -> bool:
        """Whether the answers can be reviewed."""
        return bool(self.account) and not any(self.problems(group) for group in Group)
