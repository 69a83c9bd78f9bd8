"""A new Aurora Serverless v2 cluster with the Data API, its password and its instance."""

from __future__ import annotations

from wizard.base.values import JsonText, NewPassword, Ref, SecretRef, Value
from wizard.plan.model import (
    Before,
    Call,
    Farewell,
    LinkedRole,
    Look,
    LookOnly,
    Output,
    Section,
    Step,
)
from wizard.plan.page import database_page, secret_page
from wizard.plan.resources.asleep import usable
from wizard.plan.resources.cluster import (
    ENGINE,
    SECRET_ARN,
    any_of,
    look_cluster,
    other_major,
    rds_quota,
    started,
    while_busy,
)
from wizard.plan.resources.cluster_charges import cluster_charges
from wizard.plan.resources.common import (
    SECRET_FREED,
    SECRET_GOES,
    Site,
    delete_secret,
    owned,
    secret_back,
    secret_charge,
    secret_look,
)
from wizard.plan.resources.instance import instance
from wizard.plan.resources.tagging import tagged_in_rds, tagged_secret
from wizard.plan.resources.types import CLUSTER_TYPE, SECRET_TYPE

MASTER_USER = "postgres"


def new_cluster(site: Site) -> list[Step]:
    """The steps up to an instance that is available."""
    return [_secret(site), _engine_version(site), _cluster(site), instance(site)]


def _secret(site: Site) -> Step:
    """Brought back it keeps its text: a cluster that was kept goes by that very password."""
    name = site.names.database_secret
    credentials = JsonText({"username": MASTER_USER, "password": NewPassword("database")})
    wanted = SECRET_TYPE.wanted(
        {
            "Name": name,
            "Description": "Database credentials of the formae agent",
            "SecretString": credentials,
            "Tags": site.tags(name),
        },
        *tagged_secret(site, name),
        without=("SecretString",),
    )
    return Step(
        id="database-secret",
        section=Section.DATABASE,
        title="Database credentials",
        why="A secret with the database's user and a generated password. The agent signs in with "
        "it through the Data API; nobody has to type or know it.",
        see=(secret_look(name),),
        revival=secret_back(site, name, "brought back, with the password it has"),
        retry=SECRET_FREED,
        **wanted,
        owned=owned("Tags"),
        outputs={
            "arn": Output("ARN", site.likely_arn("secretsmanager", f"secret:{name}-??????")),
        },
        unmake=delete_secret(),
        farewell=SECRET_GOES,
        page=secret_page(name),
        charges=(secret_charge("Database credentials", "the database's password"),),
    )


def _engine_version(site: Site) -> Step:
    wanted = site.answers.engine_version
    params: dict[str, Value] = {"Engine": ENGINE, "EngineVersion": wanted}
    if "." not in wanted:
        params["DefaultOnly"] = True
    return Step(
        id="engine-version",
        section=Section.DATABASE,
        title="A version AWS offers now",
        why="AWS withdraws minor versions of Aurora after some months, so the one to use is asked "
        "for and not written down.",
        see=(
            Look(
                call=Call(service="rds", operation="DescribeDBEngineVersions", params=params),
                pick="DBEngineVersions[?!contains(EngineVersion, 'limitless')] | [0]",
            ),
        ),
        make=LookOnly(
            f"Aurora PostgreSQL {wanted} is not offered in {site.answers.region}.",
            "Choose another version (--engine-version), such as 16 for the recommended 16.x.",
        ),
        outputs={
            "version": Output("EngineVersion", wanted if "." in wanted else f"{wanted}.x"),
        },
        usual=(0, 2),
        anywhere=frozenset({"rds:DescribeDBEngineVersions"}),
    )


def _cluster(site: Site) -> Step:
    name, answers = site.names.cluster, site.answers
    capacity: dict[str, Value] = {
        "MinCapacity": answers.min_capacity,
        "MaxCapacity": answers.max_capacity,
    }
    tags = tagged_in_rds(site, name, "DBClusterArn")
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Aurora cluster",
        why=f"Serverless v2 PostgreSQL with the Data API: {site.offer.label} reaches it over "
        "HTTPS, without a VPC connector or NAT gateway. Storage is encrypted.",
        see=(look_cluster(name),),
        **CLUSTER_TYPE.wanted(_properties(site, capacity), *tags),
        retry=while_busy(),
        owned=owned("TagList"),
        **usable(site, name, other_major(name, answers.engine_version)),
        outputs={
            "arn": Output("DBClusterArn", site.likely_arn("rds", f"cluster:{name}")),
            "id": Output("DBClusterIdentifier", name),
        },
        unmake=(
            Call(
                service="rds",
                operation="DeleteDBCluster",
                params={"DBClusterIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        farewell=_cluster_goes(name),
        usual=(2, 10),
        page=database_page(name, cluster=True),
        charges=cluster_charges(answers),
        quota=rds_quota("database clusters", "DBClusters"),
        linked_role=LinkedRole("rds", "AWSServiceRoleForRDS"),
    )


def _properties(site: Site, capacity: dict[str, Value]) -> dict[str, Value]:
    name = site.names.cluster
    return {
        "DBClusterIdentifier": name,
        "Engine": ENGINE,
        "EngineVersion": Ref("engine-version", "version"),
        "ServerlessV2ScalingConfiguration": capacity,
        "MasterUsername": MASTER_USER,
        "MasterUserPassword": SecretRef(SECRET_ARN, "password"),
        "DatabaseName": site.answers.database_name,
        "EnableHttpEndpoint": True,
        "StorageEncrypted": True,
        "CopyTagsToSnapshot": True,
        "Tags": site.tags(name),
    }


def _cluster_goes(name: str) -> Farewell:
    protected = Before(
        path="DeletionProtection",
        what="its protection against deletion is taken off",
        call=Call(
            service="rds",
            operation="ModifyDBCluster",
            params={
                "DBClusterIdentifier": name,
                "DeletionProtection": False,
                "ApplyImmediately": True,
            },
        ),
        consent=True,
    )
    return Farewell(
        busy=any_of("Status", ("deleting", "starting", "stopping")),
        status="Status",
        first=(started(name, "Status"), protected),
        retry=while_busy(),
        every=10,
        limit=3600,
    )
