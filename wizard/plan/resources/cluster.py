"""An existing cluster, and what a new one shares with it: the Data API and its statements."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from wizard.base.names import RESTORED_FROM, TAG_KEY, TAG_VALUE
from wizard.base.values import Found, Ref, Value
from wizard.plan.charges import HOURS, Charge, Item, Place, millions, plain, usage
from wizard.plan.model import (
    Before,
    Call,
    Count,
    LookOnly,
    Lookup,
    Output,
    Poll,
    Quota,
    Refusal,
    Resource,
    RestoreSpec,
    Retry,
    Section,
    Step,
)
from wizard.plan.page import database_page, secret_page, snapshots_page
from wizard.plan.resources.common import Site, deleted_secret, secret_look
from wizard.plan.resources.types import CLUSTER_TYPE

CLUSTER_ARN = Ref("cluster", "arn")

SECRET_ARN = Ref("database-secret", "arn")

ENGINE = "aurora-postgresql"

AGENTS_SECRETS = ("-api-creds", "-config")
"""How the wizard's secrets end that hold no credentials of a database."""

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


def look_cluster(identifier: Value) -> Lookup:
    """Finds a cluster by its name or ARN."""
    return Lookup(
        call=Call(
            service="rds",
            operation="DescribeDBClusters",
            params={"DBClusterIdentifier": identifier},
        ),
        pick="DBClusters[0]",
        absent=frozenset({"DBClusterNotFoundFault"}),
    )


def rds_quota(kind: str, name: str) -> Quota:
    """What RDS counts under that name, of its own account attributes."""
    call = Call(service="rds", operation="DescribeAccountAttributes", params={})
    found = f"AccountQuotas[?AccountQuotaName=='{name}'] | [0]"
    return Quota(
        kind=kind,
        used=Count(call=call, path=f"{found}.Used"),
        limit=Count(call=call, path=f"{found}.Max"),
    )


def while_busy() -> Retry:
    """A cluster takes one change at a time."""
    return Retry(
        pattern="^InvalidDBClusterStateFault",
        say="the cluster is busy with another change",
        every=15,
        limit=900,
    )


def other_major(name: str, wanted: str) -> Refusal:
    """Minor versions come and go by themselves; another major is a decision, and an outage."""
    major = wanted.partition(".")[0]
    return Refusal(
        f"!starts_with(EngineVersion, '{major}.')",
        f"The cluster {name} exists with a different major version of PostgreSQL than {major}, and "
        "the wizard does not upgrade clusters.",
        "Upgrade it yourself, which interrupts the agent for some minutes (`aws rds "
        "modify-db-cluster --allow-major-version-upgrade`), keep the version (--engine-version), "
        "or choose another name for the deployment (--name).",
    )


def not_express(name: str) -> Refusal:
    """That a cluster in express configuration cannot become one in a VPC."""
    return Refusal(
        "InternetAccessGatewayEnabled",
        f"The cluster {name} was created in Aurora's express configuration, and AWS does not move "
        "it into a VPC.",
        "Keep it (--database express), or choose another name for the deployment (--name).",
    )


def cluster_available(name: Value, every: float = 3, limit: float = 900) -> Poll:
    """Waits for a cluster that takes the next change; seconds between two looks, and at most."""
    return Poll(
        call=Call(
            service="rds", operation="DescribeDBClusters", params={"DBClusterIdentifier": name}
        ),
        path="DBClusters[0].Status",
        until=frozenset({"available"}),
        fail=DEAD_ENDS,
        every=every,
        limit=limit,
    )


RESTORING = frozenset(
    {
        "DBClusterIdentifier",
        "Engine",
        "ServerlessV2ScalingConfiguration",
        "CopyTagsToSnapshot",
        "VpcSecurityGroupIds",
        "DBSubnetGroupName",
        "Tags",
    }
)
"""Parameters of CreateDBCluster that restoring takes as well; the others are the snapshot's."""


def kept_snapshot(site: Site) -> Step:
    """What the cluster is restored from; not needed any more once the cluster is there."""
    name = site.answers.snapshot
    shared: dict[str, Value] = {"IncludeShared": True} if name.startswith("arn:") else {}
    missing = "" if site.inputs.cluster_made else f"The snapshot {name} does not exist."
    return Step(
        id="snapshot",
        section=Section.DATABASE,
        title="Snapshot of the database",
        why="The new cluster is restored from it, with its version of PostgreSQL. It stays, and "
        "you pay for its storage until you delete it.",
        lookups=(
            Lookup(
                call=Call(
                    service="rds",
                    operation="DescribeDBClusterSnapshots",
                    params={"DBClusterSnapshotIdentifier": name, **shared},
                ),
                pick="DBClusterSnapshots[0]",
                absent=frozenset({"DBClusterSnapshotNotFoundFault"}),
            ),
        ),
        make=LookOnly(missing, "Choose another one (--snapshot), or an empty database."),
        outputs={"version": Output("EngineVersion", "16.x")},
        usual=(0, 2),
        page=snapshots_page(),
    )


def restored(site: Site, step: Step, **more: Value) -> Step:
    """The step of a new cluster, with the data of a snapshot instead of none.

    AWS takes neither password nor Data API with that call, so they follow in steps of their own;
    `more` are further parameters. The cluster's tag says what it was restored from.
    """
    assert isinstance(step.make, Call)  # noqa: S101 - a new cluster is made by a call
    name, snapshot = site.names.cluster, site.answers.snapshot
    asked = {key: each for key, each in step.make.params.items() if key in RESTORING}
    origin: dict[str, Value] = {"Key": RESTORED_FROM, "Value": snapshot}
    params: dict[str, Value] = {
        **asked,
        "SnapshotIdentifier": snapshot,
        "EngineVersion": Ref("snapshot", "version"),
        **more,
        "Tags": [*site.tags(name), origin],
    }
    assert step.resource is not None  # noqa: S101 - as above
    return replace(
        step,
        why=f"{step.why} It is restored from the snapshot {snapshot.rpartition(':')[2]}.",
        make=Call(service="rds", operation="RestoreDBClusterFromSnapshot", params=params),
        resource=Resource(step.resource.type, params),
        fits=tuple(each for each in step.fits if each.path != "HttpEndpointEnabled"),
        wait=cluster_available(name, 10, 3600),
        usual=(180, 900),
    )


def of_another_origin(site: Site) -> Refusal:
    """That AWS restores a snapshot into a new cluster only, and this one is there already."""
    name, wanted = site.names.cluster, site.answers.snapshot
    origin = f"(not_null(TagList, `[]`)[?Key=='{RESTORED_FROM}'] | [0].Value)"
    if not wanted:
        return Refusal(
            origin,
            f"The cluster {name} exists and was restored from a snapshot; AWS does not make it "
            "empty again.",
            "Keep it: leave out --snapshot. Or choose another name for the deployment (--name).",
        )
    return Refusal(
        f"{origin} != '{wanted}'",
        f"The cluster {name} exists and was not restored from {wanted}: AWS restores a snapshot "
        "into a new cluster only.",
        "Keep the cluster as it is: leave out --snapshot. Or remove it first (formae-wizard "
        "destroy), or choose another name for the deployment (--name).",
    )


def started(cluster: Value, status: str) -> Before:
    """What must be done to a stopped cluster, or to what is in it, before it can go."""
    return Before(
        path=f"{status}=='stopped'",
        what="it is stopped, and AWS cannot delete a stopped database: it is started first",
        call=Call(
            service="rds", operation="StartDBCluster", params={"DBClusterIdentifier": cluster}
        ),
    )


def any_of(path: str, words: tuple[str, ...]) -> str:
    """A JMESPath that is true where `path` is one of these words."""
    return " || ".join(f"{path}=='{word}'" for word in words)


def connection(site: Site, name: str) -> dict[str, Output]:
    """Where a cluster takes connections, for an agent that speaks PostgreSQL with it."""
    if not site.answers.direct:
        return {}
    at = f"{name}.cluster-<id>.{site.answers.region}.rds.amazonaws.com"
    return {"endpoint": Output("Endpoint", at), "port": Output("Port", "5432")}


def current_version(site: Site) -> tuple[Lookup, ...]:
    """Finds the versions of the secret that was found, where something hangs on which it is."""
    if not site.answers.direct and not site.answers.snapshot:
        return ()
    call = Call(
        service="secretsmanager",
        operation="ListSecretVersionIds",
        params={"SecretId": Found("ARN")},
    )
    return (Lookup(call=call, pick="Versions", into="Versions"),)


def version_output(site: Site) -> dict[str, Output]:
    """The id of the secret's current version, from what `current_version` found."""
    if not site.answers.direct:
        return {}
    current = "[?contains(not_null(VersionStages, `[]`), 'AWSCURRENT')] | [0].VersionId"
    return {"version": Output(f"not_null(Versions, `[]`){current}", "<version-id>")}


def _rotates(arn: str) -> Refusal:
    return Refusal(
        "RotationEnabled",
        f"The password in {arn} is rotated automatically, but an agent that speaks PostgreSQL "
        "reads it only when it starts: it would lose its database at the next rotation.",
        "Use the Data API, which reads the secret each time (--datastore data-api), or a secret "
        "that is not rotated.",
    )


OTHERWISE = "Let the wizard do it (formae-wizard apply --wake yes), or run "

EFFECT = "This takes some minutes, and a running one costs more."


def usable(site: Site, name: str, *more: Refusal) -> dict[str, Any]:
    """What the step of a cluster says of one that takes no connections, after the refusals `more`.

    One that is stopped is started where the person agreed.
    """
    states = " || ".join(f"Status=='{state}'" for state in sorted(DEAD_ENDS - {"stopped"}))
    dead = Refusal(
        states,
        f"The cluster {name} is in a state in which it accepts no connections.",
        (
            "Check it in the RDS console. If it is being stopped or deleted, wait, then run the "
            "command again."
        ),
    )
    if not site.answers.wake:
        return {"refusals": (*more, _stopped(name, site.answers.region), dead)}
    params = {"DBClusterIdentifier": Found("DBClusterIdentifier")}
    wake = RestoreSpec(
        when="Status=='stopped'",
        moving="Status=='starting'",
        state="stopped",
        then="started",
        calls=(Call(service="rds", operation="StartDBCluster", params=params),),
        effect=EFFECT,
        every=10,
        limit=1800,
    )
    return {"refusals": (*more, dead), "restore": wake}


def _stopped(name: str, region: str) -> Refusal:
    return Refusal(
        "Status=='stopped'",
        f"The cluster {name} is stopped. AWS starts it again after seven days.",
        f"{OTHERWISE}`aws rds start-db-cluster --db-cluster-identifier {name} --region {region}`.",
        "wake",
    )


def _agents_secret(name: str) -> Refusal:
    """One of the wizard's own that no database takes."""
    kinds = " || ".join(f"ends_with(Name, '{each}')" for each in AGENTS_SECRETS)
    return Refusal(
        f"Tags[?Key=='{TAG_KEY}' && Value=='{TAG_VALUE}'] && ({kinds})",
        f"The secret {name} is one of an agent's own, not of a database.",
        "Give the ARN of the secret with the cluster's username and password.",
    )


def _others_secret(site: Site) -> Step:
    answers = site.answers
    return Step(
        id="database-secret",
        section=Section.DATABASE,
        title="Your database credentials",
        why="The secret with the cluster's user and password. The wizard never changes it.",
        lookups=(secret_look(answers.cluster_secret_arn), *current_version(site)),
        make=LookOnly(
            f"The secret {answers.cluster_secret_arn} does not exist.",
            "Enter the ARN of the secret with the cluster's username and password.",
        ),
        refusals=(
            deleted_secret(answers.cluster_secret_arn, answers.region),
            _agents_secret(answers.cluster_secret_arn),
            *([_rotates(answers.cluster_secret_arn)] if answers.direct else ()),
        ),
        outputs={"arn": Output("ARN", answers.cluster_secret_arn), **version_output(site)},
        page=secret_page(answers.cluster_secret_arn),
    )


def existing_cluster(site: Site) -> list[Step]:
    """The cluster and its secret, which must be there and fit."""
    answers, name = site.answers, site.answers.cluster_arn.rpartition(":")[2]
    on = {"EnableHttpEndpoint": True}
    fits = CLUSTER_TYPE.fits(on) if answers.enable_data_api else ()
    off = Refusal(
        "HttpEndpointEnabled != `true`",
        "The cluster's Data API is off, and "
        + (
            "the wizard creates the agent's database"
            if answers.direct
            else "the agent can only reach its database"
        )
        + " through it.",
        "Let the wizard enable it (--enable-data-api yes), or enable it in the RDS console.",
    )
    wrong_engine = Refusal(
        f"Engine != '{ENGINE}'",
        "The cluster is not Aurora PostgreSQL, the only engine the agent supports here.",
        "Choose an Aurora PostgreSQL cluster, or let the wizard create one.",
    )
    refusals = (wrong_engine,) if answers.enable_data_api else (wrong_engine, off)
    return [
        _others_secret(site),
        Step(
            id="cluster",
            section=Section.DATABASE,
            title="Your Aurora cluster",
            why="The agent's database is created in this cluster. Nothing else in it is changed.",
            lookups=(look_cluster(answers.cluster_arn),),
            make=LookOnly(
                f"The cluster {answers.cluster_arn} does not exist.",
                "Choose one from the list, or let the wizard create one.",
            ),
            **usable(site, name, *refusals),
            fits=fits,
            retry=while_busy(),
            outputs={
                "arn": Output("DBClusterArn", answers.cluster_arn),
                **connection(site, name),
                "group": Output("VpcSecurityGroups[0].VpcSecurityGroupId", "sg-<id>"),
            },
            page=database_page(answers.cluster_arn, cluster=True),
        ),
    ]


POLL_SECONDS = 5
"""formae looks for expired stacks that often, with one statement each time, busy or not."""

IDLE_STATEMENTS = HOURS * 3600 / POLL_SECONDS

BUSY_STATEMENTS = Decimal(1_000_000)
"""On top of the polling: commands, and the synchronisation of about a hundred resources every five
minutes (8,760 times a month) at about a hundred statements each. A guess on the high side."""

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

NOT_LET_IN = NOT_YET | {"DatabaseErrorException", "BadRequestException", "ForbiddenException"}
"""What the Data API answers while the cluster and the secret are not of one mind yet."""


def statement(
    sql: Value, cluster: Value = CLUSTER_ARN, secret: Value = SECRET_ARN, **more: Value
) -> Call:
    """One SQL statement through the Data API, as the agent will send them."""
    return Call(
        service="rds-data",
        operation="ExecuteStatement",
        params={
            "resourceArn": cluster,
            "secretArn": secret,
            "database": "postgres",
            "sql": sql,
            **more,
        },
    )


def statements() -> Charge:
    """What the agent's statements cost, idle and busy."""
    idle, busy = IDLE_STATEMENTS, IDLE_STATEMENTS + BUSY_STATEMENTS
    charge = usage(
        "Data API",
        Item.DATA_API,
        millions(idle),
        millions(busy),
        f"{plain(millions(idle), 1)} million statements from polling every {POLL_SECONDS} seconds; "
        f"busy {plain(millions(busy), 1)} million",
    )
    return replace(charge, place=Place.DATABASE)
