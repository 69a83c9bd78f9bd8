"""App Runner takes the deployment back: the old password goes on, and the secrets are restored."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rotation.passwords import in_force, stages
from tests.support.account import changes, secret
from tests.support.command import Command
from tests.support.standin import REGION, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROTATE = ("rotate", "--api-password", "--yes", "--region", REGION)
FORBID = {"Effect": "Deny", "Action": "rds-data:*", "Resource": "*"}
ROLE = {"RoleName": "formae-apprunner-instance", "PolicyName": "forbid"}


def test_the_old_password_goes_on_and_the_next_rotation_arrives(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    old, config = stages("formae-api-creds")["AWSCURRENT"], secret("formae-config")
    client_config = (home / ".config" / "formae" / "formae.conf.pkl").read_bytes()
    document = json.dumps({"Version": "2012-10-17", "Statement": [FORBID]})
    client("iam").put_role_policy(**ROLE, PolicyDocument=document)
    end = command(*ROTATE)
    assert end.code == 1
    assert "ROLLBACK_SUCCEEDED" in end.err
    assert "last log lines" in end.err
    assert "migrations" in end.err
    assert "the secrets are restored" in end.err
    assert "accepts only the password in the current version of the secret" in end.err
    assert in_force(standin, "formae-api-creds") == {old}
    assert "AWSPENDING" not in stages("formae-api-creds")
    assert secret("formae-config") == config
    assert (home / ".config" / "formae" / "formae.conf.pkl").read_bytes() == client_config
    client("iam").delete_role_policy(**ROLE)
    before = len(changes(standin))
    assert command.apply().code == 0
    assert changes(standin)[before:] == [], "all is as it was"
    assert command(*ROTATE).code == 0
    new = stages("formae-api-creds")["AWSCURRENT"]
    assert in_force(standin, "formae-api-creds") == {new} != {old}
