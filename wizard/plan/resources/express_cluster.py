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
    ENGINE,
    NOT_LET_IN,
    NOT_YET,
    SECRET_ARN,
    cluster_available,
    kept_snapshot,
    look_cluster,
    of_another_origin,
    rds_quota,
    restored,
    statement,
    statements,
    usable,
    while_busy,
)
from wizard.plan.resources.common import Site, owned, tagged_in_rds
from wizard.plan.resources.new_cluster import (
    cluster_charges,
    cluster_goes,
    database_secret,
    instance,
)
from wizard.plan.resources.types import CLUSTER_TYPE, INSTANCE_TYPE

MASTER = "postgres"
ROLE = "formae"
"""The user in the secret; owns the agent's database and nothing else."""
CLUSTER_ID = Ref("cluster", "id")


def express_cluster(site: Site) -> list[Step]:
    """The steps up to a database the agent can fill."""
    secret = database_secret(site, ROLE)
    if site.answers.snapshot:  # the master user can only sign in once the capacity is changed
        made = [kept_snapshot(site), _restored(site), _writer(site), _capacity(site, "cluster")]
        return [secret, *made, data_api_on(site, "capacity"), agents_database(site, "instance")]
    first, then = _cluster(site), data_api_on(site, "cluster")  # the agent waits for no capacity
    return [secret, first, then, _capacity(site, then.id), agents_database(site, first.id)]


AWS_RANGE: dict[str, Value] = {"MinCapacity": 0, "MaxCapacity": 16}
"""What AWS gives a cluster in express configuration."""


def _restored(site: Site) -> Step:
    """Make the cluster from the snapshot, with the limits that AWS gives any new one.

    So the step of the capacity always has its change to make; with it the master user gets its
    sign-in by token, which no description shows.
    """
    step = restored(
        site,
        _cluster(site),
        ServerlessV2ScalingConfiguration=AWS_RANGE,
        EnableVPCNetworking=False,
        EnableInternetAccessGateway=True,
        EnableIAMDatabaseAuthentication=True,
    )
    return replace(step, refusals=tuple(each for each in step.refusals if each != _unserved(site)))


def _writer(site: Site) -> Step:
    """Make the instance, which comes with a new cluster but not with a restored one."""
    step = instance(site)
    assert step.resource is not None  # noqa: S101 - it is a resource of AWS's
    asked = {k: v for k, v in step.resource.properties.items() if k != "PubliclyAccessible"}
    wanted = INSTANCE_TYPE.wanted(asked)
    return replace(
        step,
        why="The cluster is storage; the instance is the compute that scales between the minimum "
        "and maximum capacity.",
        make=wanted["make"],
        resource=wanted["resource"],
        retry=while_busy(),
    )


def _not_in_vpc(name: str) -> Refusal:
    return Refusal(
        "InternetAccessGatewayEnabled != `true`",
        f"The cluster {name} is in a VPC, and the wizard does not turn it into one in Aurora's "
        "express configuration.",
        "Keep it (--database new), or choose another name for the deployment (--name).",
    )


def _unserved(site: Site) -> Refusal:
    name = site.names.cluster
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
        wait=cluster_available(name),
        fits=tagged_in_rds(site, name, "DBClusterArn"),
        retry=while_busy(),
        owned=owned("TagList"),
        **usable(site, name, _not_in_vpc(name), of_another_origin(site), _unserved(site)),
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


def _capacity(site: Site, after: str) -> Step:
    """What AWS makes pauses when idle, which the agent's polling would not let it do anyway.

    A cluster takes one change at a time: this one follows the step `after`.
    """
    answers, name = site.answers, site.names.cluster
    range_: dict[str, Value] = {
        "MinCapacity": answers.min_capacity,
        "MaxCapacity": answers.max_capacity,
    }
    properties: dict[str, Value] = {
        "DBClusterIdentifier": name,
        "ServerlessV2ScalingConfiguration": range_,
    }
    (fit,) = CLUSTER_TYPE.fits(properties)
    if answers.snapshot and fit.update:  # the snapshot's master user may have a password
        params = {**fit.update.params, "MasterUserAuthenticationType": "iam-db-auth"}
        fit = replace(fit, update=replace(fit.update, params=params))
    return Step(
        id="capacity",
        section=Section.DATABASE,
        title="Database capacity",
        why="AWS creates the cluster with its own limits; these are the chosen minimum and "
        "maximum.",
        make=LookOnly(f"The cluster {name} does not exist."),
        lookups=(look_cluster(CLUSTER_ID),),
        fits=(fit,),
        wait=cluster_available(CLUSTER_ID),
        retry=while_busy(),
        after=frozenset({after}),
        part_of="cluster",
        outputs={"min": Output("ServerlessV2ScalingConfiguration.MinCapacity", "0.5")},
        usual=(5, 60),
        page=database_page(name, cluster=True),
    )


def data_api_on(site: Site, after: str) -> Step:
    """The Data API of a cluster that could not be made with it, once the step `after` has ended."""
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
        wait=cluster_available(CLUSTER_ID),
        retry=replace(
            while_busy(), pattern="^(InvalidDBClusterStateFault|InvalidResourceStateFault)"
        ),
        after=frozenset({after}),
        part_of="cluster",
        outputs={"on": Output("HttpEndpointEnabled", "true")},
        usual=(5, 60),
        page=database_page(name, cluster=True),
    )


def agents_database(site: Site, served_by: str) -> Step:
    """The role of the Data API and its database; whoever can sign in to it has both.

    `served_by` is the step that brings the cluster's instance.
    """
    name = site.answers.database_name
    return Step(
        id="database",
        section=Section.DATABASE,
        title="Agent database",
        why=f"{_filled(site)} PostgreSQL database and its user {ROLE}, which owns it and nothing "
        "else. "
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
        after=frozenset({"data-api-on", served_by}),
        outputs={"name": Output("name", name)},
        part_of="cluster",
        usual=(3, 40),
        page=database_page(CLUSTER_ARN, cluster=True),
        charges=(statements(),),
    )


def _filled(site: Site) -> str:
    return "The snapshot's" if site.answers.snapshot else "An empty"
