"""The plan as data: what will be made, in which order, why, and how to find and delete it.

A step has four faces: **make** (one action), **lookups** (read calls), **wait** (a poll) and
**delete** (calls). Names of services, operations and parameters are AWS's own; paths are JMESPath,
which boto3's answers and the `--query` of the `aws` command share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from wizard.base.values import ASIDE, Value
from wizard.documents.document import Document
from wizard.plan.charges import Charge
from wizard.plan.page import Page


class Section(StrEnum):
    """The walkthrough's sections, in its order."""

    ACCOUNT = "Account"
    NETWORK = "Set up the network"
    DATABASE = "Set up the database"
    CONFIG = "Configure the agent"
    IMAGE = "Push the image to ECR"
    ROLES = "Create IAM roles"
    SERVICE = "Deploy the agent"
    VERIFY = "Verify"
    CLIENT = "Point the formae CLI at it"
    MOVE = "Leave the other host"

    @property
    def noun(self) -> str:
        """What the section is about, where nothing of it is made."""
        return NOUNS.get(self, self.value)


NOUNS = {
    Section.NETWORK: "Network",
    Section.DATABASE: "Database",
    Section.CONFIG: "Configuration",
    Section.IMAGE: "Image",
    Section.ROLES: "IAM roles",
    Section.SERVICE: "Service",
    Section.VERIFY: "Checks",
    Section.CLIENT: "formae CLI",
    Section.MOVE: "Other host",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One AWS call: `service` as boto3 and `aws` name it, `operation` as the API does."""

    service: str
    operation: str
    params: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing as it is wanted: its type and its properties, as CloudFormation names them."""

    type: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A read call that looks whether a resource is there: `pick` of its answer, or null.

    The error codes in `absent` mean the same. A step's first look gives the thing itself; a later
    one adds what it picks to it under the name `into`, and may use `Found` of the earlier ones.
    """

    call: Call
    pick: str
    into: str = ""
    absent: frozenset[str] = frozenset()
    more: str = ""
    """The member that leads to the next page, of lists whose pages `aws` does not join itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Lines AWS itself writes about something: `lines` picks a list of `{id, text}`.

    Lines that are alike in both are one: a host may write some into two streams. With a `look`,
    `Found` in the call's parameters means what the look picked, under its name.
    """

    call: Call
    lines: str
    look: Lookup | None = None
    says: str = ""
    """Whose words they are, before a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Ask again until `path` of the answer is in `until`; every other end state is in `fail`.

    `every` and `limit` are seconds. Errors whose code is in `tolerate` count as "not yet". With
    `aged`, the end is there only so many seconds after the moment at `since` of the answer.
    """

    call: Call
    path: str
    until: frozenset[str]
    fail: frozenset[str] = frozenset()
    every: float
    limit: float
    tolerate: frozenset[str] = frozenset()
    since: str = ""
    aged: float = 0
    why: str = ""
    """What that is for, as a clause."""
    news: Report | None = None
    autopsy: Report | None = None
    """The application's own last lines."""
    causes: tuple[Report, ...] = ()
    """What AWS itself says of why it ended badly."""
    then: Poll | None = None
    """What is waited for after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Make again while the error `Code: message` matches `pattern`: a known delay inside AWS."""

    pattern: str
    say: str
    every: float
    limit: float
    of: str = ""
    """The only operation that can meet the delay; empty where each can."""
    expected: bool = False
    """Whether a first run meets the delay as a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """A call that must succeed before `update` can run.

    It is made only where `when`, a JMESPath of the current resource, is true.
    """

    when: str
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a resource must be like: the JMESPath `path` of it equals `want`.

    Where it does not, `update` changes it; without an `update` the run stops and says so.
    `reading="json"` compares JSON documents by meaning, not by letter; `"subset"` asks only that
    the wanted members are there, in an object or in a JSON text; `"all of"` asks that each of the
    wanted ones is in a list, `"none of"` that none is.
    """

    what: str
    path: str
    want: Value
    update: Call | None = None
    reading: str = "equal"
    room: Prerequisite | None = None
    waits: bool = True
    """Whether AWS works on the mend for a while; otherwise it is done when the call returns."""
    members: tuple[str, ...] = ()
    """Names of the members, where `want` is a list of ones: what is there counts 1, else 0."""
    doing: str = ""
    """What a run does meanwhile, where that is not to change `what`."""
    effect: str = "Changed in place."
    """What mending it means for what runs, as a sentence."""


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """What others may have put on a resource, and every update keeps: `path` picks its names."""

    what: str
    path: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A thing found is unusable where the JMESPath `path` is true, or picks the names `{held}`.

    `'{across}'` in it is the text that `across` picks of another look, or null; `entry` its code.
    """

    path: str
    what: str
    fix: str = ""
    lifted: str = ""
    """The question whose yes would do away with it."""
    entry: str = "FW-RUN-004"
    across: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreSpec:
    """How a thing that sleeps, or is on its way out, is brought back.

    It is so while `when`, a JMESPath of the first look, is true. `calls` bring it back, in their
    order; the later ones wait until neither `when` nor `moving` is true, `limit` seconds at most.
    """

    when: str
    state: str
    """What it is in now, in words, and `then` what it will be."""
    then: str
    calls: tuple[Call, ...]
    effect: str
    foreign: Refusal | None = None
    """Given where nothing else can be asked of it meanwhile: what is said of one not ours."""
    moving: str = ""
    every: float = 1
    limit: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """How it shows that AWS has given a thing up without saying so: it stays as it is for ever.

    `when`, a JMESPath of the thing, is still true `after` seconds from the moment at `since`.
    """

    when: str
    since: str
    after: float
    what: str
    """What AWS did not do, as a sentence."""
    entry: str
    """Its code in the catalogue of errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What must be done to a thing before it can go: while `path` of it is true, `call`.

    With `consent` it is something the person set up against just this, and must agree to.
    """

    path: str
    what: str
    call: Call
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What AWS would refuse a removal for: `path`, a JMESPath of the thing, picks what holds it.

    `ask` is asked before, of a thing that is to go, and gives it a member `into`; where AWS does
    not let it be asked, nothing is known to hold the thing. `{held}` in `what` and `fix` is what
    was picked.
    """

    path: str
    what: str
    fix: str
    ask: Lookup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSpec:
    """How a resource goes once its `delete` is ordered; paths are JMESPath of the resource found.

    It has gone when its looks no longer find it, or `gone` is true. While `busy` is true AWS is at
    work with it and takes no order; where `failed` is true AWS gave the removal up, and it is
    ordered again. `status` is AWS's own word for where it is. `every` and `limit` are seconds.
    """

    gone: str = ""
    busy: str = ""
    failed: str = ""
    status: str = ""
    first: tuple[Before, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    retry: Retry | None = None
    usual: tuple[int, int] = (0, 20)
    """From how many to how many seconds it usually takes until it has gone."""
    every: float = 5
    limit: float = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyImage:
    """Copy `source` for `platform` to `destination`, whose host has `room` bytes for an image.

    Through the engine with `through_docker`, or where only Docker has it or reaches it.
    """

    source: Value
    destination: Value
    platform: str
    through_docker: bool = False
    room: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Ask a URL over HTTPS until it answers with `status`; `shows` is a JMESPath of its JSON."""

    url: Value
    status: int
    username: Value = None
    password: Value = None
    shows: str = ""
    stop_it: str = ""
    """The command that stops the agent at once, for where it lets strangers in."""
    every: float = 5
    limit: float = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareDatabase:
    """Give a cluster a role with a password, and a database that the role owns.

    The `master` user does so over PostgreSQL's own protocol, with a token of IAM.
    """

    host: Value
    port: Value
    resource: Value  # the cluster's ID, as IAM knows it
    master: str
    role: str
    password: Value
    database: str
    every: float = 5
    limit: float = 90
    """Seconds between two tries, and for how long a cluster that lets nobody in is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteClientConfig:
    """Put the agent's connection into the config the formae CLI reads, keeping what is there.

    Which file that is, is looked up when it is written. `activate` says whether a profile may be
    made the CLI's active one.
    """

    name: str
    activate: bool
    version: str
    url: Value
    username: Value = None
    password: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskThroughClient:
    """Let the installed formae CLI ask the agent for its status, with the config just written."""

    name: str
    url: Value


@dataclass(frozen=True, slots=True)
class LookOnly:
    """Nothing is made: what the looks find must be there, unless `missing` is empty."""

    missing: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class TakeAway:
    """The resource found is not needed any more: it goes as the step's `delete` says."""


Action: TypeAlias = (
    Call
    | CopyImage
    | PrepareDatabase
    | Probe
    | WriteClientConfig
    | AskThroughClient
    | LookOnly
    | TakeAway
)
PROOFS = (Probe, AskThroughClient, LookOnly)  # they make nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number that AWS tells.

    `path` of the call's answer is it, or a list whose different members are counted; with `named`,
    a regular expression, a list of `{name, value}`, of which the first one called so is it.
    """

    call: Call
    path: str
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many of a kind (in the plural) an account may have, and how many it has."""

    kind: str
    used: Count
    limit: Count


@dataclass(frozen=True, slots=True)
class LinkedRole:
    """A role that AWS makes for `<service>.amazonaws.com`, when an account first needs one."""

    service: str
    name: str


@dataclass(frozen=True, slots=True)
class Output:
    """A value others may refer to: a JMESPath of what was found, and what it will look like."""

    path: str
    like: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the plan brings about. Title and reason are what is shown of it everywhere."""

    id: str
    section: Section
    title: str
    why: str
    make: Action
    lookups: tuple[Lookup, ...] = ()
    wait: Poll | None = None
    fits: tuple[Expectation, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    delete: tuple[Call, ...] = ()
    delete_spec: DeleteSpec = DeleteSpec()
    theirs: tuple[Unmanaged, ...] = ()
    part_of: str = ""
    """The step whose thing this is a part of: owned as that is, and gone with it at the latest."""
    refusals: tuple[Refusal, ...] = ()
    restore: RestoreSpec | None = None
    owned: str = ""
    """JMESPath that is true when the thing found is the wizard's; empty where tags do not exist."""
    broken: str = ""
    """JMESPath that is true when the thing found can only be removed and made again."""
    stuck: Stuck | None = None
    """How else it shows that it can only be removed and made again."""
    retry: Retry | None = None
    after: frozenset[str] = frozenset()
    """Steps that must have ended although nothing of theirs is used."""
    usual: tuple[int, int] = (1, 3)
    """How many seconds it usually takes, from and to."""
    resource: Resource | None = field(default=None, metadata=ASIDE)
    """What is wanted, from which `make` and `fits` follow; None of what is no resource of AWS's.

    That of a step that is `part_of` another of the same type adds to the other's properties.
    """
    page: Page | None = field(default=None, metadata=ASIDE)
    """Where the console shows it."""
    charges: tuple[Charge, ...] = field(default=(), metadata=ASIDE)
    """What it costs a month."""
    quota: Quota | None = field(default=None, metadata=ASIDE)
    """What AWS counts it towards."""
    permissions: tuple[str, ...] = ()
    """IAM actions on the thing that making it needs, besides those its calls are named after."""
    anywhere: frozenset[str] = frozenset()
    """Those of its actions that policies allow on every resource or not at all."""
    linked_role: LinkedRole | None = None

    @property
    def only_looks(self) -> bool:
        """Whether it looks something up that was there before, and is nobody's to make."""
        return isinstance(self.make, LookOnly)


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in the walkthrough's order, and the documents they use."""

    name: str
    region: str
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    host: str = ""
    """The key of the host that the agent runs on; empty for the default."""
    others: tuple[str, ...] = ()
    """The keys of other hosts that have parts of the deployment."""

    def step(self, step_id: str) -> Step:
        """The step of that id; KeyError where there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
