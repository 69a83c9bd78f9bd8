"""What a host offers, as data: all that the folders below the plan know of where the agent runs.

A host is a folder in `wizard/hosts`; its module `offer` holds an `OFFER`, its module `host` a
`HOST`. They are loaded by the folder's name, so a host is added without a change elsewhere.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

HOSTS = "wizard.hosts"
PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
"""What Docker calls the platform of each CPU architecture."""


@dataclass(frozen=True, slots=True)
class PriceQuery:
    """One question to AWS's price list: a service's code, and usage types by our price's key."""

    service: str
    usage: Mapping[str, str]
    """A regular expression of the usage type, without its region's prefix, by the price's key."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """What else the products have, where their usage types do not say all."""


@dataclass(frozen=True, slots=True)
class Claimable:
    """The thing whose tags say which run is at work on a deployment.

    It is there within a second, and every role that sets up may tag it.
    """

    step: str
    """The step that makes it."""
    service: str
    resource: str
    """What follows the account in its ARN, with `{name}` for the deployment's name."""
    small: bool = False
    """Whether the service writes `key` and `value`."""
    listing: tuple[str, str] = ("", "")
    """The operation that lists the ARNs of all such things, and the member of its answer."""

    def arn(self, region: str, account: str, deployment: str) -> str:
        """Its ARN."""
        resource = self.resource.format(name=deployment)
        return f"arn:aws:{self.service}:{region}:{account}:{resource}"

    def tag(self, key: str, value: str) -> dict[str, str]:
        """A tag as the service takes it."""
        return {"key": key, "value": value} if self.small else {"Key": key, "Value": value}

    def tags(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Its tags, as ListTagsForResource answers."""
        key, value = self.tag("key", "value")
        return {each[key]: str(each.get(value, "")) for each in answer.get("tags") or []}


REPOSITORY = Claimable("repository", "ecr", "repository/{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Facts about a host that do not depend on the answers."""

    label: str
    """What AWS calls it, for a sentence."""
    service: str
    """What the ARNs of its services call it."""
    resource: str = ".*"
    """A regular expression of what follows the account in those ARNs; another host's differs."""
    regions: Mapping[str, str]
    """Names of regions that have it and the RDS Data API, by their code."""
    lacking: frozenset[str]
    """Regions known to lack it, the RDS Data API or both."""
    sizes_of: str = ""
    """What AWS calls that which has these sizes; empty for the label."""
    sizes: Mapping[int, tuple[int, ...]]
    """The MiB it takes, by CPU units (1024 are one vCPU)."""
    longest_name: int
    """Characters of the longest name it takes."""
    suffixes: Mapping[str, str]
    """What follows the deployment's name in the names `service`, `access-role`, `instance-role`."""
    documents: tuple[str, ...]
    """File names of its documents that can be edited."""
    architectures: tuple[str, ...] = ("x86_64",)
    """The CPU architectures it runs, as AWS names them; the first is the usual one."""
    storage: int
    """Bytes an instance has for the packed and the unpacked image together."""
    domain: str
    """Where it puts the agent's address: `<id>.<region>.<domain>`."""
    scheme: str = "https://"
    """What comes before the address that it tells; empty where that is a whole one."""
    restricts: bool = False
    """Whether it accepts callers from chosen addresses only, where somebody chose any."""
    protectable: bool = False
    """Whether what gives the agent its address can be protected against deletion."""
    in_vpc: bool = False
    """Whether the agent runs in a VPC, where it can reach its database directly."""
    pulls_anywhere: bool = False
    """Whether it pulls the image from where it is published; otherwise it is copied to ECR."""
    claimed: Claimable = REPOSITORY
    """What carries the claim of a run."""
    passed_to: str
    """The principal to which the agent's role is passed, as IAM's conditions name it."""
    closed: str
    """The catalogue's code for an account that it is closed to; empty where there is none."""
    billed_as: str
    """What Cost Explorer calls it."""
    prices: Mapping[str, str] = field(default_factory=dict)
    """Its own unit prices by their key, each in words."""
    prices_in: str = ""
    """The folder with their snapshot, where several hosts share one; empty for its own."""
    price_queries: tuple[PriceQuery, ...] = ()
    not_billed: tuple[str, ...] = ()
    """Sentences on what an estimate cannot know of its bill."""
    commands: str = ""
    """The newest `aws` command it needs, without its parameters; empty where every `aws` has it."""
    stop_it: str
    """How one stops an agent at once: an `aws` command without its parameters."""
    settles: int = 300
    """Seconds within which the address of an agent that runs answers, also a new one."""
    keeps: str = ""
    """A sentence on what AWS keeps when a deployment is removed; empty for nothing."""
    about: str = ""
    """What sets it apart from the others, in a few words."""
    idle: str = ""
    """A sentence on what of the agent is billed while it does nothing."""
    deploys: str = ""
    """A sentence on what happens when the agent is deployed again."""
    unknown: str = ""
    """A sentence on what is not known of it; empty where there is nothing to say."""

    @property
    def sized(self) -> str:
        """Whose sizes they are, for a sentence."""
        return self.sizes_of or self.label


def default_host() -> str:
    """The key of the host that is used where none was chosen."""
    return str(import_module(HOSTS).DEFAULT)


def host_key(folder: str) -> str:
    """What a person calls the host in that folder; a key is its own key."""
    said: str = import_module(HOSTS).SAID.get(folder) or folder.replace("_", "-")
    return said


def host_folder(host: str) -> str:
    """The folder of the host with that key; empty for the default."""
    folders = {key: folder for folder, key in import_module(HOSTS).SAID.items()}
    return folders.get(host) or (host or default_host()).replace("-", "_")


def host_module(host: str, module: str) -> Any:
    """A module of a host's folder; `host` is the host's key, empty for the default."""
    return import_module(f"{HOSTS}.{host_folder(host)}.{module}")


@cache
def host_modules(module: str) -> tuple[Any, ...]:
    """The modules of that name in the folders of hosts, and in those that some hosts share."""
    folders = pkgutil.iter_modules(tuple(import_module(HOSTS).__path__))
    names = (f"{HOSTS}.{each.name}.{module}" for each in folders if each.ispkg)
    return tuple(import_module(name) for name in names if find_spec(name))


def offer(host: str = "") -> Offer:
    """What the host with that key offers; empty for the default."""
    found: Offer = host_module(host, "offer").OFFER
    return found


def known_hosts() -> tuple[str, ...]:
    """The keys of all hosts that are offered, the default first.

    A folder without the module `offer` is what some hosts share.
    """
    hosts = import_module(HOSTS)
    offered = (each for each in _folders(tuple(hosts.__path__)) if each not in hosts.UNOFFERED)
    return tuple(sorted(map(host_key, offered), key=lambda key: (key != hosts.DEFAULT, key)))


@cache
def _folders(places: tuple[str, ...]) -> tuple[str, ...]:
    """Hosts' folders below these; to look at the disk takes longer than most questions."""
    folders = (each.name for each in pkgutil.iter_modules(places) if each.ispkg)
    return tuple(each for each in folders if find_spec(f"{HOSTS}.{each}.offer"))


def open_hosts() -> tuple[str, ...]:
    """The keys of the known hosts that AWS closes to no account."""
    return tuple(key for key in known_hosts() if not offer(key).closed)


def all_regions() -> tuple[str, ...]:
    """Codes of the regions that some host is in."""
    return tuple(dict.fromkeys(region for each in offers() for region in each.regions))


def region_name(region: str) -> str:
    """A region as people call it; its code where no host is there."""
    return next((each.regions[region] for each in offers() if region in each.regions), region)


def offers() -> tuple[Offer, ...]:
    """The offer of every known host."""
    return tuple(map(offer, known_hosts()))


def labels() -> str:
    """What AWS calls the hosts, for a sentence: "A, B or C"."""
    *first, last = (each.label for each in offers())
    return f"{', '.join(first)} or {last}" if first else last
