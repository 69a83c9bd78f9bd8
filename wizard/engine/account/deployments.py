"""Every deployment of ours in a region, whole or half-made, by its names and its tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from wizard.answers import checks
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_VALUE
from wizard.base.offer import REPOSITORY, offer, offers
from wizard.engine.account.asking import Asking, Unreadable, ours, pairs
from wizard.hosts.host import Listed, all_services, host, host_of
from wizard.journal.lock import Claim, standing
from wizard.plan.world import AwsCall

CONFIG_VARIABLE = "FORMAE_CONFIG"
"""By this, a service that a person made after the walkthrough is known."""
MOST_REPOSITORIES = 30
"""Repositories whose tags are looked at one by one; of more, only those with a known name."""
SUFFIXES = {
    "secret": r"-(?:db-creds|api-creds|config)",
    "cluster": r"-db",
    "instance": r"-db-instance",
    "repository": r"(?:/agent)?",
}
"""What follows a deployment's name in the names of its parts, as a regular expression by kind."""
ORDER = ("service", "secret", "cluster", "instance", "role", "repository")
WAITING = "scheduled for deletion"
"""What is said of a secret that can be brought back."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of a deployment. `status` is AWS's own word, where it has one."""

    kind: str
    name: str
    arn: str
    status: str = ""
    tagged: bool = True
    """Whether it carries the wizard's tag; a person's own after the walkthrough does not."""
    claim: Claim | None = None
    """Whose run says there that it is at work on the deployment."""

    @property
    def words(self) -> str:
        """As in: service formae-agent (RUNNING)."""
        return f"{self.kind} {self.name}" + (f" ({self.status})" if self.status else "")


def bringable(parts: Iterable[Part]) -> bool:
    """Whether these parts are all that a removal leaves for a few days: secrets that wait."""
    statuses = {part.status for part in parts}
    return statuses == {WAITING}


def moving(parts: Iterable[Part]) -> bool:
    """Whether two hosts have a service of the deployment whose parts these are."""
    return sum(part.kind == "service" for part in parts) > 1


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is there of one name in one region."""

    name: str
    region: str
    parts: tuple[Part, ...]

    @property
    def service(self) -> Part | None:
        """The service that runs the agent, or is to; of two the one that counts."""
        return next((each for each in self.parts if each.kind == "service"), None)

    @property
    def moving(self) -> bool:
        """Whether its move from one host to another is not finished: both have a service."""
        return moving(self.parts)

    @property
    def status(self) -> str:
        """AWS's own word for the service; empty where there is none."""
        return self.service.status if self.service else ""

    @property
    def ours(self) -> bool:
        """Whether the wizard made any part of the deployment."""
        return any(part.tagged for part in self.parts)

    @property
    def claim(self) -> Claim | None:
        """Whose run is at work on it, as it says itself."""
        return next((each.claim for each in self.parts if each.claim), None)

    @property
    def in_region(self) -> bool:
        """Whether any of it is in the region: roles are in none."""
        return any(part.kind != "role" for part in self.parts)

    @property
    def gone(self) -> bool:
        """Whether the deployment was removed: all that is left is secrets that wait."""
        return bringable(self.parts)

    @property
    def words(self) -> str:
        """One sentence: how far it is made, and what is there."""
        told = ", ".join(part.words for part in self.parts)
        if not self.ours:
            return f"{self.name}: created by hand, without the wizard's tag: {told}."
        if self.moving:
            labels = ", ".join(
                f"{offer(host_of(each.arn)).label} ({each.status})"
                for each in self.parts
                if each.kind == "service"
            )
            return f"{self.name}: its move between hosts is not finished: {labels}; it has: {told}."
        if self.service is None:
            return f"{self.name}: incomplete, without a service; it has: {told}."
        return f"{self.name}: {told}."


@dataclass(frozen=True, slots=True)
class Found:
    """All deployments of a region, and what could not be looked at."""

    deployments: tuple[Deployment, ...]
    gaps: tuple[Unreadable, ...] = ()


def deployments(call: AwsCall, region: str) -> Found:
    """Look for every deployment of ours. Read calls only; never raises for what AWS refuses."""
    asking = Asking(call)
    looks: dict[str, Callable[[Asking], list[Part]]] = {
        "the services": _services,
        "the secrets": _secrets,
        "the clusters": _clusters,
        "the database instances": _instances,
        "the roles": _roles,
    }
    listed = fan_out({what: partial(_tried, asking, what, look) for what, look in looks.items()})
    parts = [part for each in listed.values() for part in each]
    known = {_deployment(part) for part in parts if part.tagged}
    parts += _tried(asking, "the repositories", partial(_repositories, known=known))
    return Found(tuple(_grouped(parts, region)), tuple(asking.gaps))


def _tried(asking: Asking, what: str, look: Callable[[Asking], list[Part]]) -> list[Part]:
    return asking.attempt(what, lambda: look(asking), [])


def _grouped(parts: Iterable[Part], region: str) -> list[Deployment]:
    by_name: dict[str, list[Part]] = {}
    for part in parts:
        by_name.setdefault(_deployment(part), []).append(part)
    return [
        Deployment(name, region, tuple(sorted(held, key=_place)))
        for name, held in sorted(by_name.items())
    ]


def _place(part: Part) -> tuple[int, str]:
    return ORDER.index(part.kind), part.name


def _deployment(part: Part) -> str:
    """The deployment's name in a part's name; the part's own where it is none."""
    match = re.fullmatch(rf"(.+?){_suffix(part.kind)}", part.name)
    return match[1] if match else part.name


def _named(kind: str, name: str) -> bool:
    """Whether a wizard could have given the name to a thing of this kind."""
    match = re.fullmatch(rf"(.+?){_suffix(kind)}", name)
    return match is not None and checks.deployment_name(match[1]) is None


def _suffix(kind: str) -> str:
    """As in SUFFIXES; of services and roles, whose names their hosts make, that of any host."""
    if kind in SUFFIXES:
        return SUFFIXES[kind]
    suffixes = (
        re.escape(suffix)
        for each in offers()
        for part, suffix in each.suffixes.items()
        if (part == "service") is (kind == "service")
    )
    return f"(?:{'|'.join(suffixes)})"


def _services(asking: Asking) -> list[Part]:
    likely = [each for each in all_services(asking.ask) if _named("service", each.name)]
    return _mapped(lambda each: _service(asking, each), likely)


def _service(asking: Asking, each: Listed) -> Part | None:
    tagged = ours(host(host_of(each.arn)).tags(asking.ask, each.arn))
    if not tagged and not _by_hand(asking, each.arn):
        return None
    return Part("service", each.name, each.arn, each.status, tagged, _claim(asking, each.arn))


def _claim(asking: Asking, arn: str) -> Claim | None:
    """Whose run is at work, where that is told by a thing of the host's own."""
    claimed, (_, _, _, region, account, *_, name) = offer(host_of(arn)).claimed, arn.split(":")
    if claimed == REPOSITORY:
        return None  # told by the repository's part
    deployment = re.fullmatch(rf"(.+?){_suffix('service')}", name.rpartition("/")[2])
    if deployment is None:
        return None
    params = {"resourceArn": claimed.arn(region, account, deployment[1])}
    return standing(claimed.tags(asking.ask(claimed.service, "ListTagsForResource", params) or {}))


def _by_hand(asking: Asking, arn: str) -> bool:
    described = host(host_of(arn)).described(asking.ask, arn)
    return described is not None and CONFIG_VARIABLE in described.secrets


def _secrets(asking: Asking) -> list[Part]:
    params = {
        "Filters": [{"Key": "tag-value", "Values": [TAG_VALUE]}],
        "IncludePlannedDeletion": True,
    }
    return [
        Part("secret", each["Name"], each["ARN"], _deletion(each))
        for each in asking.ask("secretsmanager", "ListSecrets", params)["SecretList"]
        if _named("secret", each["Name"]) and ours(pairs(each.get("Tags")))
    ]


def _deletion(secret: Mapping[str, Any]) -> str:
    return WAITING if secret.get("DeletedDate") else ""


def _clusters(asking: Asking) -> list[Part]:
    return [
        Part("cluster", each["DBClusterIdentifier"], each["DBClusterArn"], each["Status"])
        for each in asking.ask("rds", "DescribeDBClusters", {})["DBClusters"]
        if _named("cluster", each["DBClusterIdentifier"]) and ours(pairs(each.get("TagList")))
    ]


def _instances(asking: Asking) -> list[Part]:
    return [
        Part(
            "instance",
            each["DBInstanceIdentifier"],
            each["DBInstanceArn"],
            each.get("DBInstanceStatus", ""),
        )
        for each in asking.ask("rds", "DescribeDBInstances", {})["DBInstances"]
        if _named("instance", each["DBInstanceIdentifier"]) and ours(pairs(each.get("TagList")))
    ]


def _roles(asking: Asking) -> list[Part]:
    """ListRoles tells no tags, so each role whose name is like ours is asked for its own."""
    listed = asking.ask("iam", "ListRoles", {})["Roles"]
    likely = [each["RoleName"] for each in listed if _named("role", each["RoleName"])]

    def look(name: str) -> Part | None:
        described = asking.ask("iam", "GetRole", {"RoleName": name})
        if described is None or not ours(pairs(described["Role"].get("Tags"))):
            return None
        return Part("role", name, described["Role"]["Arn"])

    return _mapped(look, likely)


def _repositories(asking: Asking, known: set[str]) -> list[Part]:
    listed = asking.ask("ecr", "DescribeRepositories", {})["repositories"]
    likely = [each for each in listed if _named("repository", each["repositoryName"])]
    if len(likely) > MOST_REPOSITORIES:
        likely = [each for each in likely if each["repositoryName"] in known]

    def look(each: Mapping[str, Any]) -> Part | None:
        arn = each["repositoryArn"]
        answer = asking.ask("ecr", "ListTagsForResource", {"resourceArn": arn}) or {}
        tags = pairs(answer.get("tags"))
        if not ours(tags):
            return None
        return Part("repository", each["repositoryName"], arn, claim=standing(tags))

    return _mapped(look, likely)


def _mapped(look: Any, things: list[Any]) -> list[Part]:
    parts = fan_out({at: partial(look, thing) for at, thing in enumerate(things)})
    return [part for part in parts.values() if part is not None]
