"""What is not as it was meant, in the account or brought along: a choice for each."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plain.person import person
from tests.plain.test_journeys import SURE
from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.standin import ACCOUNT, REGION, client, passes
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

OTHER = "210987654321"
RUNS = ("apply", "plan", "destroy", "status")


@pytest.mark.parametrize("verb", RUNS)
def test_another_account_than_the_one_that_is_pinned(
    standin: "StandIn", command: Command, tmp_path: Path, verb: str
) -> None:
    file = tmp_path / "deploy.toml"
    file.write_text(f'version = 1\nregion = "{REGION}"\naccount = "{OTHER}"\n')
    words = ["--yes"] if verb in {"apply", "destroy"} else []
    end = command(verb, *words, "--answers", str(file))
    assert end.code == (3 if verb == "status" else 2), end.err
    assert f"You chose account {OTHER}" in end.err
    assert f"signed in to {ACCOUNT}" in end.err
    assert "--profile" in end.err
    assert {call.operation for call in standin.calls} <= {
        "GetCallerIdentity",
        "ListAccountAliases",
    }, "nothing of the other account is even looked at"


def test_what_is_no_account_is_told_with_its_line(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "deploy.toml"
    file.write_text('version = 1\naccount = "12345"\n')
    end = command("answers", "--check", str(file))
    assert end.code == 2
    assert "deploy.toml:2: account: “12345” is not an AWS account ID" in end.out + end.err


def test_the_answers_that_are_kept_name_their_account(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    (kept,) = (home / ".local/state/formae-wizard/answers/done").glob("*.toml")
    assert f'account = "{ACCOUNT}"' in kept.read_text()
    assert command("plan", "--answers", str(kept)).code == 0


def test_one_of_the_same_name_in_another_region(standin: "StandIn", command: Command) -> None:
    """Roles are worldwide: another region's deployment must not lose its own."""
    command.deployed()
    before = len(changes(standin))
    end = command("apply", "--yes", "--region", "us-west-2")
    assert end.code == 3, end.err
    assert "belongs to a deployment named formae in another region" in end.err
    assert changes(standin)[before:] == []
    gone = command("destroy", "--yes", "--region", "us-west-2")
    assert f"the deployment with this name in {REGION} uses it" in gone.err
    assert changes(standin)[before:] == []
    assert command("plan", "--region", REGION).code == 0


def test_a_config_edited_into_no_pkl(standin: "StandIn", command: Command) -> None:
    command.deployed()
    sound = secret("formae-config")
    broken = sound + 'agent { hand = "unfinished\n'
    client("secretsmanager").put_secret_value(SecretId="formae-config", SecretString=broken)
    before = len(changes(standin))
    for verb in (("apply", "--yes"), ("plan",)):
        end = command(*verb, "--region", REGION)
        assert end.code == 3, end.err
        assert "is no longer valid" in end.err
        assert "--put-back yes" in end.err
        assert "get-secret-value --secret-id formae-config" in end.err
    assert changes(standin)[before:] == []
    assert secret("formae-config") == broken
    end = command.apply(put_back="yes")
    assert end.code == 0, end.err
    assert secret("formae-config") == sound
    versions = client("secretsmanager").get_secret_value(
        SecretId="formae-config", VersionStage="AWSPREVIOUS"
    )
    assert versions["SecretString"] == broken, "nothing of theirs is lost"


@unsampled_tier
def test_a_paused_service(standin: "StandIn", command: Command) -> None:
    command.deployed()
    client("apprunner").pause_service(ServiceArn=service()["ServiceArn"])
    _until("PAUSED")
    before = len(changes(standin))
    refused = command.apply(cpu="2", memory="4")
    assert refused.code == 3
    assert "is paused" in refused.err
    assert "--wake yes" in refused.err
    assert "aws apprunner resume-service" in refused.err
    assert changes(standin)[before:] == []
    told = command("plan", "--region", REGION, "--wake", "yes", "--cpu", "2", "--memory", "4")
    assert "its state: paused → resumed" in told.out
    done = command.apply(cpu="2", memory="4", wake="yes")
    assert done.code == 0, done.err
    assert "apprunner:ResumeService" in changes(standin)[before:]
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"


def _until(status: str) -> None:
    while service()["Status"] != status:
        passes()


@unsampled_tier
def test_a_stopped_cluster(standin: "StandIn", command: Command) -> None:
    command.deployed()
    client("rds").stop_db_cluster(DBClusterIdentifier="formae-db")
    before = len(changes(standin))
    refused = command.apply(max_capacity="4")
    assert refused.code == 3
    assert "The cluster formae-db is stopped" in refused.err
    assert "--wake yes" in refused.err
    assert f"aws rds start-db-cluster --db-cluster-identifier formae-db --region {REGION}" in (
        refused.err
    )
    assert changes(standin)[before:] == []
    with person("--plain", "--max-capacity", "4") as someone:
        someone.answers("Continue?")
        assert "The cluster formae-db is stopped" in someone.answers(SURE, "yes")
        someone.answers("Start?")
        someone.answers(SURE, "yes")
        someone.sees("The agent is up.")
        assert someone.ends() == 0
    assert changes(standin)[before:][0] == "rds:StartDBCluster"
    passes(60)  # the new capacity is not waited for
    (cluster,) = client("rds").describe_db_clusters()["DBClusters"]
    assert cluster["Status"] == "available"
    assert cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4


def test_what_somebody_changed_is_told(standin: "StandIn", command: Command) -> None:
    command.deployed()
    client("apprunner").update_service(
        ServiceArn=service()["ServiceArn"],
        InstanceConfiguration={
            **service()["InstanceConfiguration"],
            "Cpu": "2048",
            "Memory": "4096",
        },
    )
    _until("RUNNING")
    end = command("plan", "--region", REGION)
    assert "! Changed in AWS since setup: Agent CPU: chosen 1 vCPU, now 2 vCPU." in end.err
    assert "--cpu puts it back" in end.err
    lines = command("plan", "--json", "--region", REGION, "--cpu", "1 vCPU").lines
    (found,) = [
        line for line in lines if line["type"] == "finding" and line["subject"] == "drift.cpu"
    ]
    assert found["details"]["now"] == "2 vCPU"
    assert found["details"]["becomes"] == "It is changed to your answer (command line)."
    applied = command.apply(cpu="1", memory="2")
    assert applied.code == 0, applied.err
    assert "Changed in AWS since setup: Agent memory: chosen 2 GB, now 4 GB" in applied.err
    assert "Changed in AWS" not in command("plan", "--region", REGION).err
