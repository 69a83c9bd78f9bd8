"""Everything at a glance: every answer with its value and the reason for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.guided import sizes
from wizard.guided.drifted import deployed_words, drifts, fate
from wizard.guided.returning import removed
from wizard.guided.returning import there as there_are
from wizard.guided.session import Session
from wizard.journal.claim import working
from wizard.questions import Group, question

if TYPE_CHECKING:
    from wizard.engine.drift import Drift

SHORT = {
    "profile": "Profile",
    "region": "Region",
    "account": "Account",
    "cpu": "Agent size",
    "min_capacity": "Database size",
    "database": "Database",
    "cluster_arn": "Cluster",
    "cluster_secret_arn": "Its secret",
    "enable_data_api": "Data API",
    "scope": "Agent may manage",
    "services": "Services",
    "policy_arns": "Policies",
    "policy_file": "Policy file",
    "protect": "API password",
    "api_user": "API user",
    "name": "Name",
    "wake": "Start and resume",
    "put_back": "Config put back",
    "image_version": "formae version",
    "image_source": "Image from",
    "engine_version": "PostgreSQL",
    "database_name": "Database name",
    "tags": "Further tags",
    "hide_itself": "Hide own parts",
    "client_config": "CLI config here",
    "activate_profile": "CLI profile",
    "keychain": "Keychain",
}
"""What a row is called; rows stand in this order within their group."""
TOGETHER = {"cpu": ("memory",), "min_capacity": ("max_capacity",), "protect": ("password",)}
"""Answers that share the row of another."""
HEADS = {Group.ACCOUNT: "Account"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page. `problem` says what is wrong, `doubtful` that it was right before."""

    group: Group
    key: str
    first: bool
    value: str
    reason: str
    problem: str = ""
    doubtful: bool = False
    deployed: str = ""
    """What is deployed, where something else is wanted now."""
    drift: tuple[Drift, ...] = ()
    """What somebody changed of it since."""
    fates: tuple[str, ...] = ()
    """What becomes of each of them, in words."""

    @property
    def name(self) -> str:
        """What the row is called."""
        return SHORT[self.key]

    @property
    def mark(self) -> str:
        """Wrong, doubtful, changed by somebody since, or nothing to say."""
        if self.problem:
            return "?" if self.doubtful else "✗"
        return "!" if self.drift else " "


def rows(session: Session) -> list[Row]:
    """Every answer that counts with the others as they are."""
    return [row for group in Group for row in _of_group(session, group)]


def standing(session: Session) -> list[str]:
    """Where answers come from that nobody gave today, as sentences; empty for a first time."""
    said = [f"Filled in: {session.resumed}."] if session.resumed else []
    named = str(session.collected.values["name"])
    said += _under_way(session, named)
    there = session.deployment
    if there and removed(session, there.name):
        said.append(
            f"“{there.name}” was removed; its secrets, which can still be brought back, "
            "remember its answers."
        )
    elif there:
        said.append(f"“{there.name}” is deployed here: what you do not change stays as it is.")
        if there.drift:
            said.append(f"Changed since: {'; '.join(each.words for each in there.drift)}.")
        if there.gaps:
            said.append(f"Could not be seen: {'; '.join(each.what for each in there.gaps)}.")
    others = [each.name for each in there_are(session) if each.name != named]
    if others:
        said.append(f"Also deployed in this region: {', '.join(others)}.")
    return said


def _under_way(session: Session, name: str) -> list[str]:
    """That somebody is changing it just now."""
    claim = next((each.claim for each in there_are(session) if each.name == name), None)
    return [f"Being changed: {working(claim, datetime.now(UTC))}."] if claim else []


def _of_group(session: Session, group: Group) -> Iterator[Row]:
    problems, first = session.problems(group), True
    for key in SHORT:
        each = question(key)
        if each.group is not group or not session.asked(each):
            continue
        keys = (key, *TOGETHER.get(key, ()), *_elsewhere(key))
        wrong = next((each for each in keys if each in problems), "")
        changed = drifts(session, keys)
        yield Row(
            group,
            key,
            first,
            WORDS.get(key, _plain)(session, key),
            _reason(session, key),
            problems.get(wrong, ""),
            wrong in session.doubts.causes,
            deployed_words(session, keys[: 1 + len(TOGETHER.get(key, ()))]),
            tuple(changed),
            tuple(fate(session, each) for each in changed),
        )
        first = False


def _elsewhere(key: str) -> tuple[str, ...]:
    """Troubles that belong to no question, at the row where they are put right."""
    return {"profile": ("signed_in",), "cluster_arn": ("access",)}.get(key, ())


def _reason(session: Session, key: str) -> str:
    given = session.collected.given[key]
    return given.words


def _plain(session: Session, key: str) -> str:
    text = session.text(key)
    return next((each.label for each in question(key).choices if each.value == text), text)


def _profile(session: Session, _key: str) -> str:
    profile = session.profile
    if not profile:
        return session.place[0] or "default"
    return f"{profile.name}, {profile.kind}" if profile.name else "credentials in the environment"


def _database(session: Session, _key: str) -> str:
    new = session.collected.values["database"] == "new"
    return "new Aurora Serverless v2 cluster" if new else "a cluster you have"


def _capacity(session: Session, _key: str) -> str:
    values = session.collected.values
    return f"{values['min_capacity']:g} to {values['max_capacity']:g} capacity units"


def _password(session: Session, key: str) -> str:
    if not session.collected.values[key]:
        return "none"
    return "your own" if session.password else "generated"


def _arn(session: Session, key: str) -> str:
    """An ARN's last part; where it leads stands in the field."""
    return ", ".join(part.rpartition(":")[2] for part in session.text(key).split(","))


WORDS: dict[str, Callable[[Session, str], str]] = {
    "profile": _profile,
    "cpu": lambda session, _: sizes.words(session),
    "min_capacity": _capacity,
    "database": _database,
    "cluster_arn": _arn,
    "cluster_secret_arn": _arn,
    "policy_arns": _arn,
    "protect": _password,
    "region": lambda session, _: session.place[1],
}
