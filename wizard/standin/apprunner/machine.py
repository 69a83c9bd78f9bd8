"""The state machine: what time, and the container's health, make of a service's operation."""

from collections.abc import Callable
from dataclasses import dataclass

from wizard.standin.apprunner.logs import Logs
from wizard.standin.apprunner.model import AppService, Kind, Operation, Outcome, Status
from wizard.standin.apprunner.rollout import Rollout, RolloutError
from wizard.standin.durations import Durations
from wizard.standin.world import World


@dataclass(frozen=True, slots=True)
class Words:
    """How an operation is told in the log, and how long it takes."""

    noun: str
    length: Callable[[Durations], float]


WORDS = {
    Kind.CREATE: Words("Service creation", lambda d: d.service_create),
    Kind.UPDATE: Words("Service update", lambda d: d.service_update),
    Kind.DEPLOY: Words("Deployment", lambda d: d.service_update),
    Kind.PAUSE: Words("Service pause", lambda d: d.service_pause),
    Kind.RESUME: Words("Service resume", lambda d: d.service_resume),
    Kind.DELETE: Words("Service deletion", lambda d: d.service_delete),
}


class Machine:
    """Moves services on. Nothing happens between calls, so nothing can race."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._logs = Logs(world.moto)
        self._rollout = Rollout(world, self._logs)

    def begin(self, service: AppService, kind: Kind) -> Operation:
        """Start an operation."""
        now = self._world.clock.now()
        operation = Operation(kind=kind, started=now, updated=now)
        service.operations.insert(0, operation)
        service.updated = now
        self._set_status(service, Status.BUSY)
        self._tell(service, f"{WORDS[kind].noun} started.")
        return operation

    def advance(self, service: AppService) -> None:
        """Let time do what it did since the last call."""
        operation = service.operations[0]
        for container in {id(c): c for c in (service.container, operation.container) if c}.values():
            while container.lines:
                when, text = container.lines.pop(0)
                self._logs.application(service, container.id, text, when)
        if not operation.under_way:
            return
        if operation.status == Outcome.ROLLING_BACK:
            if self._world.clock.since(operation.updated) >= self._world.durations.rollback:
                self._end(service, operation, Outcome.ROLLED_BACK, Status.RUNNING)
        elif operation.kind in {Kind.PAUSE, Kind.DELETE}:
            self._take_down(service, operation)
        else:
            self._bring_up(service, operation)

    def _take_down(self, service: AppService, operation: Operation) -> None:
        if not self._due(operation):
            return
        if operation.kind == Kind.DELETE and self._world.failing_deletions:
            self._world.failing_deletions -= 1
            self._tell(service, "Service deletion failed.")
            self._end(service, operation, Outcome.FAILED, Status.DELETE_FAILED)
            return
        if service.container:
            service.container.stop()
            service.container = None
        if operation.kind == Kind.DELETE:
            service.edge.close()
            service.deleted = self._world.clock.now()
            self._end(service, operation, Outcome.SUCCEEDED, Status.DELETED)
        else:
            self._end(service, operation, Outcome.SUCCEEDED, Status.PAUSED)

    def _bring_up(self, service: AppService, operation: Operation) -> None:
        if operation.container is None:
            early = (
                self._world.clock.since(operation.started) < self._world.durations.container_start
            )
            if early:
                return
            try:
                operation.container = self._rollout.start(service, operation)
            except RolloutError as error:
                self._fail(service, operation, str(error))
            return
        if self._rollout.healthy(service, operation.container):
            if self._due(operation):
                self._succeed(service, operation, operation.container)
        elif self._rollout.given_up(operation.container):
            self._fail(service, operation, self._rollout.unhealthy(service))

    def _due(self, operation: Operation) -> bool:
        length = WORDS[operation.kind].length(self._world.durations)
        return self._world.clock.since(operation.started) >= length

    def _succeed(self, service: AppService, operation: Operation, container: object) -> None:
        self._tell(service, "Health check is successful. Routing traffic to application.")
        old, service.container = service.container, operation.container
        self.route(service)
        if old and old is not container:
            old.stop()
        self._end(service, operation, Outcome.SUCCEEDED, Status.RUNNING)

    def route(self, service: AppService) -> None:
        """Send requests to the service's container, whichever it is by then."""
        image = service.config["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
        port = image["Port"]
        service.edge.route(lambda: service.container.port(port) if service.container else None)

    def _fail(self, service: AppService, operation: Operation, why: str) -> None:
        now = self._world.clock.now()
        self._tell(service, why)
        self._logs.deployment(service, operation, why, now)
        self._tell(
            service, f"{WORDS[operation.kind].noun} failed. For more information, see service logs."
        )
        if operation.container:
            operation.container.stop()
        match operation.kind:
            case Kind.CREATE:
                self._end(service, operation, Outcome.FAILED, Status.CREATE_FAILED)
            case Kind.RESUME:
                self._end(service, operation, Outcome.FAILED, Status.PAUSED)
            case _:
                service.config = operation.previous or service.config
                operation.status, operation.updated = Outcome.ROLLING_BACK, now
                self._tell(service, "Rolling back to the last successful deployment.")

    def _end(
        self, service: AppService, operation: Operation, outcome: Outcome, status: Status
    ) -> None:
        operation.status = outcome
        operation.ended = operation.updated = service.updated = self._world.clock.now()
        if outcome == Outcome.SUCCEEDED:
            self._tell(service, f"{WORDS[operation.kind].noun} completed successfully.")
        self._set_status(service, status)

    def _set_status(self, service: AppService, status: Status) -> None:
        service.status = status
        self._tell(service, f"Service status is set to {status}.")

    def _tell(self, service: AppService, text: str) -> None:
        self._logs.event(service, text, self._world.clock.now())
