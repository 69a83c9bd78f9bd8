"""What a host offers, as data: all that the folders below the plan know of where the agent runs.

A host is a folder in `wizard/hosts`; its module `offer` holds an `OFFER`, its module `host` a
`HOST`. They are loaded by the folder's name, so a host is added without a change elsewhere.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

HOSTS = "wizard.hosts"


@dataclass(frozen=True, slots=True)
class PriceQuery:
    """One question to AWS's price list: a service's code, and usage types by our price's key."""

    service: str
    usage: Mapping[str, str]
    """A regular expression of the usage type, without its region's prefix, by the price's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Facts about a host that do not depend on the answers."""

    label: str
    """What AWS calls it, for a sentence."""
    regions: Mapping[str, str]
    """Names of regions that have it and the RDS Data API, by their code."""
    lacking: frozenset[str]
    """Regions known to lack it, the RDS Data API or both."""
    sizes: Mapping[int, tuple[int, ...]]
    """The MiB it takes, by CPU units (1024 are one vCPU)."""
    longest_name: int
    """Characters of the longest name it takes."""
    suffixes: Mapping[str, str]
    """What follows the deployment's name in the names `service`, `access-role`, `instance-role`."""
    documents: tuple[str, ...]
    """File names of its documents that can be edited."""
    platform: str
    """The only platform it runs, as Docker names it."""
    storage: int
    """Bytes an instance has for the packed and the unpacked image together."""
    domain: str
    """Where it puts the agent's address: `<id>.<region>.<domain>`."""
    passed_to: str
    """The principal to which the agent's role is passed, as IAM's conditions name it."""
    closed: str
    """The catalogue's code for an account that it is closed to."""
    billed_as: str
    """What Cost Explorer calls it."""
    prices: Mapping[str, str] = field(default_factory=dict)
    """Its own unit prices by their key, each in words."""
    price_queries: tuple[PriceQuery, ...] = ()
    not_billed: tuple[str, ...] = ()
    """Sentences on what an estimate cannot know of its bill."""
    stop_it: str
    """How one stops an agent at once: an `aws` command without its parameters."""


def default_host() -> str:
    """The folder of the host that is used where none was chosen."""
    return str(import_module(HOSTS).DEFAULT)


def host_module(host: str, module: str) -> Any:
    """A module of a host's folder; `host` is the folder's name, empty for the default."""
    return import_module(f"{HOSTS}.{host or default_host()}.{module}")


def offer(host: str = "") -> Offer:
    """What the host in that folder offers; empty for the default."""
    found: Offer = host_module(host, "offer").OFFER
    return found


def known_hosts() -> tuple[str, ...]:
    """The folders of all hosts."""
    path = import_module(HOSTS).__path__
    return tuple(sorted(each.name for each in pkgutil.iter_modules(path) if each.ispkg))


def all_regions() -> tuple[str, ...]:
    """Codes of the regions that some host is in."""
    return tuple(dict.fromkeys(region for each in offers() for region in each.regions))


def offers() -> tuple[Offer, ...]:
    """The offer of every known host."""
    return tuple(map(offer, known_hosts()))


def labels() -> str:
    """What AWS calls the hosts, for a sentence: "A or B"."""
    return " or ".join(each.label for each in offers())
