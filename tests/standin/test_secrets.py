"""Secrets Manager where AWS and moto differ."""

import re

import pytest

from tests.support.standin import NewAccount, client, passes
from wizard.standin.durations import Durations
from wizard.standin.server import StandIn

TOKEN = "0f6f0f3a-1f0e-4a3e-9d7c-2f6d5f8f1a11"


def test_arns_end_in_six_characters_known_after_creation(standin: StandIn) -> None:
    arn = client("secretsmanager").create_secret(Name="formae-config", SecretString="x")["ARN"]
    expected = r"arn:aws:secretsmanager:eu-west-1:123456789012:secret:formae-config-\w{6}"
    assert re.fullmatch(expected, arn)


def test_a_name_in_use(standin: StandIn) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="formae-config", SecretString="x", ClientRequestToken=TOKEN)
    secrets.create_secret(Name="formae-config", SecretString="x", ClientRequestToken=TOKEN)
    with pytest.raises(secrets.exceptions.ResourceExistsException):
        secrets.create_secret(Name="formae-config", SecretString="y", ClientRequestToken=TOKEN)


def test_pending_deletion_in_aws_words(standin: StandIn) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="formae-config", SecretString="x")
    secrets.delete_secret(SecretId="formae-config", RecoveryWindowInDays=7)
    refused = secrets.exceptions.InvalidRequestException
    already = "You can't create this secret because a secret with this name is already scheduled"
    with pytest.raises(refused, match=already):
        secrets.create_secret(Name="formae-config", SecretString="y")
    for call, params in (
        (secrets.get_secret_value, {}),
        (secrets.put_secret_value, {"SecretString": "z"}),
        (secrets.update_secret, {"Description": "z"}),
    ):
        with pytest.raises(refused, match="because it was marked for deletion"):
            call(SecretId="formae-config", **params)
    assert "DeletedDate" in secrets.describe_secret(SecretId="formae-config")


def test_restored_it_is_as_before(standin: StandIn) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="formae-config", SecretString="x")
    secrets.delete_secret(SecretId="formae-config")
    secrets.restore_secret(SecretId="formae-config")
    secrets.put_secret_value(SecretId="formae-config", SecretString="z")
    assert secrets.get_secret_value(SecretId="formae-config")["SecretString"] == "z"


def test_a_name_is_free_some_time_after_a_forced_deletion(new_account: NewAccount) -> None:
    new_account(durations=Durations(secret_purge=400))
    secrets = client("secretsmanager")
    secrets.create_secret(Name="formae-config", SecretString="x")
    secrets.delete_secret(SecretId="formae-config", ForceDeleteWithoutRecovery=True)
    with pytest.raises(secrets.exceptions.InvalidRequestException, match="already scheduled"):
        secrets.create_secret(Name="formae-config", SecretString="y")
    passes(401)
    secrets.create_secret(Name="formae-config", SecretString="y")
