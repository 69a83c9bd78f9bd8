"""What somebody made by hand from formae's walkthrough, taken over: refused, asked for, changed."""

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.destroy.account import everything, names
from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, client
from tests.support.tiers import unsampled_tier
from wizard.aws.live import ask
from wizard.base.names import RECORD_PREFIX

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

BY_HAND = Path(__file__).with_name("walkthrough.sh")
VERSION = "0.88.1"


@pytest.fixture
def by_hand(standin: "StandIn", tmp_path: Path, quick_aws: QuickAws) -> "StandIn":
    """An account in which someone has followed the walkthrough with the real `aws` command."""
    path = f"{quick_aws.folder}{os.pathsep}{os.environ['PATH']}"
    end = subprocess.run(
        [need("bash", package="bash"), BY_HAND, tmp_path, REGION, VERSION],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PATH": path},
    )
    assert end.returncode == 0, end.stderr
    assert end.stdout.split() == ["RUNNING"]
    assert ask(f"https://{service()['ServiceUrl']}/api/v1/stats").status == 200, "open to all"
    return standin


def tags(name: str) -> dict[str, str]:
    """A secret's tags, but for the record of what was chosen."""
    found = client("secretsmanager").describe_secret(SecretId=name).get("Tags", [])
    return {tag["Key"]: tag["Value"] for tag in found if not tag["Key"].startswith(RECORD_PREFIX)}


def test_it_is_left_alone_taken_over_and_then_the_wizards(
    by_hand: "StandIn", command: Command
) -> None:
    before = len(changes(by_hand))
    refused = command.apply()
    assert refused.code == 3
    assert "--adopt yes" in refused.err
    assert changes(by_hand)[before:] == []
    address = service()["ServiceUrl"]

    adopted = command.apply(adopt="yes")
    assert adopted.code == 0, adopted.err
    assert service()["ServiceUrl"] == address, "the same service"
    assert tags("formae-config")["app"] == "formae-agent"
    done = changes(by_hand)[before:]
    assert not [call for call in done if ":Delete" in call or call.startswith("rds:Create")]
    password = json.loads(secret("formae-api-creds"))["password"]
    assert ask(f"https://{address}/api/v1/stats").status == 401, "closed now"
    assert ask(f"https://{address}/api/v1/stats", "formae", password).status == 200

    before = len(changes(by_hand))
    again = command.apply()
    assert again.code == 0, again.err
    assert changes(by_hand)[before:] == [], "ours from now on, without being asked again"
    assert command.apply(cpu="2", memory="4").code == 0
    assert changes(by_hand)[before:] == [
        "secretsmanager:TagResource",
        "apprunner:UpdateService",
    ], "and what was chosen is recorded"

    words = ("--purge-secrets", "--database-data", "delete")
    gone = command("destroy", "--yes", "--region", REGION, *words)
    assert gone.code == 0, gone.err
    left = {kind: each for kind, each in names(everything()).items() if each}
    assert left == {}, "what was made by hand and taken over goes with the rest"


@unsampled_tier
def test_other_tags_are_put_on_everything_and_those_of_others_stay(
    standin: "StandIn", command: Command
) -> None:
    command.deployed(tags="team=a")
    arn = client("secretsmanager").describe_secret(SecretId="formae-config")["ARN"]
    mine = [{"Key": "mine", "Value": "`x' \\"}]
    client("secretsmanager").tag_resource(SecretId=arn, Tags=mine)
    before = len(changes(standin))
    end = command.apply(tags="team=b,cost centre=42 é")
    assert end.code == 0, end.err
    done = changes(standin)[before:]
    assert len(done) == 11, "ten things, and the record of what is the wizard's"
    assert all("Tag" in call for call in done), done
    assert tags("formae-config") == {
        "app": "formae-agent",
        "Name": "formae-config",
        "team": "b",
        "cost centre": "42 é",
        "mine": "`x' \\",
    }
    before = len(changes(standin))
    assert command.apply(tags="team=b,cost centre=42 é").code == 0
    assert changes(standin)[before:] == []


@unsampled_tier
def test_a_policy_changed_again_and_again(standin: "StandIn", command: Command) -> None:
    """IAM keeps five versions of a policy; the sixth change must not fail for that."""
    chosen = ["S3", "S3,SQS", "S3", "SQS", "S3,SQS", "Lambda", "S3"]
    for services in chosen:
        end = command.apply(scope="services", services=services)
        assert end.code == 0, end.err
    arn = "arn:aws:iam::123456789012:policy/formae-agent-1"
    versions = client("iam").list_policy_versions(PolicyArn=arn)["Versions"]
    assert len(versions) == 5
    current = next(each["VersionId"] for each in versions if each["IsDefaultVersion"])
    assert current == "v7"
