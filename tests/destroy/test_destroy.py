"""`destroy` on the stand-in: what was set up is gone again, and only that."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.account.test_existing_cluster import databases, make_cluster
from tests.destroy.account import everything, names
from tests.support.account import changes, service
from tests.support.command import Command
from tests.support.lines import lines as valid_lines
from tests.support.standin import ACCOUNT, REGION, client
from tests.support.tiers import second_tier, unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

DESTROY = ("destroy", "--yes", "--region", REGION)
TRACELESS = ("--purge-secrets", "--database-data", "delete")
OURS = [{"Key": "app", "Value": "formae-agent"}]


def files(home: Path) -> dict[str, bytes]:
    """Every file of the home folder, but for what this program remembers of its runs."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".local/state" not in str(path)
    }


def test_the_account_and_the_home_folder_are_as_before(
    standin: "StandIn", command: Command, home: Path
) -> None:
    before, at_home = everything(), files(home)
    standin.world.managed = {
        "Resources": {"AWS::S3::Bucket": 2, "AWS::SQS::Queue": 1},
        "Stacks": 1,
        "Targets": {"aws": 1},
    }
    command.deployed()
    assert changes(standin)[0] == "ecr:CreateRepository", "the claim is there before anything else"
    assert files(home) != at_home
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert "formae manages 3 resources in 1 stack (1 target): they stay" in end.err
    assert "\n  Database\n    Database credentials" in end.err, "what goes has the names of things"
    assert "Set up" not in end.err
    assert re.search(r"Aurora cluster +removed\n", end.err)
    assert "done: removed" not in end.err
    assert everything() == before
    assert changes(standin)[-1] == "ecr:DeleteRepository", "it carries the run's claim to the end"
    assert files(home) == at_home
    assert "Still costs money: nothing." in end.out
    so_far = len(changes(standin))
    end = command(*DESTROY)
    assert end.code == 0
    assert "Nothing exists of formae" in end.out
    assert changes(standin)[so_far:] == []


def test_a_final_snapshot_and_secrets_that_can_be_brought_back(
    standin: "StandIn", command: Command
) -> None:
    before = everything()
    command.deployed()
    end = command(*DESTROY)
    assert end.code == 0, end.err
    left = everything()
    (snapshot,) = left.pop("snapshots")
    name = snapshot["DBClusterSnapshotIdentifier"]
    assert name.startswith("formae-db-final-")
    assert f"A final snapshot of the database is kept: {name}" in end.err
    assert f"Still costs money: the snapshot {name}" in end.out
    secrets = left.pop("secrets")
    assert {each["Name"] for each in secrets} == {
        "formae-db-creds",
        "formae-api-creds",
        "formae-config",
    }
    assert all(each["DeletedDate"] for each in secrets)
    assert left == {kind: before[kind] for kind in left}
    again = command(*DESTROY)
    assert again.code == 0
    assert "it can be restored until" in again.err
    assert name in again.err
    assert command(*DESTROY, "--purge-secrets").code == 0
    assert everything()["secrets"] == []


def test_the_database_is_kept(standin: "StandIn", command: Command) -> None:
    command.deployed()
    before = everything()
    end = command(*DESTROY, "--database-data", "keep")
    assert end.code == 0, end.err
    left = everything()
    assert left["clusters"] == before["clusters"]
    assert left["instances"] == before["instances"]
    (kept,) = [each for each in left["secrets"] if "DeletedDate" not in each]
    assert kept["Name"] == "formae-db-creds"
    assert left["services"] == []
    assert "Still costs money: what stays, about $" in end.out


def test_an_existing_cluster_is_not_touched(standin_postgres: "StandIn", command: Command) -> None:
    existing = make_cluster()
    before = everything()
    command.deployed(**existing.flags)
    end = command(*DESTROY, "--purge-secrets")
    assert end.code == 0, end.err
    assert everything() == before
    assert "formae" in databases(existing), "dropped only when that is said"
    assert f"Not touched, because it is yours: the cluster {existing.arn}" in end.err


@second_tier
def test_the_agents_database_is_dropped_only_when_told(
    standin_postgres: "StandIn", command: Command
) -> None:
    existing = make_cluster()
    before = everything()
    command.deployed(**existing.flags)
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert "is DROPPED with all its data" in end.err
    assert "formae" not in databases(existing)
    assert everything() == before


def test_what_the_wizard_did_not_make_stays(standin: "StandIn", command: Command) -> None:
    command.deployed()
    ecr, secrets = client("ecr"), client("secretsmanager")
    arn = ecr.describe_repositories()["repositories"][0]["repositoryArn"]
    ecr.untag_resource(resourceArn=arn, tagKeys=["app"])
    secrets.untag_resource(SecretId="formae-api-creds", TagKeys=["app"])
    before = names(everything())
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    left = names(everything())
    assert left["repositories"] == before["repositories"] == {"formae"}
    assert left["secrets"] == {"formae-api-creds"}
    assert left["services"] == left["roles"] == left["clusters"] == set()
    assert end.out.count("did not create it") == 2
    again = command(*DESTROY)
    assert again.code == 0
    assert "did not create it" in again.err


@unsampled_tier
def test_two_side_by_side(standin: "StandIn", command: Command) -> None:
    command.deployed(name="other", client_config="no")
    before = everything()
    assert command.apply().code == 0
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert everything() == before
    assert service()["Status"] == "RUNNING"


@second_tier
def test_what_other_hands_added(standin: "StandIn", command: Command) -> None:
    """Attachments by hand, older revisions and versions, a second instance, a profile."""
    before = everything()
    command.deployed(scope="services", services="S3")
    assert command.apply(scope="services", services="SQS").code == 0
    iam, role = client("iam"), "formae-apprunner-instance"
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="by-hand", PolicyDocument=text)
    iam.create_instance_profile(InstanceProfileName="mine")
    iam.add_role_to_instance_profile(InstanceProfileName="mine", RoleName=role)
    versions = iam.list_policy_versions(PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-1")
    assert len(versions["Versions"]) > 1
    client("apprunner").create_auto_scaling_configuration(
        AutoScalingConfigurationName="formae-agent", MaxSize=1, Tags=OURS
    )
    client("rds").create_db_instance(
        DBInstanceIdentifier="reader",
        DBClusterIdentifier="formae-db",
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert "ReadOnlyAccess" in end.err
    assert "Instance reader" in end.err
    assert everything() == before
    profile = iam.get_instance_profile(InstanceProfileName="mine")["InstanceProfile"]
    assert profile["Roles"] == []


@unsampled_tier
def test_aws_gives_up_and_is_told_again(standin: "StandIn", command: Command) -> None:
    command.deployed()
    standin.world.failing_deletions = 2
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert client("apprunner").list_services()["ServiceSummaryList"] == []
    assert command.apply().code == 0
    standin.world.failing_deletions = 3
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 1
    assert "AWS failed to remove it 3 times" in end.err
    assert "Resume: formae-wizard destroy --yes --name formae" in end.err
    assert client("rds").describe_db_clusters()["DBClusters"], "held up: the service may need it"
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert names(everything())["clusters"] == set()


@second_tier
def test_protected_against_deletion(standin: "StandIn", command: Command) -> None:
    command.deployed()
    protect = {"DBClusterIdentifier": "formae-db", "DeletionProtection": True}
    client("rds").modify_db_cluster(**protect)
    made = len(changes(standin))
    end = command(*DESTROY)
    assert end.code == 3
    assert "--lift-deletion-protection" in end.err
    assert changes(standin)[made:] == []
    end = command(*DESTROY, "--lift-deletion-protection")
    assert end.code == 0, end.err
    assert client("rds").describe_db_clusters()["DBClusters"] == []


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_asleep(standin: "StandIn", command: Command, state: str) -> None:
    before = everything()
    command.deployed()
    if state == "paused":
        client("apprunner").pause_service(ServiceArn=service()["ServiceArn"])
    else:
        client("rds").stop_db_cluster(DBClusterIdentifier="formae-db")
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    assert everything() == before


def test_without_yes_and_without_a_terminal(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    made, before = len(changes(standin)), everything()
    with Path("/dev/null").open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        end = command("destroy", "--region", REGION)
    assert end.code == 2
    assert "App Runner service (arn:aws:apprunner" in end.err
    assert "Add --yes" in end.err
    assert changes(standin)[made:] == []
    assert everything() == before


def test_json_lines(standin: "StandIn", command: Command) -> None:
    command.deployed()
    end = command(*DESTROY, *TRACELESS, "--json")
    assert end.code == 0, end.err
    lines: list[dict[str, Any]] = valid_lines(end.out)
    assert (lines[0]["type"], lines[-1]["type"]) == ("start", "result")
    goes = {line["subject"] for line in lines if line.get("state") == "will be removed"}
    done = {line["step"] for line in lines if line["type"] == "step" and line["state"] == "done"}
    assert {"service", "cluster", "instance-role", "config-secret"} <= goes <= done
    assert set(lines[-1]["data"]["removed"]) == goes
    assert lines[-1]["data"]["left"] == []


def test_nothing_there(standin: "StandIn", command: Command) -> None:
    end = command(*DESTROY)
    assert (end.code, end.out) == (
        0,
        f"Nothing exists of formae in {REGION}, account {ACCOUNT}.\n",
    )
    assert changes(standin) == []


def test_other_answers_do_not_matter(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_SCOPE", "file")
    monkeypatch.setenv("FORMAE_WIZARD_POLICY_FILE", "/nowhere.json")
    monkeypatch.setenv("FORMAE_WIZARD_DATABASE", "existing")
    assert command(*DESTROY).code == 0
    end = command(*DESTROY, "--name", "Not A Name")
    assert end.code == 2
    assert "--name" in end.err


def test_a_database_that_is_not_the_wizards_stays_whole(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    rds = client("rds")
    arn = rds.describe_db_clusters()["DBClusters"][0]["DBClusterArn"]
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["app"])
    before = names(everything())
    end = command(*DESTROY, *TRACELESS)
    assert end.code == 0, end.err
    left = names(everything())
    assert left["clusters"] == before["clusters"]
    assert left["instances"] == before["instances"]
    assert left["secrets"] == {"formae-db-creds"}
    assert left["services"] == left["roles"] == set()
