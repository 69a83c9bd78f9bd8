"""Another database password: at the cluster and in the secret, and the agent goes on."""

import json
from typing import TYPE_CHECKING

from tests.rotation.passwords import in_force, logs_in, stages
from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import REGION
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROTATE = ("rotate", "--database-password", "--yes", "--region", REGION)


def test_the_database_takes_the_new_one_and_refuses_the_old_one(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    old = json.loads(secret("formae-db-creds"))
    before = len(changes(standin))
    end = command(*ROTATE)
    assert end.code == 0, end.err
    new = json.loads(secret("formae-db-creds"))
    assert new["password"] != old["password"]
    assert {**new, "password": ""} == {**old, "password": ""}
    assert logs_in(standin, new["password"])
    assert not logs_in(standin, old["password"])
    api = json.loads(secret("formae-api-creds"))["password"]
    assert ask(f"https://{service()['ServiceUrl']}/api/v1/stats", "formae", api).status == 200
    assert changes(standin)[before:] == [
        "secretsmanager:PutSecretValue",
        "rds:ModifyDBCluster",
        "secretsmanager:UpdateSecretVersionStage",
        "secretsmanager:UpdateSecretVersionStage",
    ]
    assert new["password"] not in end.out + end.err


def test_both_at_once(standin: "StandIn", command: Command) -> None:
    command.deployed()
    secrets = ("formae-db-creds", "formae-api-creds")
    old = [stages(each)["AWSCURRENT"] for each in secrets]
    end = command(*ROTATE, "--api-password")
    assert end.code == 0, end.err
    new = [stages(each)["AWSCURRENT"] for each in secrets]
    assert [in_force(standin, each) for each in secrets] == [{each} for each in new]
    assert not {*old} & {*new}
