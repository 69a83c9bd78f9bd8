"""The question of what the agent runs on. Its choices are the folders of `wizard/hosts`."""

from __future__ import annotations

from typing import Any

from wizard.answers.parsing import Shape, Toml
from wizard.answers.questions.question import (
    Choice,
    Detected,
    Group,
    Observed,
    Question,
    QuestionKind,
    Values,
    now,
)
from wizard.base.offer import default_host, host_key, known_hosts, offer


def parse(raw: str) -> str:
    """A host's key, also from the name of its folder; empty is the default."""
    return host_key(raw.strip().lower()) or default_host()


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
