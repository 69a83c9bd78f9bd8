"""Bringing a service's configuration to life: pull, secrets, container, health check."""

from typing import Any

from wizard.standin import secrets
from wizard.standin.apprunner import pull
from wizard.standin.apprunner.container import Container, Image
from wizard.standin.apprunner.logs import Logs
from wizard.standin.apprunner.model import AppService, Operation
from wizard.standin.call import AwsError
from wizard.standin.world import World


class RolloutError(Exception):
    """Why a configuration cannot be brought to life."""


class Rollout:
    """Starts and judges containers."""

    def __init__(self, world: World, logs: Logs) -> None:
        self._world = world
        self._logs = logs

    def start(self, service: AppService, operation: Operation) -> Container:
        """Pull the image, read the secrets, start the container. Raises RolloutError."""
        config = service.config
        repository = config["SourceConfiguration"]["ImageRepository"]
        self._say(service, operation, f"Pulling image {repository['ImageIdentifier']}.")
        problem = pull.problem(self._world, service.region, config["SourceConfiguration"])
        if problem:
            raise RolloutError(problem)
        self._say(service, operation, "Successfully pulled your application image from ECR.")
        role = config["InstanceConfiguration"].get("InstanceRoleArn", "")
        image = repository["ImageConfiguration"]
        variables = {
            "PORT": image["Port"],
            **(image.get("RuntimeEnvironmentVariables") or {}),
            **self._secrets(service, role, image.get("RuntimeEnvironmentSecrets") or {}),
        }
        self._say(
            service,
            operation,
            "Provisioning instances and deploying image for publicly accessible service.",
        )
        container = Container(
            self._world.folder / "containers" / operation.id,
            Image(
                version=pull.parse(repository["ImageIdentifier"]).tag,
                endpoint=self._world.endpoint,
                access_key=self._world.roles.issue_key(role),
                managed=self._world.managed,
            ),
            self._world.clock,
        )
        container.start(image.get("StartCommand", "").split(), variables)
        check = f"{_checked(config)}, [Port: '{image['Port']}']"
        self._say(service, operation, f"Performing health check on {check}.")
        return container

    def healthy(self, service: AppService, container: Container) -> bool:
        """Whether the container passes its health check now."""
        port = service.config["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"][
            "Port"
        ]
        check = service.config["HealthCheckConfiguration"]
        return not container.exited and container.healthy(port, check)

    def given_up(self, container: Container) -> bool:
        """Whether App Runner stops waiting for a container that is not healthy."""
        return self._world.clock.since(container.started) >= self._world.durations.unhealthy

    def unhealthy(self, service: AppService) -> str:
        """What is said of a container that never became healthy."""
        port = service.config["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"][
            "Port"
        ]
        return (
            f"Health check failed on {_checked(service.config)}, [Port: '{port}']. Check your "
            "configured port number. For more information, see the application logs."
        )

    def _secrets(self, service: AppService, role: str, wanted: dict[str, str]) -> dict[str, str]:
        values = {}
        for variable, arn in wanted.items():
            full = secrets.full_arn(self._world, service.region, arn) or arn
            try:
                if not self._world.roles.may(role, "secretsmanager:GetSecretValue", full):
                    raise AwsError(
                        "AccessDeniedException",
                        f"{role} is not authorized to perform: secretsmanager:GetSecretValue",
                    )
                values[variable] = secrets.read(self._world, service.region, arn)
            except AwsError as error:
                raise RolloutError(
                    f"Failed to retrieve the secret {arn} for {variable}: {error}"
                ) from error
        return values

    def _say(self, service: AppService, operation: Operation, text: str) -> None:
        now = self._world.clock.now()
        self._logs.event(service, text, now)
        self._logs.deployment(service, operation, text, now)


def _checked(config: dict[str, Any]) -> str:
    check = config["HealthCheckConfiguration"]
    path = f" [Path: '{check['Path']}']" if check["Protocol"] == "HTTP" else ""
    return f"protocol `{check['Protocol']}`{path}"
