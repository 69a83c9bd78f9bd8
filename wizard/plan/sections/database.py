"""Set up the database: an Aurora Serverless v2 cluster with the Data API, or one that is there."""

from __future__ import annotations

from wizard.plan.model import (
    Call,
    Fit,
    Look,
    LookOnly,
    Output,
    Poll,
    Refusal,
    Report,
    Retry,
    Section,
    Step,
)
from wizard.plan.sections.common import Site, deleted_secret, owned, secret_look
from wizard.values import Found, JsonText, NewPassword, Ref, SecretRef, Value

ENGINE = "aurora-postgresql"
MASTER_USER = "postgres"
DEAD_ENDS = frozenset(
    {
        "deleting",
        "deleted",
        "failed",
        "stopping",
        "stopped",
        "incompatible-restore",
        "incompatible-parameters",
        "incompatible-network",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "storage-full",
    }
)
NOT_YET = frozenset(
    {
        "DatabaseNotFoundException",
        "DatabaseUnavailableException",
        "DatabaseResumingException",
        "ServiceUnavailableError",
        "InternalServerErrorException",
        "HttpEndpointNotEnabledException",
        "SecretsErrorException",
        "InvalidResourceStateException",
    }
)
"""Data API errors that mean "not yet" while a cluster, its switch or its secret is new."""

CLUSTER_ARN = Ref("cluster", "arn")
SECRET_ARN = Ref("database-secret", "arn")


def database(site: Site) -> list[Step]:
    """The database's steps, up to a database the agent can fill."""
    made = _new_cluster(site) if site.answers.new_database else _existing_cluster(site)
    return [*made, _data_api(site), _database(site)]


def _new_cluster(site: Site) -> list[Step]:
    return [_secret(site), _engine_version(site), _cluster(site), _instance(site)]


def _secret(site: Site) -> Step:
    name = site.names.database_secret
    return Step(
        id="database-secret",
        section=Section.DATABASE,
        title="Database credentials",
        why="A secret with the database's user and a generated password. The agent signs in with "
        "it through the Data API; nobody has to type or know it.",
        see=(secret_look(name),),
        refusals=(deleted_secret(name, site.answers.region),),
        make=Call(
            service="secretsmanager",
            operation="CreateSecret",
            params={
                "Name": name,
                "Description": "Database credentials of the formae agent",
                "SecretString": JsonText(
                    {"username": MASTER_USER, "password": NewPassword("database")}
                ),
                "Tags": site.tags(name),
            },
        ),
        owned=owned("Tags"),
        outputs={
            "arn": Output("ARN", site.likely_arn("secretsmanager", f"secret:{name}-??????")),
        },
        unmake=(
            Call(
                service="secretsmanager",
                operation="DeleteSecret",
                params={"SecretId": Found("ARN"), "RecoveryWindowInDays": 7},
            ),
        ),
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
    )


def _look_cluster(identifier: Value) -> Look:
    return Look(
        call=Call(
            service="rds",
            operation="DescribeDBClusters",
            params={"DBClusterIdentifier": identifier},
        ),
        pick="DBClusters[0]",
        absent=frozenset({"DBClusterNotFoundFault"}),
    )


def _switch_on() -> Fit:
    return Fit(
        what="the Data API is on",
        path="HttpEndpointEnabled",
        want=True,
        mend=Call(
            service="rds",
            operation="EnableHttpEndpoint",
            params={"ResourceArn": Found("DBClusterArn")},
        ),
    )


def _cluster(site: Site) -> Step:
    name, answers = site.names.cluster, site.answers
    capacity: dict[str, Value] = {
        "MinCapacity": answers.min_capacity,
        "MaxCapacity": answers.max_capacity,
    }
    resize = Call(
        service="rds",
        operation="ModifyDBCluster",
        params={
            "DBClusterIdentifier": name,
            "ServerlessV2ScalingConfiguration": capacity,
            "ApplyImmediately": True,
        },
    )
    return Step(
        id="cluster",
        section=Section.DATABASE,
        title="Aurora cluster",
        why="Serverless v2 PostgreSQL with the Data API: App Runner reaches it over HTTPS, "
        "without a VPC connector or NAT gateway. Storage is encrypted.",
        see=(_look_cluster(name),),
        make=Call(
            service="rds",
            operation="CreateDBCluster",
            params={
                "DBClusterIdentifier": name,
                "Engine": ENGINE,
                "EngineVersion": Ref("engine-version", "version"),
                "ServerlessV2ScalingConfiguration": capacity,
                "MasterUsername": MASTER_USER,
                "MasterUserPassword": SecretRef(SECRET_ARN, "password"),
                "DatabaseName": answers.database_name,
                "EnableHttpEndpoint": True,
                "StorageEncrypted": True,
                "CopyTagsToSnapshot": True,
                "Tags": site.tags(name),
            },
        ),
        fits=(
            Fit(
                what="the database's capacity",
                path="ServerlessV2ScalingConfiguration",
                want=capacity,
                mend=resize,
                reading="subset",
            ),
            _switch_on(),
        ),
        retry=_while_busy(),
        owned=owned("TagList"),
        refusals=(_dead_cluster(name),),
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
        usual=(2, 10),
    )


def _while_busy() -> Retry:
    return Retry(
        pattern="^InvalidDBClusterStateFault",
        say="the cluster is busy with another change",
        every=15,
        limit=900,
    )


def _dead_cluster(name: str) -> Refusal:
    states = " || ".join(f"Status=='{state}'" for state in sorted(DEAD_ENDS))
    return Refusal(
        states,
        f"The cluster {name} is in a state in which it takes no connections.",
        "See it in the RDS console: start it if it is stopped, wait if it is being deleted.",
    )


def _instance(site: Site) -> Step:
    name = site.names.instance
    return Step(
        id="instance",
        section=Section.DATABASE,
        title="Aurora instance",
        why="The cluster is storage; this is the computer that serves it, growing and shrinking "
        "between the two capacities. It has no public address.",
        see=(
            Look(
                call=_describe_instance(name),
                pick="DBInstances[0]",
                absent=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
            ),
        ),
        make=Call(
            service="rds",
            operation="CreateDBInstance",
            params={
                "DBInstanceIdentifier": name,
                "DBClusterIdentifier": Ref("cluster", "id"),
                "DBInstanceClass": "db.serverless",
                "Engine": ENGINE,
                "PubliclyAccessible": False,
                "Tags": site.tags(name),
            },
        ),
        wait=Poll(
            call=_describe_instance(name),
            path="DBInstances[0].DBInstanceStatus",
            until=frozenset({"available"}),
            fail=DEAD_ENDS,
            every=10,
            limit=1800,
            news=Report(
                call=Call(
                    service="rds",
                    operation="DescribeEvents",
                    params={
                        "SourceIdentifier": name,
                        "SourceType": "db-instance",
                        "Duration": 60,
                    },
                ),
                lines="Events[].{id: Date, text: Message}",
            ),
        ),
        owned=owned("TagList"),
        outputs={"id": Output("DBInstanceIdentifier", name)},
        unmake=(
            Call(
                service="rds",
                operation="DeleteDBInstance",
                params={"DBInstanceIdentifier": name, "SkipFinalSnapshot": True},
            ),
        ),
        usual=(300, 600),
    )


def _describe_instance(name: str) -> Call:
    return Call(
        service="rds",
        operation="DescribeDBInstances",
        params={"DBInstanceIdentifier": name},
    )


def _existing_cluster(site: Site) -> list[Step]:
    answers = site.answers
    fits = (_switch_on(),) if answers.enable_data_api else ()
    off = Refusal(
        "HttpEndpointEnabled != `true`",
        "The cluster's Data API is off, and the agent reaches its database only through it.",
        "Let the wizard switch it on (--enable-data-api yes), or do it in the RDS console.",
    )
    wrong_engine = Refusal(
        f"Engine != '{ENGINE}'",
        "The cluster is not Aurora PostgreSQL, the only engine the agent can use this way.",
        "Choose an Aurora PostgreSQL cluster, or let the wizard make a new one.",
    )
    refusals = (wrong_engine, _dead_cluster(answers.cluster_arn.rpartition(":")[2]))
    return [
        Step(
            id="database-secret",
            section=Section.DATABASE,
            title="Your database credentials",
            why="The secret with the cluster's user and password. It is used, never changed.",
            see=(secret_look(answers.cluster_secret_arn),),
            make=LookOnly(
                f"The secret {answers.cluster_secret_arn} does not exist.",
                "Give the ARN of the secret with the cluster's username and password.",
            ),
            refusals=(deleted_secret(answers.cluster_secret_arn, answers.region),),
            outputs={"arn": Output("ARN", answers.cluster_secret_arn)},
        ),
        Step(
            id="cluster",
            section=Section.DATABASE,
            title="Your Aurora cluster",
            why="The agent's database goes into this cluster. Nothing else in it is touched.",
            see=(_look_cluster(answers.cluster_arn),),
            make=LookOnly(
                f"The cluster {answers.cluster_arn} does not exist.",
                "Choose one from the list, or let the wizard make a new one.",
            ),
            refusals=refusals if answers.enable_data_api else (*refusals, off),
            fits=fits,
            retry=_while_busy(),
            outputs={"arn": Output("DBClusterArn", answers.cluster_arn)},
        ),
    ]


def statement(sql: str, database_name: str, **more: Value) -> Call:
    """One SQL statement through the Data API, as the agent will send them."""
    return Call(
        service="rds-data",
        operation="ExecuteStatement",
        params={
            "resourceArn": CLUSTER_ARN,
            "secretArn": SECRET_ARN,
            "database": database_name,
            "sql": sql,
            **more,
        },
    )


def _data_api(site: Site) -> Step:
    new = site.answers.new_database
    return Step(
        id="data-api",
        section=Section.DATABASE,
        title="The Data API answers",
        why="An available cluster is not yet one that takes statements; this asks until it does, "
        "with the very secret the agent will use.",
        make=LookOnly("The Data API does not answer."),
        wait=Poll(
            call=statement("SELECT 1", "postgres"),
            path="records[0][0].longValue",
            until=frozenset({"1"}),
            every=5,
            limit=600 if new else 120,
            tolerate=NOT_YET,
        ),
        after=frozenset({"instance"} if new else ()),
        usual=(2, 60),
    )


def _database(site: Site) -> Step:
    name = site.answers.database_name
    return Step(
        id="database",
        section=Section.DATABASE,
        title="The agent's database",
        why="An empty PostgreSQL database; the agent makes its tables itself at its first start.",
        see=(
            Look(
                call=statement(
                    "SELECT datname FROM pg_database WHERE datname = :name",
                    "postgres",
                    parameters=[{"name": "name", "value": {"stringValue": name}}],
                ),
                pick="records[0][0].{name: stringValue}",
                absent=NOT_YET,
            ),
        ),
        make=statement(f'CREATE DATABASE "{name}"', "postgres"),
        after=frozenset({"data-api"}),
        outputs={"name": Output("name", name)},
        usual=(1, 5),
    )
