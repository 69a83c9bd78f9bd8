"""What is known while a person answers: their draft, what the machine and AWS told, what is wrong.

The draft under `Source.TYPED` is the only thing the person's typing changes; everything else here
can be found out again. An answer that was right until another one changed is kept, and marked with
the reason. What AWS answers is kept under the query and what it was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from wizard.answers import checks
from wizard.answers.autosave import Autosave
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS, Detected, Group, Question, QuestionKind, question
from wizard.answers.questions.datastore import direct
from wizard.answers.questions.lists import (
    Cluster,
    QuestionContext,
    rows,
)
from wizard.answers.questions.question import chosen_host, existing_database
from wizard.answers.resolving import Collected, Doubts, Texts, collect, without_clashes
from wizard.base.account_plan import UPGRADE, AccountPlan
from wizard.base.errors import WizardError
from wizard.base.offer import offer
from wizard.base.secret import Secret
from wizard.engine.flow import Flow, Identity
from wizard.local.profiles import Profile
from wizard.ui.common.queries import (
    ACCESS,
    ACCOUNT_PLAN,
    ADDRESS,
    CLOSED,
    CLUSTERS,
    DEPLOYED,
    NO_NETWORK,
    PLACED,
    PLACES,
    POLICIES,
    PRICES,
    QUERIES,
    REACH,
    RESTORING,
    SECRETS,
    SNAPSHOTS,
    SUBNETS,
    TAKEN,
    TENANTS,
    Asked,
    Query,
)

if TYPE_CHECKING:
    from wizard.costs import Estimate, Prices
    from wizard.engine.account.read_answers import Deployed
    from wizard.journal import PastRun


def missing(session: Session) -> Iterator[Asked]:
    """The questions to AWS that the answers give reason to ask, and whose answers are not known."""
    for query in QUERIES if session.account else ():
        if query.wanted(session) and (asked := (query, query.key(session))) not in session.known:
            yield asked


def forget_failures(session: Session) -> None:
    """What AWS refused is asked again: the cause may be gone. So is what limits the account."""
    limits = {CLOSED, ACCOUNT_PLAN}
    for asked in [
        each
        for each, it in session.known.items()
        if isinstance(it, WizardError) or each[0] in limits
    ]:
        del session.known[asked]


RESTORED_ONCE = (
    "The deployment has its database already, and AWS restores a snapshot into a new one only. "
    "Keep it, remove the deployment first, or choose another name for this one."
)
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
    demanded: set[str] = field(default_factory=set)
    """What was wrong on a page when the person went on from it, by the question's key."""
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
        self._take_seen()
        self.collected = collect(self.draft, self.detected, self.account)
        if before:
            self.doubts.follow(before, self.collected, changed, cause)

    def _take_seen(self) -> None:
        """What limits the account, and answers of what is deployed that go with the others."""
        self.draft.pop(Source.DEPLOYED, None)
        if not self.known:
            return
        self.collected = collect(self.draft, self.detected, self.account)
        closed = self.seen(CLOSED)
        closed = frozenset() if closed is None or isinstance(closed, WizardError) else closed
        plan, lacks, there = self.account_plan, self.seen(NO_NETWORK), self.seen(DEPLOYED)
        lacks = lacks if isinstance(lacks, str) else ""
        private = frozenset(each.id for each in rows(self.seen(SUBNETS)) if not each.public)
        self.detected = replace(
            self.detected, closed=closed, account_plan=plan, no_network=lacks, private=private
        )
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
    def account_plan(self) -> AccountPlan | None:
        """How the account pays AWS; None where AWS does not say, or has not answered yet."""
        found = self.seen(ACCOUNT_PLAN)
        return found if isinstance(found, AccountPlan) else None

    @property
    def profile(self) -> Profile | None:
        """The chosen sign-in as this machine's files describe it."""
        return self.context.profile

    @property
    def unit_prices(self) -> Prices:
        """AWS's prices of now, or those the program came with."""
        from wizard.costs import snapshot

        found = self.seen(PRICES)
        if found is None or isinstance(found, WizardError):
            return snapshot(*PRICES.key(self)[1:])
        return found

    @property
    def costs(self) -> Estimate:
        """What the answers cost a month."""
        from wizard.costs import estimate

        return estimate(self.likely, self.unit_prices, self.account_plan)

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

    def refused(self, each: Question) -> dict[str, str]:
        """Choices that AWS refuses to the account, with the reason; what is deployed is none."""
        there = self.draft.get(Source.DEPLOYED, {}).get(each.key)
        return {key: why for key, why in each.refused(self.detected).items() if key != there}

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
            address=self._address,
            clusters=self.seen(CLUSTERS),
            secrets=self.seen(SECRETS),
            subnets=self.seen(SUBNETS),
            policies=self.seen(POLICIES),
            snapshots=self.seen(SNAPSHOTS),
        )

    @property
    def _address(self) -> str:
        found = self.seen(ADDRESS)
        return found if isinstance(found, str) else ""

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
        told = (written(values[each]) for each in ("open_database", "subnets"))
        return (*self.place, values["cluster_arn"], *told)

    @property
    def reaches(self) -> bool:
        """Whether the agent is to speak PostgreSQL with a cluster that is there."""
        values = self.collected.values
        existing = existing_database(values) and not self.collected.problem("cluster_arn")
        return existing and direct(values) and not self.collected.problem("datastore")

    @property
    def placed_key(self) -> tuple[str, ...]:
        """What decides where the agent is in the network."""
        values = self.collected.values
        own = direct(values) and not existing_database(values)
        return (*self.place, written(own), *(written(values[each]) for each in PLACES))

    @property
    def placed(self) -> bool:
        """Whether the agent is to be in a VPC, as far as the answers will do."""
        wrong = any(self.collected.problem(each) for each in ("host", "name", "subnets"))
        return not wrong and offer(chosen_host(self.collected.values)).in_vpc

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
        for each in QUESTIONS.of(group):
            if why := self.refused(each).get(str(self.collected.values[each.key])):
                told = f"{why[0].upper()}{why[1:]}. Choose another, or {UPGRADE}."
                found.setdefault(each.key, told)
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

    def leave(self, group: Group) -> None:
        """The person goes on from the group's page: what is missing there is a mistake now."""
        self.visited.add(group)
        self.demanded |= self.problems(group).keys()

    def open(self, key: str) -> bool:
        """Whether an answer is only not given yet, to a question that nobody went on from."""
        given = self.collected.given.get(key)
        if given is None or key in self.demanded or not self.collected.problem(key):
            return False
        return given.source is Source.DEFAULT and not given.value

    def _further_problems(self, group: Group, found: dict[str, str]) -> dict[str, str]:
        """What no single answer's check can know."""
        match group:
            case Group.ACCOUNT if not found and isinstance(self.signed_in, WizardError):
                return {"signed_in": self.signed_in.what}
            case Group.ACCOUNT if not found and self.placed:
                return self._misplaced()
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
        if taken is None or isinstance(taken, WizardError):
            return {}
        foreign = taken.foreign and not self.collected.values["adopt"]
        return {"name": taken.words} if taken.elsewhere or foreign else {}

    def _taken(self) -> dict[str, str]:
        """A database in a cluster that is there, in which another deployment keeps its state."""
        values, found = self.collected.values, self.seen(TENANTS)
        if values["database"] != "existing" or not found or isinstance(found, WizardError):
            return {}
        from wizard.engine.account.database_access import taken

        keys = (values[key] for key in ("name", "cluster_arn", "database_name"))
        problem = taken(found, *keys)
        return {"database_name": f"{problem.what} Choose another name."} if problem else {}

    @property
    def password_problem(self) -> str:
        """What is wrong with the password, where one was typed."""
        if not self.password or not self.collected.values["protect"]:
            return ""
        return checks.api_password(self.password.reveal()) or ""

    def _misplaced(self) -> dict[str, str]:
        """What is wrong with the subnets, or with having none chosen."""
        wrong = self.seen(PLACED)
        return {"subnets": f"{wrong.what} {wrong.fix}"} if isinstance(wrong, WizardError) else {}

    def _database_problems(self, found: dict[str, str]) -> dict[str, str]:
        values, cluster = self.collected.values, self.cluster
        if found or values["database"] != "existing":
            return found or self._snapshot_problem()
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

    def _snapshot_problem(self) -> dict[str, str]:
        """What keeps the snapshot from being restored, or the deployed database from being it."""
        wanted, seen = self.collected.values["snapshot"], self.seen(RESTORING)
        there = self.deployment
        if there and there.cluster and wanted != there.answers.get("snapshot", ""):
            return {"snapshot": RESTORED_ONCE}
        problem = seen if wanted and isinstance(seen, WizardError) else None
        return {"snapshot": f"{problem.what} {problem.fix}"} if problem else {}

    @property
    def ready(self) -> bool:
        """Whether the answers can be reviewed."""
        return bool(self.account) and not any(self.problems(group) for group in Group)
