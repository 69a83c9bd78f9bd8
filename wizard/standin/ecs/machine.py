"""What time, and the health of containers, make of services: tasks, deployments, draining."""

from __future__ import annotations

import math

from wizard.standin.ecs.model import (
    Deployment,
    Revision,
    Rollout,
    Service,
    Task,
    new_id,
)
from wizard.standin.ecs.routes import Routes
from wizard.standin.ecs.tasks import TaskError, Tasks
from wizard.standin.world import World

THRESHOLD = 3
"""Failed tasks after which the circuit breaker triggers; ECS's least, for few tasks."""
PERIODS, BAD_PERIODS, ERRORS = 3, 2, 0.01
"""Of how many periods how many must have more than this share of errors for the alarm."""
CHECK_INTERVAL = 30.0
"""Seconds between two health checks of a target that has passed."""
BROKEN = "Service deployment rolled back because the circuit breaker threshold was exceeded."
ALARMED = "Service deployment rolled back because a deployment alarm went into the state ALARM."
START_FAILED, EXITED, SCHEDULER = (
    "TaskFailedToStart",
    "EssentialContainerExited",
    "ServiceSchedulerInitiated",
)


class Machine:
    """Moves services on. Nothing happens between calls, so nothing can race."""

    def __init__(self, world: World, routes: Routes) -> None:
        self._world = world
        self._routes = routes
        self._tasks = Tasks(world)

    def deploy(self, service: Service, settings: dict[str, object], revision: Revision) -> None:
        """Start a deployment of that revision; one that is under way ends."""
        now = self._world.clock.now()
        before = service.deployments[0] if service.deployments else None
        if before and before.under_way:
            before.status, before.finished = Rollout.STOPPED, now
            before.reason = "Stopped due to the deployment of a new service revision."
        name = f"service-deployment/{service.cluster.name}/{service.name}/{new_id()}"
        made = Deployment(
            arn=self._world.arn("ecs", service.region, name),
            revision=revision,
            sources=[before.target] if before else [],
            created=now,
        )
        service.settings = dict(settings)
        service.deployments.insert(0, made)

    def advance(self, service: Service) -> None:
        """Let time do what it did since the last call."""
        if service.status == "INACTIVE":
            return
        self._routes.advance(service)
        for task in service.living:
            self._live(service, task)
        if service.status == "DRAINING":
            self._drain(service)
            return
        deployment = service.deployments[0]
        if deployment.under_way:
            self._roll(service, deployment)
        elif deployment.status in {Rollout.SUCCEEDED, Rollout.ROLLED_BACK}:
            self._scale(service, deployment.target)

    def healthy(self, task: Task) -> bool:
        """Whether it runs, and its targets pass the gateway's health check."""
        if not task.container or task.stopping is not None or task.container.exited:
            return False
        clock, checked = self._world.clock, self._check(task)
        if checked is None:
            return True
        if task.passed is not None and clock.since(task.passed) < CHECK_INTERVAL:
            return True
        task.passed = clock.now() if task.container.healthy(*checked) else None
        return task.passed is not None

    def stop(self, task: Task, code: str, reason: str) -> None:
        """Order a task to stop."""
        if task.stopping is None:
            task.stopping = self._world.clock.now()
            task.code, task.reason = code, reason

    def _check(self, task: Task) -> tuple[str, dict[str, str]] | None:
        connectors = task.revision.config.get("gatewayConnectors") or []
        if not connectors:
            return None
        connector = connectors[0]
        _, port = task.revision.definition.container(connector["portName"])
        path = (connector.get("healthCheck") or {}).get("healthCheckPath", "/")
        return port, {"Protocol": "HTTP", "Path": path}

    def _live(self, service: Service, task: Task) -> None:
        clock, durations = self._world.clock, self._world.durations
        self._tasks.tell(service, task)
        if task.stopping is not None:
            delay = durations.task_stop + self._deregistration(task)
            if not task.container or clock.since(task.stopping) >= delay:
                self._end(service, task)
        elif task.container is None:
            if clock.since(task.created) >= durations.task_start:
                self._begin(service, task)
        elif task.container.exited:
            self._tasks.tell(service, task)
            task.exit_reason = ""
            self._failed(service, task, EXITED, "Essential container in task exited")
        elif not self.healthy(task):
            grace = max(service.settings.get("healthCheckGracePeriodSeconds") or 0, 60)
            if clock.since(task.container.started) >= grace:
                why = "Task failed ELB health checks in (target-group of the gateway)"
                self._failed(service, task, SCHEDULER, why)

    def _deregistration(self, task: Task) -> float:
        connectors = task.revision.config.get("gatewayConnectors") or []
        given = (connectors[0].get("deregistrationDelay") or {}) if connectors else {}
        return float(given.get("timeoutSeconds", 300)) if connectors and task.container else 0.0

    def _begin(self, service: Service, task: Task) -> None:
        try:
            task.container = self._tasks.start(service, task)
        except TaskError as error:
            task.exit_reason = str(error)
            self._failed(service, task, START_FAILED, str(error))
            return
        self._say(service, f"has started 1 tasks: (task {task.arn.rpartition('/')[2]}).")

    def _failed(self, service: Service, task: Task, code: str, reason: str) -> None:
        self.stop(task, code, reason)
        if code != SCHEDULER:
            self._end(service, task)
        if service.deployments[0].under_way and task.revision is service.revision:
            service.deployments[0].failed += 1
        self._say(service, f"(task {task.arn.rpartition('/')[2]}) stopped: {reason}")

    def _end(self, service: Service, task: Task) -> None:
        if task.container:
            self._tasks.tell(service, task)
            task.container.stop()
        task.stopped = self._world.clock.now()

    def _start(self, service: Service, revision: Revision) -> None:
        name = f"task/{service.cluster.name}/{new_id()}"
        arn = self._world.arn("ecs", service.region, name)
        task = Task(arn=arn, revision=revision, created=self._world.clock.now())
        service.tasks.append(task)

    def _scale(self, service: Service, revision: Revision) -> None:
        """As many tasks as desired: those that ended are started again."""
        going = [task for task in service.living if task.stopping is None]
        for _ in range(service.desired - len(service.living)):
            self._start(service, revision)
        for task in going[service.desired :]:
            self.stop(task, SCHEDULER, "Scaling activity initiated by deployment")

    def _roll(self, service: Service, deployment: Deployment) -> None:
        now = self._world.clock.now()
        if deployment.status == Rollout.PENDING:
            deployment.status, deployment.started = Rollout.RUNNING, now
        if deployment.failed >= THRESHOLD and self._break(service, deployment):
            return
        if self._alarmed(service, deployment):
            deployment.alarmed = True
            self._roll_back(service, deployment, deployment.sources[0], ALARMED)
        target = deployment.target
        self._make_way(service, deployment)
        new = [task for task in service.living if task.revision is target]
        going = [task for task in new if task.stopping is None]
        most = service.desired * service.settings["deploymentConfiguration"]["maximumPercent"] / 100
        if len(going) < service.desired and len(service.living) < math.floor(most):
            self._start(service, target)
        elif (
            going == service.living
            and sum(map(self.healthy, going)) == service.desired
            and self._reachable(service)
        ):
            back = deployment.status == Rollout.ROLLING_BACK
            deployment.status = Rollout.ROLLED_BACK if back else Rollout.SUCCEEDED
            deployment.finished = now
            self._say(service, "has reached a steady state.")

    def _make_way(self, service: Service, deployment: Deployment) -> None:
        """Stop tasks of other revisions, and those too many, as far as enough healthy ones stay."""
        given = service.settings["deploymentConfiguration"]
        least = math.ceil(service.desired * given["minimumHealthyPercent"] / 100)
        going = [task for task in service.living if task.stopping is None]
        new = [task for task in going if task.revision is deployment.target]
        well = sum(map(self.healthy, going))
        if len(going) > len(new) and not self._baked(service, deployment, new):
            return
        for task in [it for it in going if it not in new] + new[service.desired :]:
            if well > least or not self.healthy(task):
                well -= self.healthy(task)
                self.stop(task, SCHEDULER, f"Scaling activity initiated by ({deployment.id})")

    def _reachable(self, service: Service) -> bool:
        """Express ends a deployment only once the service has its address."""
        return not service.express or (
            service.route is not None and service.route.status == "ACTIVE"
        )

    def _baked(self, service: Service, deployment: Deployment, new: list[Task]) -> bool:
        """Whether a canary has run long enough beside what it is to replace."""
        canary = service.settings["deploymentConfiguration"]["strategy"] == "CANARY"
        if not canary or deployment.back_to:
            return True
        if sum(map(self.healthy, new)) < service.desired:
            deployment.well = None
            return False
        deployment.well = deployment.well or self._world.clock.now()
        return self._world.clock.since(deployment.well) >= self._world.durations.canary

    def _break(self, service: Service, deployment: Deployment) -> bool:
        """The circuit breaker, where it is on; whether the deployment has ended by it."""
        breaker = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
        if not breaker.get("enable"):
            return False
        now = self._world.clock.now()
        last = next((it for it in service.deployments[1:] if it.status == Rollout.SUCCEEDED), None)
        back = breaker.get("rollback") and last is not None
        if deployment.status == Rollout.RUNNING:
            deployment.failures = deployment.failed
            if back and last is not None:
                self._roll_back(service, deployment, last.target, BROKEN)
                return False
        deployment.finished = now
        for task in service.living:
            self.stop(task, SCHEDULER, "The deployment failed.")
        if breaker.get("rollback"):
            deployment.status = Rollout.ROLLBACK_FAILED
            deployment.reason = "no rollback candidate was found to run the rollback."
        else:
            deployment.status, deployment.reason = Rollout.STOPPED, "tasks failed to start."
        self._say(service, f"(deployment {deployment.id}) deployment failed: tasks failed to start")
        return True

    def _roll_back(
        self, service: Service, deployment: Deployment, to: Revision, reason: str
    ) -> None:
        deployment.status, deployment.reason = Rollout.ROLLING_BACK, reason
        deployment.back_to, deployment.rolled_back = to, self._world.clock.now()
        deployment.failed = 0
        self._say(service, f"(deployment {deployment.id}) deployment failed: {reason}")

    def _alarmed(self, service: Service, deployment: Deployment) -> bool:
        """Whether too many answers were errors in two of the last three periods of a canary."""
        route, since = service.route, deployment.started
        if not service.express or not deployment.sources or not route or since is None:
            return False
        if deployment.status != Rollout.RUNNING:
            return False
        now, period = self._world.clock.now(), self._world.durations.alarm_period
        bad = 0
        for nth in range(PERIODS):
            end = now - nth * period
            told = [it for when, it in route.answers if max(since, end - period) <= when < end]
            bad += sum(it >= 400 for it in told) > ERRORS * len(told)
        return bad >= BAD_PERIODS

    def _drain(self, service: Service) -> None:
        for task in service.living:
            self.stop(task, SCHEDULER, "The service was deleted.")
        if not service.living and service.route is None:
            service.status = "INACTIVE"

    def _say(self, service: Service, text: str) -> None:
        service.events.insert(0, (self._world.clock.now(), f"(service {service.name}) {text}"))
