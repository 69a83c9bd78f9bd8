"""What cannot be rotated is refused with its reason, and nothing is changed."""

import json
from typing import TYPE_CHECKING

from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import REGION, client, passes

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PLACE = ("--region", REGION)


def refused(standin: "StandIn", command: Command, *words: str, code: int = 3) -> str:
    """What is said when `rotate` with these words changes nothing."""
    before = len(changes(standin))
    end = command("rotate", *words, *PLACE)
    assert end.code == code, end.err
    assert changes(standin)[before:] == []
    assert "Traceback" not in end.err
    return end.err


def test_nothing_is_deployed(standin: "StandIn", command: Command) -> None:
    told = refused(standin, command, "--api-password", "--yes")
    assert "no deployment named formae in eu-west-1" in told


def test_which_one_was_not_said(standin: "StandIn", command: Command) -> None:
    told = refused(standin, command, "--yes", code=2)
    assert "--api-password, --database-password, or both" in told


def test_an_open_agent_has_none(standin: "StandIn", command: Command) -> None:
    command.deployed(protect="no")
    told = refused(standin, command, "--api-password", "--yes")
    assert "accepts all requests" in told
    assert "apply --protect yes" in told


def test_what_stands_in_the_way_of_one_that_runs(standin: "StandIn", command: Command) -> None:
    command.deployed()
    told = refused(standin, command, "--api-password", "--database-password", code=2)
    assert "~ New API password" in told
    assert "~ New database password" in told
    assert "not confirmed" in told
    put = client("secretsmanager").put_secret_value
    sound = secret("formae-api-creds")
    other = json.dumps({"username": "formae", "password": "x", "bcrypt": "y"})
    for _ in range(2):  # so that the previous version does not go with the hash either
        put(SecretId="formae-api-creds", SecretString=other)
    told = refused(standin, command, "--api-password", "--yes")
    assert "contain different passwords" in told
    assert "formae-wizard apply" in told
    put(SecretId="formae-api-creds", SecretString="{ spoiled")
    assert "formae-api-creds" in refused(standin, command, "--api-password", "--yes")
    put(SecretId="formae-api-creds", SecretString=sound)
    text = secret("formae-config")
    put(SecretId="formae-config", SecretString="{ spoiled")
    assert "not valid Pkl" in refused(standin, command, "--api-password", "--yes")
    put(SecretId="formae-config", SecretString=text)
    client("apprunner").pause_service(ServiceArn=service()["ServiceArn"])
    while service()["Status"] != "PAUSED":
        passes()
    assert "is paused" in refused(standin, command, "--api-password", "--yes")


def test_a_cluster_of_the_persons_keeps_its_password(standin: "StandIn", command: Command) -> None:
    rds, secrets = client("rds"), client("secretsmanager")
    cluster = rds.create_db_cluster(
        DBClusterIdentifier="theirs",
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword="a-good-password",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4},
        EnableHttpEndpoint=True,
    )["DBCluster"]
    rds.create_db_instance(
        DBInstanceIdentifier="theirs-1",
        DBClusterIdentifier="theirs",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    passes(900)
    rds.get_waiter("db_instance_available").wait(
        DBInstanceIdentifier="theirs-1", WaiterConfig={"Delay": 1}
    )
    login = json.dumps({"username": "postgres", "password": "a-good-password"})
    credentials = secrets.create_secret(Name="theirs", SecretString=login)["ARN"]
    end = command.apply(
        database="existing", cluster_arn=cluster["DBClusterArn"], cluster_secret_arn=credentials
    )
    assert end.code == 0, end.err
    told = refused(standin, command, "--database-password", "--yes")
    assert "does not change this database's password" in told
    assert cluster["DBClusterArn"] in told
    assert credentials in told
    assert "locked out" in told
