"""Lists to choose an answer from: what this machine and the account have, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
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
