"""The question of what the agent runs on. Its choices are the folders of `wizard/hosts`."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from wizard.answers.parsing import Shape, Toml, words
from wizard.answers.questions.lists import CALLERS
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
from wizard.base.offer import default_host, host_key, known_hosts, offer


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
        able = " or ".join(f"--host {key}" for key in known_hosts() if offer(key).restricts)
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
