"""Clusters, task definitions and tags."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.ecs import rules
from wizard.standin.ecs.model import (
    Cluster,
    Region,
    TaskDefinition,
    moment,
    some,
    tag_list,
    tag_map,
)
from wizard.standin.world import Operation, World

Regions = Callable[[Call], Region]


class Definitions:
    """What services are made from."""

    def __init__(self, world: World, of: Regions) -> None:
        self._world = world
        self._of = of

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateCluster": self._create_cluster,
            "DescribeClusters": self._describe_clusters,
            "ListClusters": self._list_clusters,
            "DeleteCluster": self._delete_cluster,
            "RegisterTaskDefinition": self._register,
            "DescribeTaskDefinition": self._describe,
            "ListTaskDefinitions": self._list,
            "DeregisterTaskDefinition": self._deregister,
            "DeleteTaskDefinitions": self._delete,
        }

    def cluster(self, call: Call, name: str | None = None) -> Cluster:
        """The cluster that a call names. Raises ClusterNotFoundException."""
        wanted = (name or call.params.get("cluster") or "default").rpartition("/")[2]
        found = self._of(call).clusters.get(wanted)
        if found is None or found.status != "ACTIVE":
            raise AwsError("ClusterNotFoundException", "Cluster not found.")
        return found

    def definition(self, call: Call, name: str) -> TaskDefinition:
        """The task definition called so: an ARN, `family:revision` or a family's newest."""
        family, _, revision = name.rpartition("/")[2].partition(":")
        known = self._of(call).definitions.get(family, [])
        if revision:
            found = [each for each in known if str(each.revision) == revision]
        else:
            found = [each for each in known if each.status == "ACTIVE"]
        if not found:
            raise rules.client_error("Unable to describe task definition.")
        return found[-1]

    def _create_cluster(self, call: Call) -> dict[str, Any]:
        name = call.params.get("clusterName") or "default"
        known = self._of(call).clusters
        if name not in known or known[name].status != "ACTIVE":
            known[name] = Cluster(
                arn=self._world.arn("ecs", call.region, f"cluster/{name}"),
                name=name,
                settings=call.params.get("settings")
                or [{"name": "containerInsights", "value": "disabled"}],
                tags=tag_map(call.params.get("tags")),
            )
        self._world.roles.make_linked("ecs.amazonaws.com")
        return {"cluster": self._shown_cluster(call, known[name], ["TAGS", "SETTINGS"])}

    def _describe_clusters(self, call: Call) -> dict[str, Any]:
        wanted = call.params.get("clusters") or ["default"]
        include = call.params.get("include") or []
        known = self._of(call).clusters
        found = [known[name] for each in wanted if (name := each.rpartition("/")[2]) in known]
        missing = [each for each in wanted if each.rpartition("/")[2] not in known]
        return {
            "clusters": [self._shown_cluster(call, each, include) for each in found],
            "failures": [
                {
                    "arn": self._world.arn(
                        "ecs", call.region, f"cluster/{each.rpartition('/')[2]}"
                    ),
                    "reason": "MISSING",
                }
                for each in missing
            ],
        }

    def _list_clusters(self, call: Call) -> dict[str, Any]:
        known = self._of(call).clusters.values()
        return {"clusterArns": [each.arn for each in known if each.status == "ACTIVE"]}

    def _delete_cluster(self, call: Call) -> dict[str, Any]:
        cluster = self.cluster(call)
        region = self._of(call)
        services = [it for it in region.services if it.cluster is cluster]
        if any(it.status != "INACTIVE" for it in services):
            raise AwsError(
                "ClusterContainsServicesException",
                "The Cluster cannot be deleted while Services are active.",
            )
        if any(cluster.arn in each.clusters for each in region.gateways):
            raise AwsError(
                "UpdateInProgressException",
                "The Cluster cannot be deleted while gateways are associated with it.",
            )
        cluster.status = "INACTIVE"
        return {"cluster": self._shown_cluster(call, cluster, [])}

    def _shown_cluster(self, call: Call, cluster: Cluster, include: list[str]) -> dict[str, Any]:
        services = [it for it in self._of(call).services if it.cluster is cluster]
        tasks = [task for it in services for task in it.living]
        return {
            "clusterArn": cluster.arn,
            "clusterName": cluster.name,
            "status": cluster.status,
            "registeredContainerInstancesCount": 0,
            "runningTasksCount": sum(task.status == "RUNNING" for task in tasks),
            "pendingTasksCount": sum(task.status == "PENDING" for task in tasks),
            "activeServicesCount": sum(it.status == "ACTIVE" for it in services),
            "statistics": [],
            "tags": tag_list(cluster.tags) if "TAGS" in include else [],
            "settings": cluster.settings if "SETTINGS" in include else [],
            "capacityProviders": [],
            "defaultCapacityProviderStrategy": [],
        }

    def _register(self, call: Call) -> dict[str, Any]:
        made = self.register(call, copy.deepcopy(call.params))
        return {"taskDefinition": shown_definition(made), "tags": tag_list(made.tags)}

    def register(self, call: Call, params: dict[str, Any]) -> TaskDefinition:
        """Keep another revision. Raises ClientException."""
        rules.check_definition(params)
        family = params["family"]
        known = self._of(call).definitions.setdefault(family, [])
        revision = known[-1].revision + 1 if known else 1
        made = TaskDefinition(
            arn=self._world.arn("ecs", call.region, f"task-definition/{family}:{revision}"),
            revision=revision,
            tags=tag_map(params.pop("tags", None)),
            params=params,
            registered=self._world.clock.now(),
        )
        known.append(made)
        return made

    def _describe(self, call: Call) -> dict[str, Any]:
        found = self.definition(call, call.params["taskDefinition"])
        answer: dict[str, Any] = {"taskDefinition": shown_definition(found)}
        if "TAGS" in (call.params.get("include") or []):
            answer["tags"] = tag_list(found.tags)
        return answer

    def _list(self, call: Call) -> dict[str, Any]:
        family, status = call.params.get("familyPrefix"), call.params.get("status") or "ACTIVE"
        found = [
            each.arn
            for name, known in sorted(self._of(call).definitions.items())
            if family in {None, name}
            for each in known
            if each.status == status
        ]
        if call.params.get("sort") == "DESC":
            found.reverse()
        return {"taskDefinitionArns": found}

    def _deregister(self, call: Call) -> dict[str, Any]:
        if ":" not in call.params["taskDefinition"].rpartition("/")[2]:
            raise rules.client_error("The task definition must be specified as family:revision.")
        found = self.definition(call, call.params["taskDefinition"])
        found.status, found.deregistered = "INACTIVE", self._world.clock.now()
        return {"taskDefinition": shown_definition(found)}

    def _delete(self, call: Call) -> dict[str, Any]:
        """What nothing uses any more goes at once."""
        gone, failures = [], []
        for name in call.params["taskDefinitions"]:
            found = self.definition(call, name)
            if found.status == "ACTIVE":
                reason = "The specified task definition is still in ACTIVE status."
                failures.append({"arn": found.arn, "reason": reason})
                continue
            found.status = "DELETE_IN_PROGRESS"
            gone.append(shown_definition(found))
            self._of(call).definitions[found.params["family"]].remove(found)
        return {"taskDefinitions": gone, "failures": failures}


def shown_definition(found: TaskDefinition) -> dict[str, Any]:
    """A task definition in full."""
    containers = [
        {
            "cpu": 0,
            "portMappings": [],
            "essential": True,
            "environment": [],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            **{name: value for name, value in each.items() if name != "portMappings"},
            **({"portMappings": _ports(each["portMappings"])} if each.get("portMappings") else {}),
        }
        for each in found.params["containerDefinitions"]
    ]
    return some(
        {
            **found.params,
            "taskDefinitionArn": found.arn,
            "containerDefinitions": containers,
            "revision": found.revision,
            "status": found.status,
            "volumes": found.params.get("volumes") or [],
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
            "registeredAt": moment(found.registered),
            "deregisteredAt": moment(found.deregistered),
        }
    )


def _ports(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"hostPort": each["containerPort"], "protocol": "tcp", **each} for each in given]
