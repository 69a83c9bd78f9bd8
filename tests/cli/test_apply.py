"""`apply` on the stand-in: from nothing to an agent that answers, as the walkthrough should be."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bcrypt
import pytest

from tests.support.account import changes, secret, service
from tests.support.command import Command
from tests.support.pkl import evaluate
from tests.support.standin import ACCOUNT, REGION, client
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


def test_from_nothing_to_an_agent_that_answers(
    standin: "StandIn", command: Command, home: Path
) -> None:
    end = command.apply()
    assert end.code == 0, end.err
    running = service()
    url = f"https://{running['ServiceUrl']}"
    assert url in end.out
    assert running["Status"] == "RUNNING"
    password = json.loads(secret("formae-api-creds"))["password"]
    assert ask(f"{url}/api/v1/health").status == 200
    assert ask(f"{url}/api/v1/stats").status == 401
    assert ask(f"{url}/api/v1/stats", "formae", password).body["Version"] == "0.88.1"
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert config.stat().st_mode & 0o777 == 0o600
    said = evaluate(config.read_text())["cli"]
    assert f"{said['api']['url']}:{said['api']['port']}" == url
    assert said["auth"]["password"] == password


def test_twice_changes_nothing_the_second_time(standin: "StandIn", command: Command) -> None:
    command.deployed()
    before = len(changes(standin))
    assert before > 10
    end = command.apply()
    assert end.code == 0, end.err
    assert "nothing, everything was up to date" in end.out
    assert changes(standin)[before:] == []


def test_it_is_right_today(standin: "StandIn", command: Command) -> None:
    command.deployed(tags="team=a")
    rds, running = client("rds"), service()
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    assert cluster["EngineVersion"].startswith("16.")
    assert cluster["EngineVersion"] != "16.4"
    assert cluster["StorageEncrypted"]
    assert cluster["HttpEndpointEnabled"]
    assert rds.describe_db_instances()["DBInstances"][0]["PubliclyAccessible"] is False
    source = running["SourceConfiguration"]
    assert source["AutoDeploymentsEnabled"] is False
    image = source["ImageRepository"]
    assert image["ImageIdentifier"].endswith("/formae:0.88.1")
    arns = image["ImageConfiguration"]["RuntimeEnvironmentSecrets"]
    assert arns["FORMAE_CONFIG"].startswith(
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:formae-config-"
    )
    scaling = running["AutoScalingConfigurationSummary"]["AutoScalingConfigurationArn"]
    detail = client("apprunner").describe_auto_scaling_configuration(
        AutoScalingConfigurationArn=scaling
    )["AutoScalingConfiguration"]
    assert (detail["MinSize"], detail["MaxSize"]) == (1, 1)


def test_the_agents_config_is_sound_pkl_with_a_hash_only(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    text = secret("formae-config")
    agent = evaluate(text)["agent"]
    password = json.loads(secret("formae-api-creds"))["password"]
    assert password not in text
    (user,) = agent["auth"]["authorizedUsers"]
    assert bcrypt.checkpw(password.encode(), user["password"].encode())
    datastore = agent["datastore"]["auroraDataAPI"]
    assert datastore["secretArn"].rpartition("-")[0].endswith(":secret:formae-db-creds")
    assert datastore["clusterArn"].endswith(":cluster:formae-db")
    assert datastore["region"] == REGION


def test_everything_carries_the_tags(standin: "StandIn", command: Command) -> None:
    command.deployed(tags="team=a")
    runner, rds, iam = client("apprunner"), client("rds"), client("iam")
    repository = client("ecr").describe_repositories()["repositories"][0]
    scaling = service()["AutoScalingConfigurationSummary"]["AutoScalingConfigurationArn"]
    tagged: list[list[dict[str, str]]] = [
        *(each["Tags"] for each in client("secretsmanager").list_secrets()["SecretList"]),
        rds.describe_db_clusters()["DBClusters"][0]["TagList"],
        rds.describe_db_instances()["DBInstances"][0]["TagList"],
        client("ecr").list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"],
        *(
            iam.get_role(RoleName=name)["Role"]["Tags"]
            for name in ("formae-apprunner-access", "formae-apprunner-instance")
        ),
        *(
            runner.list_tags_for_resource(ResourceArn=arn)["Tags"]
            for arn in (service()["ServiceArn"], scaling)
        ),
    ]
    assert len(tagged) == 10
    for tags in tagged:
        pairs = {tag["Key"]: tag["Value"] for tag in tags}
        assert pairs["app"] == "formae-agent"
        assert pairs["team"] == "a"
        assert pairs["Name"]


def test_without_protection(standin: "StandIn", command: Command) -> None:
    command.deployed(protect="no")
    assert "auth" not in secret("formae-config")
    names = {each["Name"] for each in client("secretsmanager").list_secrets()["SecretList"]}
    assert names == {"formae-db-creds", "formae-config"}
    assert ask(f"https://{service()['ServiceUrl']}/api/v1/stats").status == 200


def test_a_password_of_ones_own(
    standin: "StandIn", command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text('hostile "quotes" \\(1) $HOME\n')
    end = command("apply", "--yes", "--region", REGION, "--api-password-file", str(file))
    assert end.code == 0, end.err
    assert json.loads(secret("formae-api-creds"))["password"] == 'hostile "quotes" \\(1) $HOME'
    assert "hostile" not in end.out + end.err


RECORDED = "secretsmanager:TagResource"
"""What was chosen is written down on the config secret."""


def _changed(command: Command, standin: "StandIn", **flags: str) -> list[str]:
    command.deployed()
    before = len(changes(standin))
    end = command.apply(**flags)
    assert end.code == 0, end.err
    return changes(standin)[before:]


def test_another_password_reaches_the_agent_and_the_cli(
    standin: "StandIn", command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    before = len(changes(standin))
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", "another good password")
    end = command.apply(api_user="ops")
    assert end.code == 0, end.err
    assert changes(standin)[before:] == [
        *["secretsmanager:PutSecretValue"] * 2,
        RECORDED,
        "apprunner:UpdateService",
    ]
    text = (home / ".config" / "formae" / "formae.conf.pkl").read_text()
    auth = evaluate(text)["cli"]["auth"]
    assert (auth["username"], auth["password"]) == ("ops", "another good password")
    monkeypatch.delenv("FORMAE_WIZARD_API_PASSWORD")
    before = len(changes(standin))
    assert command.apply(api_user="ops").code == 0
    assert changes(standin)[before:] == [], "the stored password is kept"


def test_a_narrowed_scope_takes_permissions_away(standin: "StandIn", command: Command) -> None:
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    done = _changed(command, standin, scope="policies", policy_arns=read_only)
    expected = ["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:TagRole", RECORDED]
    assert sorted(done) == expected
    attached = client("iam").list_attached_role_policies(RoleName="formae-apprunner-instance")
    assert [each["PolicyArn"] for each in attached["AttachedPolicies"]] == [read_only]


def test_a_changed_size_updates_the_service_only(standin: "StandIn", command: Command) -> None:
    done = _changed(command, standin, cpu="2", memory="4")
    assert done == [RECORDED, "apprunner:UpdateService"]
    assert service()["InstanceConfiguration"]["Cpu"] == "2048"


def test_a_changed_capacity_resizes_the_cluster_only(standin: "StandIn", command: Command) -> None:
    done = _changed(command, standin, max_capacity="8")
    assert sorted(done) == ["rds:ModifyDBCluster", RECORDED]


def test_a_changed_config_is_stored_and_deployed(standin: "StandIn", command: Command) -> None:
    assert _changed(command, standin, hide_itself="no") == [
        "secretsmanager:PutSecretValue",
        RECORDED,
        "apprunner:UpdateService",
    ]


def test_chosen_services_become_exact_policies(standin: "StandIn", command: Command) -> None:
    end = command.apply(scope="services", services="S3,SQS")
    assert end.code == 0, end.err
    iam = client("iam")
    attached = iam.list_attached_role_policies(RoleName="formae-apprunner-instance")
    names = [each["PolicyName"] for each in attached["AttachedPolicies"]]
    assert names == ["formae-agent-1"]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-1"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    actions = {action for each in document["Statement"] for action in each["Action"]}
    assert {"sqs:CreateQueue", "s3:CreateBucket", "cloudformation:CreateResource"} <= actions
    assert not any(action.startswith("ec2:") for action in actions)


def test_a_policy_file(standin: "StandIn", command: Command, tmp_path: Path) -> None:
    policy: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
    file = tmp_path / "own.json"
    file.write_text(json.dumps(policy))
    command.deployed(scope="file", policy_file=str(file))
    arn = f"arn:aws:iam::{ACCOUNT}:policy/formae-agent-1"
    found = client("iam").get_policy_version(PolicyArn=arn, VersionId="v1")
    assert found["PolicyVersion"]["Document"] == policy


def test_existing_config_of_the_cli_is_kept(
    standin: "StandIn", command: Command, home: Path
) -> None:
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.parent.mkdir(parents=True)
    config.write_text(
        'amends "formae:/Config.pkl"\n\n// mine\ncli {\n  disableUsageReporting = true\n}\n'
    )
    command.deployed()
    text = config.read_text()
    assert "// mine" in text
    assert evaluate(text)["cli"]["disableUsageReporting"] is True
    assert list(config.parent.glob("formae.conf.pkl.bak-*"))


def test_an_active_profile_is_not_overwritten(
    standin: "StandIn", command: Command, home: Path
) -> None:
    folder = home / ".config" / "formae"
    (folder / "profiles").mkdir(parents=True)
    other = folder / "profiles" / "work.pkl"
    other.write_text('amends "formae:/Config.pkl"\n')
    (folder / "active").write_text("work\n")
    command.deployed()
    assert other.read_text() == 'amends "formae:/Config.pkl"\n'
    assert (folder / "active").read_text() == "formae\n"
    assert (
        service()["ServiceUrl"].partition(":")[2]
        in (folder / "profiles" / "formae.pkl").read_text()
    )


def test_it_goes_on_where_it_failed(standin: "StandIn", command: Command) -> None:
    standin.fail("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none left")
    end = command.apply()
    assert end.code == 1
    assert "none left" in end.err
    assert "What exists now" in end.err
    assert "Traceback" not in end.err
    images = client("ecr").describe_images(repositoryName="formae")["imageDetails"]
    assert images[0]["imageTags"] == ["0.88.1"], "what does not need the database went on"
    end = command.apply()
    assert end.code == 0, end.err
    twice = [call for call in changes(standin) if call.startswith(("iam:CreateRole", "rds:Create"))]
    assert twice.count("rds:CreateDBCluster") == 1
    assert twice.count("iam:CreateRole") == 2


def test_a_service_that_failed_to_start_tells_the_agents_own_words(
    standin: "StandIn", command: Command
) -> None:
    command.deployed()
    forbid = {"Effect": "Deny", "Action": "rds-data:*", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName="formae-apprunner-instance",
        PolicyName="forbid",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [forbid]}),
    )
    end = command.apply(cpu="2", memory="4")
    assert end.code == 1
    assert "ROLLBACK_SUCCEEDED" in end.err
    assert "last log lines" in end.err
    assert "migrations" in end.err
    assert service()["Status"] == "RUNNING", "App Runner rolled back"


def test_a_warning_is_told_and_does_not_stop_the_run(standin: "StandIn", command: Command) -> None:
    end = command.apply()
    assert end.code == 0, end.err
    assert "! The formae CLI is not installed." in end.err
