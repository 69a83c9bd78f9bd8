"""Another API password: at the agent, in the secret, in the CLI's config; and the old one out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.pkl import evaluate
from tests.support.standin import REGION, client
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WORKS = (
    "The agent now accepts only the password in the current version of the secret formae-api-creds."
)
ROTATE = ("rotate", "--api-password", "--yes", "--region", REGION)


def test_the_new_one_is_in_force_everywhere_and_the_old_one_is_out(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    old = json.loads(secret("formae-api-creds"))["password"]
    before = len(changes(standin))
    end = command(*ROTATE)
    assert end.code == 0, end.err
    new = json.loads(secret("formae-api-creds"))["password"]
    assert new != old
    url = f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert ask(url, "formae", new).status == 200
    assert ask(url, "formae", old).status == 401
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert evaluate(config.read_text())["cli"]["auth"]["password"] == new
    assert changes(standin)[before:] == [
        "secretsmanager:PutSecretValue",
        "secretsmanager:PutSecretValue",
        "apprunner:UpdateService",
        "secretsmanager:UpdateSecretVersionStage",
        "secretsmanager:UpdateSecretVersionStage",
    ]
    told = " ".join(end.err.split())
    assert "no backup was kept: it would only hold the old password" in told
    assert not [each for each in config.parent.iterdir() if old in each.read_text()]
    assert old not in end.out + end.err
    assert new not in end.out + end.err
    before = len(changes(standin))
    assert command.apply().code == 0
    assert changes(standin)[before:] == [], "nothing is left for apply to bring in line"


def test_one_of_ones_own_and_the_same_again(
    standin: "StandIn", command: Command, tmp_path: Path
) -> None:
    command.deployed()
    file = tmp_path / "password"
    file.write_text('hostile "quotes" \\(1) $HOME\n')
    end = command(*ROTATE, "--api-password-file", str(file), "--client-config", "no", "--json")
    assert end.code == 0, end.err
    assert json.loads(secret("formae-api-creds"))["password"] == file.read_text().rstrip("\n")
    assert "hostile" not in end.out + end.err
    assert {line["type"] for line in end.lines} >= {"start", "row", "step", "result"}
    assert end.lines[-1]["data"]["works"] == [WORKS]
    before = len(changes(standin))
    end = command(*ROTATE, "--api-password-file", str(file))
    assert end.code == 0
    assert "this is already the API password" in end.out
    assert changes(standin)[before:] == []


def test_what_someone_wrote_into_the_agents_config_stays(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    edited = secret("formae-config") + '\n// mine, with a "${hole}" of its own\n'
    client("secretsmanager").put_secret_value(SecretId="formae-config", SecretString=edited)
    old = json.loads(secret("formae-api-creds"))["bcrypt"]
    assert command(*ROTATE).code == 0
    new = json.loads(secret("formae-api-creds"))["bcrypt"]
    assert secret("formae-config") == edited.replace(old, new)
