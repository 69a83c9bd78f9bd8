"""Lists to choose an answer from: what this machine and the account have, row by row.

They are profiles, subnets, clusters, snapshots, secrets, policies and callers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple, TypeAlias, TypeVar

from wizard.base.errors import WizardError
from wizard.local.profiles import Profile, meant

Row = TypeVar("Row")
Answered: TypeAlias = Sequence[Row] | WizardError | None
"""A list of AWS's, or why there is none; None while AWS has not answered."""


class AwsList(Enum):
    """What AWS can be asked to list in one region."""

    CLUSTERS = "clusters"
    SECRETS = "secrets"
    POLICIES = "policies"
    SNAPSHOTS = "snapshots"
    SUBNETS = "subnets"


@dataclass(frozen=True, slots=True)
class Cluster:
    """An Aurora or RDS cluster. `unfit` says why the agent cannot use it; empty when it can."""

    arn: str
    name: str
    engine: str
    version: str
    status: str
    data_api: bool
    secret_arn: str
    """The secret RDS keeps for its master user; empty where it keeps none."""
    unfit: str = ""
    deployment: str = ""
    """Whose it is, where the wizard made it; empty where somebody else did."""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A secret of the region."""

    arn: str
    name: str
    about: str = ""
    """What its owner wrote about it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A managed policy. `about` is what matters for the choice, `unfit` why it cannot be one."""

    arn: str
    name: str
    about: str
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A snapshot of an agent's database. `unfit` says why it cannot be restored now."""

    name: str
    deployment: str
    version: str
    made: str
    """Date and time, to the minute, as AWS has it."""
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of the region. `unfit` says why no agent can be in it; empty where one can."""

    id: str
    name: str
    """Its name tag; empty where it has none."""
    vpc: str
    """Its VPC's id, and in brackets what is known of that: its name, or that it is the default."""
    zone: str
    free: int
    """Addresses that nothing has."""
    public: bool
    """Whether it has a route to an internet gateway."""
    isolated: bool = False
    """Whether it has no way out at all: an agent in it depends on VPC endpoints."""
    unfit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionContext:
    """What is known while a question is put, beside the answers so far."""

    values: Mapping[str, Any]
    """The answers so far, by the question's key."""
    signed_in: bool = False
    own_password: bool = False
    """Whether the person typed a password for the agent's API."""
    profiles: Sequence[Profile] = ()
    """The sign-ins of this machine."""
    clusters: Answered[Cluster] = None
    secrets: Answered[StoredSecret] = None
    policies: Answered[Policy] = None
    snapshots: Answered[KeptSnapshot] = None
    subnets: Answered[Subnet] = None

    address: str = ""
    """This machine's public address; empty where it is not known."""

    @property
    def profile(self) -> Profile | None:
        """The chosen sign-in, where this machine's files describe it."""
        name = self.values["profile"]
        if not name and self.profiles and not self.profiles[0].name:
            return self.profiles[0]
        name = meant(name).name
        return next((each for each in self.profiles if each.name == name), None)

    @property
    def cluster(self) -> Cluster | None:
        """The chosen cluster, where it is one of those AWS listed."""
        arn = self.values["cluster_arn"]
        return next((each for each in rows(self.clusters) if each.arn == arn), None)


def rows(answered: Answered[Row]) -> Sequence[Row]:
    """The list; an empty one where there is none."""
    return () if answered is None or isinstance(answered, WizardError) else answered


class Offer(NamedTuple):
    """A row to choose: the answer it stands for, how it reads, and why it cannot be chosen."""

    value: str
    label: str
    """The row as part of a sentence."""
    unfit: str = ""
    columns: tuple[str, ...] = ()
    """The row as part of a table, its name first; without columns the label stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it is now, with what is said of it on a page and in plain lines."""

    offers: Sequence[Offer] = ()
    trouble: WizardError | None = None
    """Why AWS does not give it."""
    page: str = ""
    """What stands above it on a page."""
    waiting: bool = False
    """Whether `page` says that AWS is still being asked."""
    line: str = ""
    """What is said instead of the question before it is asked in plain lines."""
    otherwise: str = ""
    """What is said after the trouble in plain lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where the choices of an answer come from, and how they stand in a table."""

    listed: Callable[[QuestionContext], Listed]
    asks: AwsList | None = None
    """What AWS has to be asked for it; None where AWS is not asked."""
    told: bool = False
    """Whether a page says above the list what came of looking."""
    open: bool = False
    """Whether the list is in sight also while the person is elsewhere."""
    widths: tuple[tuple[int, int], ...] = ()
    """The least and the most cells that the texts of a column are filled up to."""
    gap: str = "  "
    """What stands between two columns."""
    cut: bool = False
    """Whether names are cut so that rows fit the screen."""


PASTE = "You can still paste an ARN."
AWS_POLICIES = (
    Policy("arn:aws:iam::aws:policy/PowerUserAccess", "PowerUserAccess", "everything but IAM"),
    Policy("arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess", "reads everything"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "ViewOnlyAccess",
        "lists everything, reads no data",
    ),
    Policy("arn:aws:iam::aws:policy/SecurityAudit", "SecurityAudit", "reads configuration"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/NetworkAdministrator",
        "NetworkAdministrator",
        "networks, load balancers, DNS",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
        "DatabaseAdministrator",
        "databases and related services",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
        "SystemAdministrator",
        "servers, storage, monitoring",
    ),
    Policy(
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "AdministratorAccess",
        "everything including IAM: administrator",
    ),
)
"""AWS's managed policies that are made for jobs; every account has them, so nobody is asked."""


def _profiles(context: QuestionContext) -> Listed:
    """Every sign-in of this machine with its kind, its region, and until when it holds."""
    offers = []
    for each in context.profiles:
        columns = (each.name or "(empty)", each.kind.value, each.region, each.holds)
        offers.append(Offer(each.name, _sentence(*columns), columns=columns))
    return Listed(offers=offers)


def _clusters(context: QuestionContext) -> Listed:
    """The region's clusters, unfit ones with the reason."""
    region = context.values["region"]
    match context.clusters:
        case None:
            wanted = f"The clusters in {region} are listed here once you are signed in."
            return Listed(
                page="Listing clusters …"
                if context.signed_in
                else "Sign in to list your clusters, or paste an ARN.",
                waiting=context.signed_in,
                line=f"Cluster. {wanted}",
            )
        case WizardError() as trouble:
            return Listed(trouble=trouble, page=PASTE, line="Cluster.", otherwise=PASTE)
        case found:
            number = sum(not each.unfit for each in found)
            fit = f"{number} of {len(found)} in {region} can be used."
            return Listed(
                offers=[_cluster(each, context.values.get("name", "")) for each in found],
                page=fit if found else f"No clusters in {region}.",
                line=f"Cluster. {fit if found else f'None in {region}.'}",
            )


def _cluster(each: Cluster, name: str) -> Offer:
    """A row; one that another deployment made says so in its state's place."""
    if each.unfit:
        return Offer(each.arn, each.name, each.unfit)
    data_api = f"Data API {'on' if each.data_api else 'off'}"
    state = f"of “{each.deployment}”" if each.deployment not in {"", name} else each.status
    label = _sentence(each.name, f"PostgreSQL {each.version}", state, data_api)
    return Offer(each.arn, label, columns=(each.name, each.version, state, data_api))


def _secrets(context: QuestionContext) -> Listed:
    """The region's secrets; the one RDS keeps for the chosen cluster comes first."""
    own = context.cluster.secret_arn if context.cluster else ""
    offers = [_secret(each, own) for each in rows(context.secrets)]
    trouble = context.secrets if isinstance(context.secrets, WizardError) else None
    return Listed(
        offers=sorted(offers, key=lambda each: each.value != own),
        trouble=trouble,
        otherwise=PASTE if trouble else "",
    )


def _snapshots(context: QuestionContext) -> Listed:
    """What removed deployments of the region have left, the newest first."""
    offers = [_snapshot(each) for each in rows(context.snapshots)]
    trouble = context.snapshots if isinstance(context.snapshots, WizardError) else None
    number = "1 snapshot" if len(offers) == 1 else f"{len(offers)} snapshots"
    kept = f"{number} of agents' databases in {context.values['region']}. {EMPTY_DATABASE}"
    return Listed(
        offers=offers,
        trouble=trouble,
        page=kept if offers else "",
        line=f"Restore from a snapshot. {kept}" if offers else "",
        otherwise=EMPTY_DATABASE if trouble else "",
    )


def _snapshot(each: KeptSnapshot) -> Offer:
    columns = (each.name, f"of “{each.deployment}”", f"PostgreSQL {each.version}", each.made)
    return Offer(each.name, _sentence(*columns), each.unfit, columns)


def _secret(each: StoredSecret, own: str) -> Offer:
    about, shown = each.about, each.about
    if each.arn == own:
        about = "managed by RDS for this cluster"
        shown = f"({about})"
    return Offer(each.arn, _sentence(each.name, about), columns=(each.name, shown))


def _policies(context: QuestionContext) -> Listed:
    """The account's own managed policies, then AWS's for jobs."""
    own = rows(context.policies)
    number = f"{_own(len(own))} Below: AWS's job-function policies."
    waiting = context.policies is None and context.signed_in
    trouble, page = None, number
    match context.policies:
        case None:
            page = "Listing your policies …"
            page = page if waiting else "Sign in to list your account's policies too."
        case WizardError():
            trouble = context.policies
            page = "AWS's own policies are listed; you can still paste an ARN."
        case _:
            pass
    return Listed(
        offers=[_policy(each) for each in (*own, *AWS_POLICIES)],
        trouble=trouble,
        page=page,
        waiting=waiting,
        line=f"Policies. {number} You can also paste an ARN.",
    )


def _own(number: int) -> str:
    """How many policies the account itself has, as a sentence."""
    many = "policy" if number == 1 else "policies"
    return f"Your account has {number or 'no'} {many} of its own."


def _policy(each: Policy) -> Offer:
    columns = (each.name, each.about)
    return Offer(each.arn, f"{each.name}, {each.about}", each.unfit, columns)


def _subnets(context: QuestionContext) -> Listed:
    """The region's subnets, by VPC; unfit ones with the reason."""
    region = context.values["region"]
    match context.subnets:
        case None:
            here = f"The subnets in {region} are listed here once you are signed in."
            page = "Listing subnets …" if context.signed_in else here
            return Listed(page=page, waiting=context.signed_in, line=f"Subnets. {here}")
        case WizardError() as trouble:
            return Listed(trouble=trouble, page=PASTE_IDS, line="Subnets.", otherwise=PASTE_IDS)
        case found:
            number = sum(not each.unfit for each in found)
            page = f"{number} of {len(found)} subnets in {region} can be used. {CHOOSE}"
            if any(each.isolated and not each.unfit for each in found):
                page += f" {ISOLATED}"
            line = f"Subnets. {page}"
            return Listed(offers=[_subnet(each) for each in found], page=page, line=line)


def _subnet(each: Subnet) -> Offer:
    name = f"{each.name} ({each.id})" if each.name else each.id
    private = "isolated" if each.isolated else "private"
    free, reach = f"{each.free:,} free", "public" if each.public else private
    label = _sentence(name, each.vpc, each.zone, free, reach)
    vpc = each.vpc.partition(" (")[2].rstrip(")") or each.vpc
    return Offer(each.id, label, each.unfit, (name, reach, each.zone.rpartition("-")[2], vpc))


def _callers(context: QuestionContext) -> Listed:
    """This machine's own address, and what a change of it would mean."""
    if not context.address:
        return Listed(page=ANYONE, line=f"{ANYONE} {EMPTY}")
    own = ip_network(context.address)
    among = context.values["allow_cidr"]
    inside = not among or any(map(_holds(context.address), among))
    told = CHANGES if inside else OUTSIDE
    page = f"This machine's address is {own}. {told}"
    offers = [Offer(str(own), f"{own}, this machine's address now", "", (str(own), "this machine"))]
    return Listed(offers=offers, page=page, line=f"{ANYONE} {page} {EMPTY}")


def _holds(address: str) -> Callable[[str], bool]:
    """Whether a network holds the address; what is no network holds none."""

    def holds(network: str) -> bool:
        try:
            return ip_address(address) in ip_network(network)
        except ValueError:
            return False

    return holds


def _sentence(*parts: str) -> str:
    return ", ".join(filter(None, parts))


EMPTY_DATABASE = "Without one, the database starts empty."
ANYONE = "Without addresses, anyone who has the password can reach the agent."
EMPTY = "Type 0.0.0.0/0 for anyone."
OUTSIDE = (
    "It is not among these networks: from here, the wizard cannot verify the agent, and formae "
    "cannot reach it."
)
CHANGES = (
    "If it changes, the new one cannot reach an agent that only the old one may call, until you "
    "add it here and apply again; the agent itself keeps running."
)
PASTE_IDS = "You can still paste IDs."
CHOOSE = "Choose at least two of one VPC, in different zones; all public, or all private."
ISOLATED = "Isolated ones are private without a NAT gateway, and need VPC endpoints."
WIDEST = 1000
"""As wide as its longest text."""
PROFILES = Listing(listed=_profiles, widths=((0, 24), (12, 12), (14, 14)), gap=" ")
CLUSTERS = Listing(
    listed=_clusters,
    asks=AwsList.CLUSTERS,
    told=True,
    open=True,
    widths=((12, WIDEST), (0, WIDEST), (0, WIDEST), (12, 12)),
    gap=" ",
    cut=True,
)
SNAPSHOTS = Listing(listed=_snapshots, asks=AwsList.SNAPSHOTS, told=True, cut=True)
SECRETS = Listing(listed=_secrets, asks=AwsList.SECRETS)
POLICIES = Listing(listed=_policies, asks=AwsList.POLICIES, told=True, widths=((0, 30),))
SUBNET_LIST = Listing(
    listed=_subnets,
    asks=AwsList.SUBNETS,
    told=True,
    widths=((24, 60), (0, 8), (0, 4), (0, 21)),
    gap=" ",
    cut=True,
)
CALLERS = Listing(listed=_callers, told=True)
