"""A cluster in Aurora's express configuration: cluster and writer in one call, without a VPC.

AWS takes little with that call; what else is wanted is changed afterwards, a step each. The gateway
admits tokens of IAM only, and the Data API passwords only: so once, with a token, the master user
makes the role that the Data API goes by.
"""

from __future__ import annotations

from dataclasses import replace

from wizard.base.values import Ref, SecretRef, Value
from wizard.plan.model import (
    Call,
    LinkedRole,
    LookOnly,
    Lookup,
    Output,
    Poll,
    PrepareDatabase,
    Refusal,
    Resource,
    Section,
    Step,
)
from wizard.plan.page import database_page
from wizard.plan.resources.cluster import (
    CLUSTER_ARN,
    DEAD_ENDS,
    ENGINE,
    SECRET_ARN,
    look_cluster,
    rds_quota,
    usable,
    while_busy,
)
from wizard.plan.resources.common import Site, owned, tagged_in_rds
from wizard.plan.resources.data_api import NOT_LET_IN, NOT_YET, statement, statements
from wizard.plan.resources.new_cluster import (
    cluster_charges,
    cluster_goes,
    database_secret,
)
from wizard.plan.resources.types import CLUSTER_TYPE

MASTER = "postgres"
ROLE = "formae"
"""The user in the secret; owns the agent's database and nothing else."""
CLUSTER_ID = Ref("cluster", "id")


def express_cluster(site: Site) -> list[Step]:
    """The steps up to a database the agent can fill."""
    return [
        database_secret(site, ROLE),
        _cluster(site),
        _capacity(site),
        _data_api(site),
        agents_database(site),
    ]


def _not_in_vpc(name: str) -> Refusal:
    return Refusal(
        "InternetAccessGatewayEnabled != `true`",
        f"The cluster {name} is in a VPC, and the wizard does not turn it into one in Aurora's "
        "express configuration.",
        "Keep it (--database new), or choose another name for the deployment (--name).",
    )


def _unserved(name: str) -> Refusal:
    return Refusal(
        "Status=='available' && !DBClusterMembers",
        f"The cluster {name} has no instance, so it accepts no connections.",
        "Add one in the RDS console, then run the command again.",
    )


def _cluster(site: Site) -> Step:
    """CloudFormation knows no `WithExpressConfiguration`, and cannot make it."""
    name = site.names.cluster
    params: dict[str, Value] = {
        "DBClusterIdentifier": name,
        "Engine": ENGINE,
        "MasterUsername": MASTER,
        "WithExpressConfiguration": True,
        "Tags": site.tags(name),
    }
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Aurora cluster",
        why="In Aurora's express configuration, cluster and instance are ready within a "
        "minute, without a VPC. It is reached over the internet with IAM tokens only; AWS chooses "
        "its key, version and parameters.",
        resource=Resource(CLUSTER_TYPE.name, params),
        make=Call(service="rds", operation="CreateDBCluster", params=params),
        lookups=(look_cluster(name),),
        wait=_available(name),
        fits=tagged_in_rds(site, name, "DBClusterArn"),
        retry=while_busy(),
        owned=owned("TagList"),
        **usable(site, name, _not_in_vpc(name), _unserved(name)),
        outputs={
            "arn": Output("DBClusterArn", site.likely_arn("rds", f"cluster:{name}")),
            "id": Output("DBClusterIdentifier", name),
            "resource": Output("DbClusterResourceId", "cluster-<id>"),
            "endpoint": Output("Endpoint", f"{name}.<id>.{site.answers.region}.rds.amazonaws.com"),
            "port": Output("Port", "5432"),
        },
        delete=(
            Call(
                service="rds",
                operation="DeleteDBCluster",
                params={"DBClusterIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        delete_spec=cluster_goes(name, site.answers.region),
        usual=(25, 60),
        page=database_page(name, cluster=True),
        charges=cluster_charges(site.answers),
        quota=rds_quota("database clusters", "DBClusters"),
        linked_role=LinkedRole("rds", "AWSServiceRoleForRDS"),
        permissions=(
            "rds:AddTagsToResource",
            "rds:CreateDBInstance",
            "rds:EnableInternetAccessGateway",
            "ec2:DescribeAvailabilityZones",
        ),
        anywhere=frozenset({"ec2:DescribeAvailabilityZones"}),
    )


def _available(name: Value) -> Poll:
    return Poll(
        call=Call(
            service="rds", operation="DescribeDBClusters", params={"DBClusterIdentifier": name}
        ),
        path="DBClusters[0].Status",
        until=frozenset({"available"}),
        fail=DEAD_ENDS,
        every=3,
        limit=900,
    )


def _capacity(site: Site) -> Step:
    """What AWS makes pauses when idle, which the agent's polling would not let it do anyway."""
    answers, name = site.answers, site.names.cluster
    range_: dict[str, Value] = {
        "MinCapacity": answers.min_capacity,
        "MaxCapacity": answers.max_capacity,
    }
    properties: dict[str, Value] = {
        "DBClusterIdentifier": name,
        "ServerlessV2ScalingConfiguration": range_,
    }
    return Step(
        id="capacity",
        section=Section.DATABASE,
        title="Database capacity",
        why="AWS creates the cluster with its own limits; these are the chosen minimum and "
        "maximum.",
        make=LookOnly(f"The cluster {name} does not exist."),
        lookups=(look_cluster(CLUSTER_ID),),
        fits=CLUSTER_TYPE.fits(properties),
        wait=_available(CLUSTER_ID),
        retry=while_busy(),
        part_of="cluster",
        outputs={"min": Output("ServerlessV2ScalingConfiguration.MinCapacity", "0.5")},
        usual=(5, 60),
        page=database_page(name, cluster=True),
    )


def _data_api(site: Site) -> Step:
    name = site.names.cluster
    (fit,) = CLUSTER_TYPE.fits({"EnableHttpEndpoint": True})
    on = Call(service="rds", operation="EnableHttpEndpoint", params={"ResourceArn": CLUSTER_ARN})
    return Step(
        id="data-api-on",
        section=Section.DATABASE,
        title="Data API",
        why="The cluster cannot be created with it, so it is enabled afterwards. The agent reaches "
        "its database over HTTPS through it.",
        make=LookOnly(f"The cluster {name} does not exist."),
        lookups=(look_cluster(CLUSTER_ID),),
        fits=(replace(fit, update=on),),
        wait=_available(CLUSTER_ID),
        retry=replace(
            while_busy(), pattern="^(InvalidDBClusterStateFault|InvalidResourceStateFault)"
        ),
        after=frozenset({"capacity"}),
        part_of="cluster",
        outputs={"on": Output("HttpEndpointEnabled", "true")},
        usual=(5, 60),
        page=database_page(name, cluster=True),
    )


def agents_database(site: Site) -> Step:
    """The role of the Data API and its database; whoever can sign in to it has both."""
    name = site.answers.database_name
    return Step(
        id="database",
        section=Section.DATABASE,
        title="Agent database",
        why=f"An empty PostgreSQL database and its user {ROLE}, which owns it and nothing else. "
        "They are created over one TLS connection from this machine, as the master user with an "
        "IAM token; the password itself is not sent.",
        lookups=(
            Lookup(
                call=statement("SELECT current_database()", database=name),
                pick="records[0][0].{name: stringValue}",
                absent=NOT_LET_IN,
            ),
        ),
        make=PrepareDatabase(
            host=Ref("cluster", "endpoint"),
            port=Ref("cluster", "port"),
            resource=Ref("cluster", "resource"),
            master=MASTER,
            role=ROLE,
            password=SecretRef(SECRET_ARN, "password"),
            database=name,
        ),
        wait=Poll(
            call=statement("SELECT 1"),
            path="records[0][0].longValue",
            until=frozenset({"1"}),
            every=5,
            limit=600,
            tolerate=NOT_YET,
        ),
        after=frozenset({"data-api-on"}),
        outputs={"name": Output("name", name)},
        part_of="cluster",
        usual=(3, 40),
        page=database_page(CLUSTER_ARN, cluster=True),
        charges=(statements(),),
    )
