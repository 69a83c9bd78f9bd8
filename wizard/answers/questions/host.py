"""The question of what the agent runs on. Its choices are the folders of `wizard/hosts`."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

from wizard.answers.parsing import LIST, YES_NO, Shape, Toml, words, written
from wizard.answers.questions.lists import CALLERS, SUBNET_LIST
from wizard.answers.questions.question import (
    Choice,
    Detected,
    Group,
    Observed,
    Question,
    QuestionKind,
    Record,
    Tag,
    Values,
    chosen_host,
    fixed,
    now,
)
from wizard.base.offer import PLATFORMS, Offer, default_host, host_key, known_hosts, offer


def parse(raw: str) -> str:
    """A host's key, also from the name of its folder; empty is the default."""
    key, known = host_key(raw.strip().lower()) or default_host(), known_hosts()
    if key not in known:
        raise ValueError(f"“{raw}” is not one of the choices: {', '.join(known)}.")
    return key


def label(host: str) -> str:
    """What AWS calls the host with that key."""
    return offer(host).label


def here(region: str, *, closed: frozenset[str] = frozenset()) -> list[str]:
    """The hosts that are not known to lack the region, nor to be closed to the account."""
    return [key for key in known_hosts() if region not in offer(key).lacking and key not in closed]


def _default(values: Values, detected: Detected) -> tuple[str, str]:
    usual, region = default_host(), str(values.get("region", ""))
    able = here(region, closed=detected.closed)
    if usual in able or not able:
        return usual, "as in formae's walkthrough"
    why = (
        f"{label(usual)} is closed to this account"
        if usual in detected.closed
        else f"{label(usual)} is not available in {region}"
    )
    return able[0], why


def _problem(value: str, values: Values, _: str) -> str | None:
    region = str(values.get("region", ""))
    others = here(region)
    if value in others or not others:
        return None  # a region without any host is refused beside the region
    instead = " or ".join(f"{key} ({label(key)})" for key in others)
    return (
        f"{label(value)} is not available in {region}. Choose {instead}, or one of its regions: "
        f"{', '.join(offer(value).regions)}."
    )


def _brief(context: Any) -> str:
    return label(str(context.values["host"]))


def _read(there: Observed) -> str | None:
    return there.host or None


HOST = Question(
    key="host",
    group=Group.ACCOUNT,
    ask="Where the agent runs",
    why="The AWS service that runs the agent. They differ in cost, and in what happens when the "
    "agent is deployed again.",
    default=_default,
    kind=QuestionKind.CHOICE,
    shape=Shape(Toml.TEXT, parse),
    check=_problem,
    choices=tuple(
        Choice(key, f"{found.label}, {found.about}" if found.about else found.label)
        for key, found in ((key, offer(key)) for key in known_hosts())
    ),
    cause=now("the host", label),
    label="Host",
    brief=_brief,
    read=_read,
    before=default_host(),
)


SUBNET = re.compile(r"subnet-[0-9a-f]{8,17}")
FEWEST_SUBNETS, MOST_SUBNETS = 2, 6
"""A load balancer wants two zones; no region has more than six, and a tag has room for so many."""


def in_vpc(values: Values) -> bool:
    """Whether the agent runs in a VPC, where it can reach its database directly."""
    return offer(chosen_host(values)).in_vpc


def hosts_where(able: Callable[[Offer], bool]) -> str:
    """The flags of the hosts that are able to: "--host ecs or --host ecs-gateway"."""
    return " or ".join(f"--host {key}" for key in known_hosts() if able(offer(key)))


def _outside(values: Values, what: str) -> str | None:
    """Why the host has nothing to do with subnets; None where it has."""
    if in_vpc(values):
        return None
    able = hosts_where(lambda host: host.in_vpc)
    outside = f"{label(chosen_host(values))} runs the agent outside your VPC, so it has no {what}."
    return f"{outside} Hosts inside it: {able}." if able else outside


def _subnets_problem(value: tuple[str, ...], values: Values, _: str) -> str | None:
    if value and (outside := _outside(values, "subnets to choose")):
        return outside
    if wrong := next((each for each in value if not SUBNET.fullmatch(each)), None):
        return f"“{wrong}” is not the ID of a subnet, such as subnet-0123456789abcdef0."
    if value and not FEWEST_SUBNETS <= len(value) <= MOST_SUBNETS:
        many = "This is 1 subnet" if len(value) == 1 else f"These are {len(value)} subnets"
        return (
            f"{many}. A load balancer needs at least {FEWEST_SUBNETS}, in different zones; the "
            f"maximum is {MOST_SUBNETS}."
        )
    return None


def _subnets_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.no_network:
        return "", f"{detected.no_network}, so choose them"
    return "", "two of the default VPC's, in two zones"


def _together(value: tuple[str, ...]) -> str:
    return "+".join(value)


def _apart(recorded: str) -> str:
    return recorded.replace("+", ",")


SUBNETS = Question(
    key="subnets",
    group=Group.ACCOUNT,
    ask="Subnets",
    why="Subnets of one VPC for the agent, its load balancer and a new database: at least two, in "
    "different zones, with eight free addresses each. Public subnets give the agent a public "
    "address, private ones an internal address. Leave empty for the default VPC.",
    default=_subnets_default,
    kind=QuestionKind.MANY,
    shape=LIST,
    check=_subnets_problem,
    closed=False,
    choices_from=SUBNET_LIST,
    when=lambda values: in_vpc(values) or bool(values.get("subnets")),
    metavar="ID,…",
    cause=now("the subnets", lambda value: ", ".join(value) or "the default VPC's"),
    label="Subnets",
    brief=lambda context: ", ".join(context.values["subnets"]) or "default",
    empty="two of the default VPC's",
    record=Record(tag=Tag.SIZING, place=1, asked=True, blank=True, write=_together, read=_apart),
    before="",
)


def _internal_default(values: Values, detected: Detected) -> tuple[str, str]:
    chosen = set(values.get("subnets") or ())
    if chosen and chosen <= detected.private:
        return "yes", "the subnets are private"
    return "no", "public subnets give a public address"


def _internal_problem(value: bool, values: Values, _: str) -> str | None:
    if value and (outside := _outside(values, "internal address")):
        return outside
    if value and not values.get("subnets"):
        return "An internal address needs private subnets. Choose them (--subnets)."
    return None


def _internal_remark(value: bool) -> str:
    return INTERNAL_MEANS if value else ""


INTERNAL_MEANS = (
    "The agent's address is internal: it can only be reached from inside the VPC, or from a "
    "network that is connected to it, such as a VPN. The wizard verifies the agent by the load "
    "balancer's health checks; from this machine, formae reaches it only through such a connection."
)
INTERNAL = Question(
    key="internal",
    group=Group.ACCOUNT,
    ask="Internal address",
    why="Whether the agent's address can only be reached from inside the VPC. It follows from the "
    "subnets: private ones have no route to an internet gateway.",
    default=_internal_default,
    kind=QuestionKind.YES_NO,
    shape=YES_NO,
    check=_internal_problem,
    remark=_internal_remark,
    when=lambda values: bool(values.get("subnets") or values.get("internal")),
    quiet=True,
    follows="subnets",
    label="Internal address",
    record=Record(tag=Tag.SIZING, place=1, asked=True),
    before="no",
)


def _one_of_several(values: Values) -> bool:
    return len(offer(chosen_host(values)).architectures) > 1


def _architecture_default(values: Values, _: Detected) -> tuple[str, str]:
    return offer(chosen_host(values)).architectures[0], "as in formae's documentation"


def _architecture_problem(value: str, values: Values, _: str) -> str | None:
    able = offer(chosen_host(values)).architectures
    if value in able:
        return None
    hosts = hosts_where(lambda host: value in host.architectures)
    return f"{label(chosen_host(values))} only runs {able[0]}. Hosts that run {value}: {hosts}."


ARCHITECTURE = Question(
    key="architecture",
    group=Group.SIZING,
    ask="CPU architecture",
    why="arm64 costs about 20% less. The image must be built for it, as formae's own is.",
    default=_architecture_default,
    kind=QuestionKind.CHOICE,
    choices=tuple(Choice(each, each) for each in PLATFORMS),
    check=_architecture_problem,
    when=lambda values: _one_of_several(values) or values.get("architecture") == "arm64",
    label="CPU architecture",
    record=Record(tag=Tag.SIZING, place=1, asked=True),
    read=lambda there: there.architecture.lower() or None,
    before="x86_64",
)

MOST_CALLERS = 50
"""Rules that a security group takes, less some for others."""
LONGEST_RECORD = 100
"""Characters that a record may take of the tag that it shares."""
ANYBODY = "0.0.0.0/0"


def _networks(raw: str) -> tuple[str, ...]:
    """Networks as AWS writes them; what is none stays as it is."""
    return tuple(dict.fromkeys(map(_network, words(raw))))


def _network(text: str) -> str:
    try:
        return str(ip_network(text)) if "/" in text else text
    except ValueError:
        return text


def _restricts(values: Values) -> bool:
    return offer(chosen_host(values)).restricts


def _callers_problem(value: tuple[str, ...], values: Values, _: str) -> str | None:
    if not _restricts(values):
        able = hosts_where(lambda host: host.restricts)
        return (
            f"{label(chosen_host(values))} accepts callers from any address: the wizard has no "
            f"security group of its own there to restrict them with. A host that can: {able}."
        )
    if len(value) > MOST_CALLERS:
        return f"These are {len(value)} networks; the maximum is {MOST_CALLERS}."
    return next(filter(None, map(_network_problem, value)), None)


def _network_problem(text: str) -> str | None:
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        return f"“{text}” is not a network in CIDR notation, such as 203.0.113.0/24."
    if "/" not in text:
        return f"“{text}” is a single address. To mean only it, write {meant}."
    if str(meant) != text:
        return f"“{text}” has bits behind the prefix. The network around it is {meant}."
    return None


def _anybody(value: tuple[str, ...]) -> str:
    every = [each for each in value if each in {ANYBODY, "::/0"}]
    if not every:
        return ""
    return f"{every[0]} is every address there is: only the password protects the agent."


def _recorded(value: tuple[str, ...]) -> str:
    """Longer lists are read from AWS only: a tag has no room for them."""
    text = "+".join(value)
    return text if len(text) <= LONGEST_RECORD else ""


def _protectable(values: Values) -> bool:
    return offer(chosen_host(values)).protectable


def _protection_problem(value: bool, values: Values, _: str) -> str | None:
    if not value or _protectable(values):
        return None
    able = hosts_where(lambda host: host.protectable)
    return (
        f"{label(chosen_host(values))} has no gateway that could be protected against deletion. "
        f"A host that has one: {able}."
    )


ALLOW_CIDR = Question(
    key="allow_cidr",
    group=Group.PROTECTION,
    ask="Who can reach the agent",
    why="Networks from which the agent can be called, in CIDR notation, separated by commas. They "
    "are rules of a security group of its own, and changing them restarts nothing.",
    default=fixed("", "anyone can call it; only you can sign in"),
    shape=Shape(Toml.LIST, _networks),
    check=_callers_problem,
    remark=_anybody,
    when=lambda values: _restricts(values) or bool(values.get("allow_cidr")),
    choices_from=CALLERS,
    metavar="CIDR,…",
    label="Reachable from",
    brief=lambda context: ", ".join(context.values["allow_cidr"]) or "anywhere",
    empty="anywhere",
    record=Record(
        tag=Tag.ACCESS,
        place=1,
        asked=True,
        write=_recorded,
        read=lambda text: text.replace("+", ","),
    ),
    read=lambda there: there.callers,
    before="",
)
DELETION_PROTECTION = Question(
    key="deletion_protection",
    group=Group.PROTECTION,
    ask="Protect the gateway against deletion",
    why="AWS then deletes the gateway, and with it the agent's address, only after the protection "
    "is removed. `formae-wizard destroy` asks before it removes it.",
    default=fixed("no", "only the wizard and you delete it"),
    kind=QuestionKind.YES_NO,
    shape=YES_NO,
    check=_protection_problem,
    when=lambda values: _protectable(values) or bool(values.get("deletion_protection")),
    label="Gateway protected",
    record=Record(tag=Tag.ACCESS, place=2, asked=True),
    read=lambda there: None if there.protected is None else written(there.protected),
    before="no",
)
