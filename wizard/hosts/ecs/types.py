"""The resource types of ECS."""

from __future__ import annotations

from wizard.plan.resources.common import Tagging
from wizard.plan.resources.types import Type

TAGGING = Tagging("ecs", tags="tags", keys="tagKeys", small=True)
CLUSTER_TYPE = Type(
    name="AWS::ECS::Cluster",
    service="ecs",
    create="CreateCluster",
    camel=True,
    tagging=TAGGING,
)
