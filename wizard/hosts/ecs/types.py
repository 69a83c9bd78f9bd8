"""The resource types of ECS, and the security group."""

from __future__ import annotations

from wizard.plan.resources.common import Tagging
from wizard.plan.resources.types import Type

TAGGING = Tagging("ecs", tags="tags", keys="tagKeys", small=True)
EC2_TAGGING = Tagging("ec2", "CreateTags", "DeleteTags", keys="Tags", keyed=True)
CLUSTER_TYPE = Type(
    name="AWS::ECS::Cluster",
    service="ecs",
    create="CreateCluster",
    camel=True,
    tagging=TAGGING,
)
GROUP_TYPE = Type(
    name="AWS::EC2::SecurityGroup",
    service="ec2",
    create="CreateSecurityGroup",
    parameters={"GroupDescription": "Description"},
)
"""Its tags are not in `create` as CloudFormation has them; whoever makes one adds them."""
