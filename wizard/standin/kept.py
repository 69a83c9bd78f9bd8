"""A whole account put aside and put back: what one run made serves many tests."""

from __future__ import annotations

import contextlib
import copy
import io
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wizard.standin.apprunner.container import Container
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
    containers: list[Container]
    """Those of tasks on ECS."""
    calls: list[Call]
    ahead: float
    """Seconds that time had jumped by then."""

    def let_go(self) -> None:
        """End its containers."""
        for service in self.services:
            if service.container:
                service.container.stop()
        for container in self.containers:
            container.stop()


class _Pickler(pickle.Pickler):
    """Writes data; of a lock, which moto's state has, a new one, and what goes on by its mark."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.containers: list[Container] = []

    def persistent_id(self, value: Any) -> tuple[str, int] | None:
        """The mark of a container or an edge; None for data."""
        if isinstance(value, Container):
            self.containers.append(value)
            return "container", len(self.containers) - 1
        return ("edge", value.port) if isinstance(value, Edge) else None

    def reducer_override(self, value: Any) -> Any:
        """How to write a value down; NotImplemented: as usual."""
        return (threading.RLock, ()) if isinstance(value, LOCK) else NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads data; of what goes on, what `found` says that the mark stands for."""

    def __init__(self, file: io.BytesIO, found: Callable[[tuple[str, int]], Any]) -> None:
        super().__init__(file)
        self._found = found

    def persistent_load(self, mark: Any) -> Any:
        """What the mark stands for."""
        return self._found(mark)


def keep(standin: StandIn) -> Kept:
    """The account as it is. Whatever becomes of it, its containers are left alive by a reset.

    Raises ValueError where it has a database with a gateway, whose port cannot be kept.
    """
    if standin.gateways.listeners:
        raise ValueError("The gateway of a database cannot be kept.")
    written = io.BytesIO()
    values = [getattr(holder, name) for holder, name in _parts(standin)]
    pickler = _Pickler(written)
    pickler.dump((standin.world.moto.state(), values, standin.ecs.regions))
    for container in pickler.containers:
        container.parked = True
    services = [_copied(each, each.edge) for each in standin.apprunner.services.values()]
    for service in services:
        if service.container:
            service.container.parked = True
    jumps = standin.world.clock.jumps
    ahead = jumps.seconds() if jumps else 0.0
    return Kept(
        state=written.getvalue(),
        services=services,
        containers=pickler.containers,
        calls=list(standin.calls),
        ahead=ahead,
    )


def put_back(standin: StandIn, kept: Kept) -> None:
    """Make a new account the one that was kept. Raises OSError where its ports are taken."""
    with contextlib.ExitStack() as opened:

        def open_at(port: int) -> Edge:
            made = standin.apprunner.edge(port)
            opened.callback(made.close)
            return made

        def found(mark: tuple[str, int]) -> Container | Edge:
            kind, number = mark
            return kept.containers[number] if kind == "container" else open_at(number)

        edges = [open_at(service.edge.port) for service in kept.services]
        backends, values, regions = _Unpickler(io.BytesIO(kept.state), found).load()
        opened.pop_all()
    if jumps := standin.world.clock.jumps:
        jumps.put(kept.ahead)
    standin.world.moto.put(backends)
    for (holder, name), value in zip(_parts(standin), values, strict=True):
        setattr(holder, name, value)
    for service, made in zip(kept.services, edges, strict=True):
        standin.apprunner.adopt(_copied(service, made))
    standin.ecs.adopt(regions)
    standin.calls[:0] = kept.calls


def _parts(standin: StandIn) -> list[tuple[object, str]]:
    """Everything that is plain data, but for moto's: what holds it, under which name."""
    world, lives = standin.world, standin.lives
    parts: list[tuple[object, str]] = [
        (world.roles, "_keys"),
        (world.databases, "_servers"),
        (world.databases, "_snapshots"),
        (world, "limits"),
        (world, "managed"),
        (lives, "clusters"),
        (lives, "instances"),
        (lives, "snapshots"),
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
