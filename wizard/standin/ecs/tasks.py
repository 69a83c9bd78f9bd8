"""Bringing a task to life on Fargate: roles, image, secrets, logs, container."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from wizard.standin import secrets
from wizard.standin.apprunner import pull
from wizard.standin.apprunner.container import Container, Image
from wizard.standin.call import AwsError
from wizard.standin.docker import image as docker
from wizard.standin.docker.image import SOURCE, TAGS
from wizard.standin.ecs import rules
from wizard.standin.ecs.model import Service, Task
from wizard.standin.world import World

TRUSTED = "ecs-tasks.amazonaws.com"
ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
"""What images call a task's CPU architecture."""
SECRET_PARTS = 7
"""Parts of a secret's ARN; what follows is a key, a stage and a version."""

CUT_OFF = {
    "ecr.api": "ResourceInitializationError: unable to pull secrets or registry auth: The task "
    "cannot pull registry auth from Amazon ECR: There is a connection issue between the task and "
    "Amazon ECR. Check your task network configuration.",
    "secretsmanager": "ResourceInitializationError: unable to pull secrets or registry auth: "
    "execution resource retrieval failed: unable to retrieve secret from asm: There is a "
    "connection issue between the task and AWS Secrets Manager. Check your task network "
    "configuration.",
    "logs": "ResourceInitializationError: failed to validate logger args: create stream has been "
    "retried 1 times: failed to create Cloudwatch log stream: RequestError: send request failed: "
    "dial tcp: i/o timeout: exit status 1",
    "internet": "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed "
    "to resolve ref {image}: failed to do request: dial tcp: i/o timeout",
    "ecr.dkr": "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed "
    "to resolve ref {image}: failed to do request: dial tcp: i/o timeout",
    "s3": "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: failed "
    "to do request: dial tcp: i/o timeout",
}
"""What ECS says of a task that does not get to a service, in the order in which it needs them."""


class TaskError(Exception):
    """Why a task cannot start, as its `stoppedReason` says it."""


class Tasks:
    """Starts containers of tasks, and passes their lines on to CloudWatch Logs."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start(self, service: Service, task: Task) -> Container:
        """Start the task's one container. Raises TaskError."""
        params = task.revision.definition.params
        (container,) = params["containerDefinitions"]
        self._demand_way(service, task, container["image"])
        for role in (params.get("executionRoleArn"), params.get("taskRoleArn")):
            self._demand_role(role)
        execution = params.get("executionRoleArn", "")
        architecture = (params.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
        tag = self._pulled(service, container["image"], execution, ARCHITECTURES[architecture])
        variables = {each["name"]: each["value"] for each in container.get("environment") or []}
        variables |= self._secrets(service, execution, container.get("secrets") or [])
        self._check_logs(service, container, execution)
        made = Container(
            self._world.folder / "containers" / task.arn.rpartition("/")[2],
            Image(
                version=tag,
                endpoint=self._world.endpoint,
                access_key=self._world.roles.issue_key(params.get("taskRoleArn", "")),
                managed=self._world.managed,
                task=task.arn,
                data_api=self._reaches(service, task, "rds-data"),
            ),
            self._world.clock,
        )
        words = [*(container.get("entryPoint") or []), *(container.get("command") or [])]
        made.start(words, variables)
        return made

    def tell(self, service: Service, task: Task) -> None:
        """Pass on what the container printed."""
        (container,) = task.revision.definition.params["containerDefinitions"]
        options = (container.get("logConfiguration") or {}).get("options") or {}
        while task.container and task.container.lines:
            when, text = task.container.lines.pop(0)
            group = options.get("awslogs-group")
            if not group:
                continue
            logs: Any = self._world.moto.backend("logs", service.region)
            number = task.arn.rpartition("/")[2]
            stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{number}"
            if group not in logs.groups:
                continue
            if stream not in logs.groups[group].streams:
                logs.create_log_stream(group, stream)
            event = {"timestamp": int(when * 1000), "message": text}
            logs.put_log_events(group, stream, [event])

    def _reaches(self, service: Service, task: Task, wanted: str) -> bool:
        """Whether the task gets to an AWS service, as VPC endpoints name them, or "internet"."""
        network = task.revision.config["networkConfiguration"]["awsvpcConfiguration"]
        has_address = network.get("assignPublicIp") == "ENABLED"
        return all(
            any(
                has_address or not way.startswith("igw-")
                for way in rules.ways_out(self._world, service.region, subnet)
            )
            or rules.has_endpoint(self._world, service.region, subnet, wanted)
            for subnet in network["subnets"]
        )

    def _demand_way(self, service: Service, task: Task, image: str) -> None:
        """Raise where something that ECS needs before the agent starts cannot be reached."""
        name = pull.parse(image)
        registry = ("ecr.api", "ecr.dkr", "s3") if name.region else ("internet",)
        for each, words in CUT_OFF.items():
            asked = each in registry or each in {"secretsmanager", "logs"}
            if asked and not self._reaches(service, task, each):
                raise TaskError(words.format(image=image))

    def _demand_role(self, arn: str | None) -> None:
        if arn and not rules.assumable(self._world, arn, TRUSTED):
            raise TaskError(
                f"ECS was unable to assume the role '{arn}' that was provided for this task. "
                "Please verify that the role being passed has the proper trust relationship and "
                "permissions and that your IAM user has permissions to pass this role."
            )

    def _pulled(self, service: Service, image: str, role: str, architecture: str) -> str:
        name = pull.parse(image)
        source = f"{name.registry}/{name.repository}"
        if SOURCE.fullmatch(source) or self._world.registry:
            known = self._world.registry or name.digest in self._digests(name.tag)
            there = bool(TAGS.fullmatch(name.tag) and known)
        else:
            arn = self._world.arn("ecr", service.region, f"repository/{name.repository}")
            may = self._world.roles.may(role, "ecr:BatchGetImage", arn)
            there = may and pull.media_type(self._world, service.region, name) is not None
        if not there:
            raise TaskError(
                "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed "
                f"to resolve ref {image}: {image}: not found"
            )
        built = {
            each.digest: each.architecture
            for each in docker.Image(name.tag, share=self._world.image_share).singles
        }
        if built.get(name.digest, architecture) != architecture:
            raise TaskError(
                f"CannotPullContainerError: failed to resolve ref {image}: image Manifest does not "
                f"contain descriptor matching platform 'linux/{architecture}'"
            )
        return name.tag.removesuffix("-arm64")  # the tag of a copy; the version is the same

    def _digests(self, tag: str) -> set[str]:
        """By which digests a tag's image is known, and the empty one of who names none."""
        image = docker.Image(tag, share=self._world.image_share)
        singles = {each.digest for each in image.singles}
        return {"", replace(image, whole=True).digest, *singles}

    def _secrets(self, service: Service, role: str, wanted: list[dict[str, str]]) -> dict[str, str]:
        values = {}
        for each in wanted:
            parts = each["valueFrom"].split(":")
            arn = ":".join(parts[:SECRET_PARTS])
            key = parts[SECRET_PARTS] if len(parts) > SECRET_PARTS else ""
            full = secrets.full_arn(self._world, service.region, arn) or arn
            try:
                if not self._world.roles.may(role, "secretsmanager:GetSecretValue", full):
                    raise AwsError(
                        "AccessDeniedException",
                        f"{role} is not authorized to perform: secretsmanager:GetSecretValue on "
                        f"resource: {full}",
                    )
                value = secrets.read(self._world, service.region, arn)
                values[each["name"]] = str(json.loads(value)[key]) if key else value
            except (AwsError, ValueError, KeyError) as error:
                raise TaskError(
                    "ResourceInitializationError: unable to pull secrets or registry auth: "
                    "execution resource retrieval failed: unable to retrieve secret from asm: "
                    f"service call has been retried 1 time(s): failed to fetch secret {arn} from "
                    f"secrets manager: {error}"
                ) from error
        return values

    def _check_logs(self, service: Service, container: dict[str, Any], role: str) -> None:
        options = (container.get("logConfiguration") or {}).get("options") or {}
        if not (group := options.get("awslogs-group")):
            return
        arn = self._world.arn("logs", service.region, f"log-group:{group}:*")
        may = all(
            self._world.roles.may(role, f"logs:{action}", arn)
            for action in ("CreateLogStream", "PutLogEvents")
        )
        known = group in self._world.moto.backend("logs", service.region).groups
        if not may or not known:
            why = "The specified log group does not exist." if may else "AccessDeniedException"
            raise TaskError(
                "ResourceInitializationError: failed to validate logger args: create stream has "
                f"been retried 1 times: failed to create Cloudwatch log stream: {why}: exit "
                "status 1"
            )
