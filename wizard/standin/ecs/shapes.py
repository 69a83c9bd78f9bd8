"""ECS's answers about services: what is kept, in the shapes of the model."""

from __future__ import annotations

from typing import Any

from wizard.standin.ecs.model import (
    Deployment,
    Revision,
    Rollout,
    Service,
    Task,
    moment,
    some,
    tag_list,
)

EVENTS = 100
OLD_WORDS = {
    Rollout.SUCCEEDED: "COMPLETED",
    Rollout.ROLLED_BACK: "COMPLETED",
    Rollout.STOPPED: "FAILED",
    Rollout.ROLLBACK_FAILED: "FAILED",
}
"""What `deployments` of a service call the states of its service deployments."""
STAGES = {
    Rollout.PENDING: "RECONCILE_SERVICE",
    Rollout.RUNNING: "SCALE_UP",
    Rollout.ROLLING_BACK: "CLEAN_UP",
}
COPIED = (
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "availabilityZoneRebalancing",
    "launchType",
)


def service(found: Service, include: list[str]) -> dict[str, Any]:
    """A service in full."""
    config = found.revision.config
    counts = _counts(found.living)
    return some(
        {
            "serviceArn": found.arn,
            "serviceName": found.name,
            "clusterArn": found.cluster.arn,
            "loadBalancers": [],
            "serviceRegistries": [],
            "status": found.status,
            "desiredCount": found.desired,
            **counts,
            "platformVersion": "LATEST",
            "platformFamily": "Linux",
            "taskDefinition": found.revision.definition.arn,
            **{name: found.settings.get(name) for name in COPIED},
            "deployments": _deployments(found),
            "events": [
                {"id": f"{found.created:.0f}-{number}", "createdAt": moment(when), "message": text}
                for number, (when, text) in enumerate(found.events[:EVENTS])
            ],
            "createdAt": moment(found.created),
            "currentServiceDeployment": next(
                (it.arn for it in found.deployments if it.under_way), None
            ),
            "currentServiceRevisions": [
                {"arn": found.revision.arn, **_requested(found, found.revision)}
            ],
            "placementConstraints": [],
            "placementStrategy": [],
            "networkConfiguration": config.get("networkConfiguration"),
            "schedulingStrategy": "REPLICA",
            "deploymentController": {"type": "ECS"},
            "tags": tag_list(found.tags) if "TAGS" in include else None,
            "enableECSManagedTags": bool(found.settings.get("enableECSManagedTags")),
            "propagateTags": found.settings.get("propagateTags", "NONE"),
            "enableExecuteCommand": bool(found.settings.get("enableExecuteCommand")),
            "resourceManagementType": "ECS" if found.express else "CUSTOMER",
        }
    )


def _counts(tasks: list[Task]) -> dict[str, int]:
    return {
        "runningCount": sum(each.status == "RUNNING" for each in tasks),
        "pendingCount": sum(each.status == "PENDING" for each in tasks),
    }


def _requested(found: Service, revision: Revision) -> dict[str, int]:
    counts = _counts([each for each in found.living if each.revision is revision])
    return {
        "requestedTaskCount": found.desired,
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def _deployments(found: Service) -> list[dict[str, Any]]:
    """The newest, and older ones that still have tasks."""
    shown = []
    for number, each in enumerate(found.deployments):
        tasks = [task for task in found.living if task.revision is each.target]
        if number and not tasks:
            continue
        shown.append(
            some(
                {
                    "id": each.id,
                    "status": "ACTIVE" if number else "PRIMARY",
                    "taskDefinition": each.target.definition.arn,
                    "desiredCount": 0 if number else found.desired,
                    **_counts(tasks),
                    "failedTasks": each.failed,
                    "createdAt": moment(each.created),
                    "updatedAt": moment(each.finished or each.started or each.created),
                    "launchType": found.settings.get("launchType"),
                    "platformFamily": "Linux",
                    "networkConfiguration": each.target.config.get("networkConfiguration"),
                    "rolloutState": OLD_WORDS.get(each.status, "IN_PROGRESS"),
                    "rolloutStateReason": each.reason or f"ECS deployment {each.id}.",
                }
            )
        )
        if number:
            break
    return shown


def deployment_brief(found: Service, each: Deployment) -> dict[str, Any]:
    """A service deployment as lists show it."""
    return some(
        {
            "serviceDeploymentArn": each.arn,
            "serviceArn": found.arn,
            "clusterArn": found.cluster.arn,
            "createdAt": moment(each.created),
            "startedAt": moment(each.started),
            "finishedAt": moment(each.finished),
            "targetServiceRevisionArn": each.revision.arn,
            "status": each.status.value,
            "statusReason": each.reason or None,
        }
    )


def deployment(found: Service, each: Deployment) -> dict[str, Any]:
    """A service deployment in full."""
    brief = deployment_brief(found, each)
    target = brief.pop("targetServiceRevisionArn")
    breaker = (found.settings["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}).get(
        "enable"
    )
    watched = "MONITORING" if each.under_way else "MONITORING_COMPLETE"
    rollback = {
        "reason": each.reason,
        "startedAt": moment(each.rolled_back),
        "serviceRevisionArn": each.back_to.arn if each.back_to else None,
    }
    return some(
        {
            **brief,
            "updatedAt": moment(each.finished or each.started or each.created),
            "sourceServiceRevisions": [
                {"arn": it.arn, **_requested(found, it)} for it in each.sources
            ],
            "targetServiceRevision": {"arn": target, **_requested(found, each.revision)},
            "lifecycleStage": STAGES.get(each.status),
            "deploymentConfiguration": found.settings["deploymentConfiguration"],
            "rollback": some(rollback) if each.back_to else None,
            "deploymentCircuitBreaker": {
                "status": ("TRIGGERED" if each.failures else watched) if breaker else "DISABLED",
                "failureCount": each.failures or each.failed,
                "threshold": 3,
            },
            "alarms": _alarms(found, each, watched) if found.express else None,
        }
    )


def _alarms(found: Service, each: Deployment, watched: str) -> dict[str, Any]:
    """The alarm that watches deployments of Express."""
    name = f"{found.cluster.name}/{found.name}/RollbackAlarm"
    return {
        "status": "TRIGGERED" if each.alarmed else watched,
        "alarmNames": [name],
        "triggeredAlarmNames": [name] if each.alarmed else [],
    }


def task(found: Service, each: Task, *, healthy: bool) -> dict[str, Any]:
    """A task in full."""
    definition = each.revision.definition
    (container,) = definition.params["containerDefinitions"]
    number = each.arn.rpartition("/")[2]
    ended = each.container.exit_code if each.container else None
    return some(
        {
            "taskArn": each.arn,
            "clusterArn": found.cluster.arn,
            "taskDefinitionArn": definition.arn,
            "group": f"service:{found.name}",
            "startedBy": next(
                (it.id for it in found.deployments if it.target is each.revision), "ecs-svc"
            ),
            "desiredStatus": "STOPPED" if each.stopping is not None else "RUNNING",
            "lastStatus": each.status,
            "healthStatus": "UNKNOWN",
            "launchType": "FARGATE",
            "cpu": definition.params.get("cpu"),
            "memory": definition.params.get("memory"),
            "createdAt": moment(each.created),
            "startedAt": moment(each.container.started) if each.container else None,
            "stoppingAt": moment(each.stopping),
            "stoppedAt": moment(each.stopped),
            "stopCode": each.code or None,
            "stoppedReason": each.reason or None,
            "connectivity": "CONNECTED" if healthy else None,
            "containers": [
                some(
                    {
                        "containerArn": f"{each.arn}/{number[:8]}",
                        "taskArn": each.arn,
                        "name": container["name"],
                        "image": container["image"],
                        "lastStatus": each.status,
                        "exitCode": ended,
                        "reason": each.exit_reason or None,
                    }
                )
            ],
        }
    )
