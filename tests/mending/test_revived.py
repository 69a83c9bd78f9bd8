"""Secrets in their recovery window: restored by a new run, also right after a removal."""

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import REGION, NewAccount, client
from tests.support.tiers import tail, unsampled_tier
from wizard.aws.live import ask
from wizard.standin.durations import Durations

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

DESTROY = ("destroy", "--yes", "--region", REGION)
SECRETS = ("formae-db-creds", "formae-api-creds", "formae-config")


def test_set_up_again_right_after_a_removal(standin: "StandIn", command: Command) -> None:
    command.deployed()
    before = {name: secret(name) for name in SECRETS}
    assert command(*DESTROY).code == 0
    foretold = command("plan", "--region", REGION)
    assert foretold.code == 4, foretold.err
    assert "scheduled for deletion → restored, with a new password" in foretold.out
    assert foretold.out.count("scheduled for deletion → restored") == 3
    since = len(changes(standin))
    again = command.apply()
    assert again.code == 0, again.err
    done = changes(standin)[since:]
    assert done.count("secretsmanager:RestoreSecret") == 3
    assert "secretsmanager:CreateSecret" not in done
    password = json.loads(secret("formae-api-creds"))["password"]
    assert password != json.loads(before["formae-api-creds"])["password"]
    assert secret("formae-db-creds") == before["formae-db-creds"]
    address = f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert ask(address, "formae", password).status == 200
    since = len(changes(standin))
    assert command.apply().code == 0
    assert changes(standin)[since:] == []


@unsampled_tier
def test_while_aws_removes_them_for_good(new_account: NewAccount, command: Command) -> None:
    standin = new_account(durations=Durations(secret_purge=40))
    command.deployed()
    assert command(*DESTROY, "--purge-secrets").code == 0
    again = command.apply()
    assert again.code == 0, again.err
    assert standin.calls


@pytest.mark.parametrize("name", [*SECRETS[:1], *tail([(name,) for name in SECRETS[1:]])])
def test_one_that_somebody_let_go_is_brought_back_below_a_running_agent(
    standin: "StandIn", command: Command, name: str
) -> None:
    command.deployed()
    password = secret("formae-db-creds")
    client("secretsmanager").delete_secret(SecretId=name, RecoveryWindowInDays=30)
    end = command.apply()
    assert end.code == 0, end.err
    assert secret("formae-db-creds") == password, "the cluster goes by it"
    given = json.loads(secret("formae-api-creds"))["password"]
    assert ask(f"https://{service()['ServiceUrl']}/api/v1/stats", "formae", given).status == 200
    assert command("plan", "--region", REGION).code == 0


def test_someone_elses_is_brought_back_when_it_is_taken_over(
    standin: "StandIn", command: Command
) -> None:
    vault = client("secretsmanager")
    vault.create_secret(Name="formae-config", SecretString="x")
    vault.delete_secret(SecretId="formae-config", RecoveryWindowInDays=7)
    end = command.apply(adopt="yes")
    assert end.code == 0, end.err
    tags = vault.describe_secret(SecretId="formae-config")["Tags"]
    assert {"Key": "app", "Value": "formae-agent"} in tags
