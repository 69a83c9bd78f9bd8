"""A whole account put aside and put back: what one run made serves many tests."""

from __future__ import annotations

import contextlib
import copy
import io
import pickle
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wizard.standin.apprunner.edge import Edge
from wizard.standin.apprunner.model import AppService
from wizard.standin.call import Call

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

LOCK: Any = type(threading.RLock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account at one moment, in which nothing was under way; its containers go on."""

    state: bytes
    """All that is plain data, pickled."""
    services: list[AppService]
    calls: list[Call]
    ahead: float
    """Seconds that time had jumped by then."""

    def let_go(self) -> None:
        """End its containers."""
        for service in self.services:
            if service.container:
                service.container.stop()


class _Pickler(pickle.Pickler):
    """Writes a new lock for the one thing in moto's state that is no data."""

    def reducer_override(self, value: Any) -> Any:
        """How to write a value down; NotImplemented: as usual."""
        return (threading.RLock, ()) if isinstance(value, LOCK) else NotImplemented


def keep(standin: StandIn) -> Kept:
    """The account as it is. Whatever becomes of it, its containers are left alive by a reset.

    Raises ValueError where it has anything on ECS, which cannot be kept.
    """
    if any(region.services or region.clusters for region in standin.ecs.regions.values()):
        raise ValueError("What an account has on ECS cannot be kept.")
    written = io.BytesIO()
    values = [getattr(holder, name) for holder, name in _parts(standin)]
    _Pickler(written).dump((standin.world.moto.state(), values))
    services = [_copied(each, each.edge) for each in standin.apprunner.services.values()]
    for service in services:
        if service.container:
            service.container.parked = True
    jumps = standin.world.clock.jumps
    ahead = jumps.seconds() if jumps else 0.0
    return Kept(state=written.getvalue(), services=services, calls=list(standin.calls), ahead=ahead)


def put_back(standin: StandIn, kept: Kept) -> None:
    """Make a new account the one that was kept. Raises OSError where its ports are taken."""
    edges: list[Edge] = []
    with contextlib.ExitStack() as opened:
        for service in kept.services:
            edges.append(standin.apprunner.edge(service.edge.port))
            opened.callback(edges[-1].close)
        opened.pop_all()
    if jumps := standin.world.clock.jumps:
        jumps.put(kept.ahead)
    backends, values = pickle.loads(kept.state)  # noqa: S301 - written by this very process
    standin.world.moto.put(backends)
    for (holder, name), value in zip(_parts(standin), values, strict=True):
        setattr(holder, name, value)
    for service, edge in zip(kept.services, edges, strict=True):
        standin.apprunner.adopt(_copied(service, edge))
    standin.calls[:0] = kept.calls


def _parts(standin: StandIn) -> list[tuple[object, str]]:
    """Everything that is plain data, but for moto's: what holds it, under which name."""
    world, lives = standin.world, standin.lives
    parts: list[tuple[object, str]] = [
        (world.roles, "_keys"),
        (world.databases, "_servers"),
        (world, "limits"),
        (world, "managed"),
        (lives, "clusters"),
        (lives, "instances"),
        (lives, "past"),
        (standin.secrets, "_purged"),
        (standin.apprunner.scalings, "_kept"),
    ]
    held = ("_images", "_layers", "_pushed") if standin.engine else ()
    return parts + [(standin.engine, name) for name in held]


def _copied(service: AppService, edge: Edge) -> AppService:
    operations = [replace(it, previous=copy.deepcopy(it.previous)) for it in service.operations]
    config, tags = copy.deepcopy(service.config), dict(service.tags)
    return replace(service, edge=edge, config=config, tags=tags, operations=operations)
