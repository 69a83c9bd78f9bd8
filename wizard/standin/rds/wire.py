"""PostgreSQL's own way to a cluster: the name, the security groups, then the login.

Agents ask for it at the stand-in's address, because no packet goes to a cluster here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address
from typing import Any

from werkzeug.wrappers import Response

from wizard.standin.dataapi.databases import SqlError
from wizard.standin.rds.lives import Lives
from wizard.standin.world import World

PATH = "/postgresql"
"""Where agents ask."""


class Unreachable(Exception):
    """Why there is no connection, as Go's driver says it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody who connects is."""

    region: str
    groups: tuple[str, ...]
    """Security groups."""
    subnets: tuple[str, ...]


class Wire:
    """The network between agents and clusters."""

    def __init__(self, world: World, lives: Lives, place: Callable[[str], Place | None]) -> None:
        """`place` tells where the task with an ARN is; None outside every VPC."""
        self._world = world
        self._lives = lives
        self._place = place

    def answer(self, body: bytes) -> Response:
        """Connect as the body's JSON says, and say what came of it."""
        asked: dict[str, str] = json.loads(body)
        try:
            self._connect(asked)
        except Unreachable as why:
            return Response(str(why), 502, content_type="text/plain")
        return Response("", 200)

    def _connect(self, asked: dict[str, str]) -> None:
        who = f"failed to connect to `user={asked['user']} database={asked['database']}`:"
        name, place = asked["host"], self._place(asked["task"])
        found = self._named(name)
        if found is None:
            raise Unreachable(f"{who} hostname resolving error: lookup {name}: no such host")
        arn, cluster, region = found
        at = f"{self._address(region)}:{asked['port']}"
        told = f"{who} {at} ({name}):"
        port = int(asked["port"])
        if place is None or port != cluster.port or not self._admitted(cluster, place, port):
            raise Unreachable(f"{told} dial error: dial tcp {at}: i/o timeout")
        if not self._serves(region, cluster.db_cluster_identifier):
            raise Unreachable(f"{told} dial error: dial tcp {at}: connect: connection refused")
        try:
            self._world.databases.connect(
                arn, asked["user"], asked["password"], asked["database"]
            ).close()
        except SqlError as error:
            part = "failed SASL auth" if error.sqlstate == "28P01" else "server error"
            raise Unreachable(
                f"{told} {part}: {error.message} (SQLSTATE {error.sqlstate})"
            ) from error

    def _named(self, host: str) -> tuple[str, Any, str] | None:
        for (region, name), life in self._lives.clusters.items():
            cluster = self._world.moto.backend("rds", region).clusters[name]
            if cluster.endpoint == host:
                return life.arn, cluster, region
        return None

    def _serves(self, region: str, name: str) -> bool:
        clock, durations = self._world.clock, self._world.durations
        life = self._lives.clusters[region, name]
        up = [
            each
            for each in self._lives.members(region, name)
            if each.status(clock, durations) == "available"
        ]
        return bool(up) and life.status(clock, durations) in {"available", "modifying"}

    def _admitted(self, cluster: Any, place: Place, port: int) -> bool:
        """Whether some rule of the cluster's groups lets this place in, from the same VPC."""
        ec2 = self._world.moto.backend("ec2", place.region)
        subnets = [each for each in ec2.describe_subnets() if each.id in place.subnets]
        blocks = [IPv4Network(each.cidr_block) for each in subnets]
        for rule in self._rules(ec2, cluster, {each.vpc_id for each in subnets}):
            if rule.ip_protocol != "-1" and not int(rule.from_port) <= port <= int(rule.to_port):
                continue
            if rule.source_group.get("GroupId") in place.groups:
                return True
            cidr = rule.ip_range.get("CidrIp")
            if cidr and all(each.subnet_of(IPv4Network(cidr)) for each in blocks):
                return True
        return False

    def _rules(self, ec2: Any, cluster: Any, vpcs: set[str]) -> Iterator[Any]:
        for each in cluster.vpc_security_group_ids:
            group = ec2.get_security_group_from_id(each)
            if group is not None and group.vpc_id in vpcs:
                yield from group.ingress_rules

    def _address(self, region: str) -> str:
        ec2 = self._world.moto.backend("ec2", region)
        vpc = next((each for each in ec2.vpcs.values() if each.is_default), None)
        return str(ip_address(int(IPv4Network(vpc.cidr_block)[0]) + 77)) if vpc else "10.0.0.77"
