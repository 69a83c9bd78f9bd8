"""What an agent's service stands on in ECS: a cluster of its own, tags, and its network."""

from __future__ import annotations

from wizard.answers.record import TAGS_RECORD
from wizard.base.values import Found
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    LinkedRole,
    Lookup,
    Output,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import Page
from wizard.plan.resources.common import Site, Tagging, owned, tagged, tags_record
from wizard.plan.resources.network import TASK_GROUP, group, task_group_name
from wizard.plan.resources.secrets import RECORD
from wizard.plan.resources.subnets import place as placed
from wizard.plan.resources.types import Type

TAGGING = Tagging("ecs", tags="tags", keys="tagKeys", small=True)

CLUSTER_TYPE = Type(
    name="AWS::ECS::Cluster",
    service="ecs",
    create="CreateCluster",
    camel=True,
    tagging=TAGGING,
)

NO_CLUSTER = frozenset({"ClusterNotFoundException"})


def tags_of(arn: str) -> Lookup:
    """The tags of a thing of ECS's, whose ARN was found there, as every other service has them."""
    return Lookup(
        call=Call(
            service="ecs", operation="ListTagsForResource", params={"resourceArn": Found(arn)}
        ),
        pick="tags[].{Key: key, Value: value}",
        into="Tags",
        absent=NO_CLUSTER,
    )


def tagged_in_ecs(site: Site, name: str, arn: str) -> tuple[Expectation, ...]:
    """The tags of a thing of ECS's, whose ARN is found there."""
    return tagged(site, name, TAGGING, {"resourceArn": Found(arn)})


def recorded(site: Site) -> Expectation:
    """Which tags are the wizard's, written down once those of before are off everywhere."""
    record = tags_record(site.answers)
    return Expectation(
        what=RECORD,
        path=f"not_null(Tags, `[]`)[?Key=='{TAGS_RECORD}'].Value | [0]",
        want=record["Value"],
        update=Call(
            service="ecs",
            operation="TagResource",
            params={
                "resourceArn": Found("serviceArn"),
                "tags": [{"key": record["Key"], "value": record["Value"]}],
            },
        ),
        waits=False,
    )


def cluster(site: Site, after: frozenset[str] = frozenset()) -> Step:
    """A cluster called as the service is; made once the steps in `after` have ended."""
    name = site.names.service
    wanted = CLUSTER_TYPE.wanted(
        {"ClusterName": name, "Tags": site.tags(name)},
        *tagged_in_ecs(site, name, "clusterArn"),
    )
    return Step(
        id="ecs-cluster",
        section=Section.SERVICE,
        title="ECS cluster",
        why="A name for the agent to run under; it has no machines, because Fargate provides them.",
        lookups=(
            Lookup(
                call=Call(service="ecs", operation="DescribeClusters", params={"clusters": [name]}),
                pick="clusters[?status=='ACTIVE'] | [0]",
            ),
            tags_of("clusterArn"),
        ),
        **wanted,
        owned=owned("Tags"),
        after=after,
        outputs={
            "arn": Output("clusterArn", site.likely_arn("ecs", f"cluster/{name}")),
            "name": Output("clusterName", name),
        },
        delete=(
            Call(service="ecs", operation="DeleteCluster", params={"cluster": Found("clusterArn")}),
        ),
        delete_spec=DeleteSpec(
            retry=Retry(
                pattern="^(ClusterContains|UpdateInProgress)",
                say="the cluster's service is not quite gone yet",
                every=10,
                limit=900,
            )
        ),
        page=Page(path="ecs/v2/clusters/{name}?region={region}", parts={"name": name}),
        linked_role=LinkedRole("ecs", "AWSServiceRoleForECS"),
    )


def place(site: Site) -> list[Step]:
    """The VPC and the subnets."""
    return placed(site.answers)


def task_group(site: Site) -> Step:
    """The security group of the agent's task."""
    return group(
        site,
        TASK_GROUP,
        task_group_name(site.names),
        "The agent's own security group",
        "The agent can call out; only the load balancer can call it, for which ECS adds its own "
        "group.",
        Section.NETWORK,
    )
