"""`formae-wizard status`: what it tells of every state of a deployment, by read calls only."""

import json
import re
import shutil
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.account.test_existing_cluster import make_cluster
from tests.documents.test_edits_applied import AGENT, edits
from tests.journal.test_two_at_once import NOW, claim, claimed_by
from tests.support.account import changes, service
from tests.support.command import Command, End
from tests.support.standin import ACCOUNT, REGION, NewAccount, client, passes
from tests.support.tiers import unsampled_tier
from wizard.answers.model import Source
from wizard.base.errors import AwsError
from wizard.base.fan_out import fan_out
from wizard.base.offer import all_regions
from wizard.engine.account.asking import Asking, tried
from wizard.engine.resolve_answers import resolve_named
from wizard.engine.status.look import Looker
from wizard.standin.faults import Kind, fault

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WIDTH = 80
CANARY = "canary-Pa55word-7f3e"


@pytest.fixture
def looked(standin: "StandIn", command: Command) -> "Looked":
    """The verb; that nothing was changed by it and everything fits on the page is asserted."""
    return Looked(standin, command)


class Looked:
    """Calls `status` and proves what always holds."""

    def __init__(self, standin: "StandIn", command: Command) -> None:
        self.standin = standin
        self.command = command

    def __call__(self, *words: str) -> End:
        """How it ended, as text."""
        before = len(self.standin.calls)
        end = self.command("status", "--region", REGION, *words)
        made = self.standin.calls[before:]
        assert [str(each) for each in made if str(each) in changes(self.standin)] == []
        assert not [each for each in made if each.service == "rds-data"]
        assert all(len(line) <= WIDTH or " " not in line.strip() for line in end.out.splitlines())
        return end

    def document(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and document."""
        end = self.command("status", "--region", REGION, "--json", *words)
        return end.code, json.loads(end.out)

    def one(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and the only deployment in the document."""
        code, told = self.document(*words)
        (deployment,) = told["deployments"]
        return code, deployment


def test_own_edits_are_no_drift_and_others_are_told_without_hashes(
    looked: Looked, command: Command, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / AGENT).write_text(edits()[AGENT])
    made = command("apply", "--yes", "--region", REGION, "--edits", str(tmp_path / "mine"))
    assert made.code == 0
    told = " ".join(looked().out.split())
    assert "Drift no changes since setup" in told
    assert "Edited by hand, on this machine: The agent's config" in told
    assert looked.one()[1]["edited"] == ["The agent's config"]
    shutil.rmtree(home / ".local" / "state" / "formae-wizard" / "journal")
    told = " ".join(looked().out.split())
    assert "Agent config: the agent's config: chosen the wizard's text, now edited by hand" in told
    assert told.count("chosen ") == 1, "what follows from it is not told as well"
    _, found = looked.one()
    assert not re.search("[0-9a-f]{64}|as planned", json.dumps(found["drift"]) + told)
    planned = command("plan", "--region", REGION).out
    assert not re.search("[0-9a-f]{64} → |as planned", planned)


def settle(operation: str, **params: Any) -> None:
    """Have App Runner do something with the service, and wait until it is done."""
    getattr(client("apprunner"), operation)(ServiceArn=service()["ServiceArn"], **params)
    while service()["Status"] == "OPERATION_IN_PROGRESS":
        passes()


def test_after_apply(looked: Looked, command: Command) -> None:
    command.deployed()
    end = looked()
    assert end.code == 0
    told = " ".join(end.out.split())
    assert f"Account {ACCOUNT}, signed in as arn:" in told
    assert f"formae in {REGION}" in told
    assert "✓ Agent answers at https://" in told
    assert (
        "✓ Access requests without a password are refused (HTTP 401), the stored password is "
        "accepted ✓ Service RUNNING, 1 vCPU, 2 GB" in told
    )
    assert "Operations CREATE_SERVICE SUCCEEDED, " in told
    assert "agent 0.88.1 as deployed and as it answers" in told
    assert "✓ Database cluster formae-db available; instance formae-db-instance available" in told
    assert "0.5 to 2 capacity units" in told
    assert "✓ Drift no changes since setup" in told
    assert "a month idle" in told
    assert "Unavailable Current capacity and space used could not be read." in told
    assert "Starting formae agent version=0.88.1" in told
    assert end.out.endswith("\nThe agent answers and refuses requests without a password.\n")


def test_figures_of_cloudwatch(looked: Looked, command: Command) -> None:
    command.deployed()
    watch = client("cloudwatch")
    for metric, value in (("ServerlessDatabaseCapacity", 1.5), ("VolumeBytesUsed", 42_000_000)):
        figure = {
            "MetricName": metric,
            "Dimensions": [{"Name": "DBClusterIdentifier", "Value": "formae-db"}],
            "Value": value,
            "Timestamp": datetime.now(UTC),  # the account's clock is ahead of this machine's
        }
        watch.put_metric_data(Namespace="AWS/RDS", MetricData=[figure])
    end = looked()
    assert "1.5 at " in end.out
    assert "42.0 MB used" in " ".join(end.out.split())
    assert "could not be read" not in end.out
    _, told = looked.one()
    assert told["database"]["capacity"]["value"] == 1.5
    assert told["database"]["bytes_used"]["value"] == 42_000_000
    assert told["gaps"] == []


def test_open_to_strangers_is_told_loudly(looked: Looked, command: Command) -> None:
    command.deployed(protect="no")
    end = looked()
    assert end.code == 0
    assert "! Access      OPEN TO EVERYONE: " in end.out
    cure = f"formae-wizard apply --region {REGION} --name formae --protect yes"
    assert cure in " ".join(end.out.split())
    assert "Open without a password: “formae”." in end.out
    assert "refuses requests without a password" not in end.out
    _, told = looked.one()
    assert told["authentication"]["open"] is True
    assert told["authentication"]["wanted"] is False
    assert told["versions"] == {"deployed": "0.88.1", "answers": "0.88.1"}


def test_a_paused_service(looked: Looked, command: Command) -> None:
    command.deployed()
    settle("pause_service")
    end = looked()
    assert end.code == 1
    assert "✗ Agent       does not answer at https://" in end.out
    assert "! Service     PAUSED" in end.out
    assert "PAUSE_SERVICE SUCCEEDED" in end.out
    assert f"Problems: “formae” in {REGION}." in end.out
    code, told = looked.one()
    assert code == 1
    assert told["well"] is False
    assert told["service"]["status"] == "PAUSED"
    assert told["health"] == {"status": None, "reason": "not checked: the service is PAUSED"}


def test_a_stopped_cluster(looked: Looked, command: Command) -> None:
    command.deployed()
    client("rds").stop_db_cluster(DBClusterIdentifier="formae-db")
    _, told = looked.one()
    status = client("rds").describe_db_clusters()["DBClusters"][0]["Status"]
    assert told["database"]["status"] == status
    assert f"! Database    cluster formae-db {status}" in looked().out


@unsampled_tier
def test_a_service_that_never_came_up(looked: Looked, standin: "StandIn", command: Command) -> None:
    standin.world.roles.may = lambda *_: False  # type: ignore[method-assign]
    try:
        assert command.apply().code == 1
    finally:
        del standin.world.roles.may
    end = looked()
    assert end.code == 1
    assert "✗ Service     CREATE_FAILED" in end.out
    assert "CREATE_SERVICE FAILED" in end.out
    code, told = looked.one()
    assert (code, told["well"]) == (1, False)
    assert told["service"]["status"] == "CREATE_FAILED"
    assert told["operations"][0]["status"] == "FAILED"
    assert {
        "what": "App Runner service",
        "wanted": "removed and made again",
        "now": "broken",
        "then": "replaces it",
        "field": "",
    } in told["drift"]


@unsampled_tier
def test_half_made(looked: Looked, standin: "StandIn", command: Command) -> None:
    standin.fail("rds", "CreateDBInstance", "InsufficientDBInstanceCapacity", "none left")
    assert command.apply().code == 1
    end = looked()
    assert end.code == 1
    assert "✗ Agent       Incomplete: there is no service. Existing: secret" in end.out
    assert "App Runner service: not there" in " ".join(end.out.split())
    _, told = looked.one()
    assert told["service"] is None
    assert told["health"]["status"] is None


def test_nothing_there(looked: Looked) -> None:
    end = looked()
    assert end.code == 3
    assert f"No deployments in {REGION}.\n" in end.out
    end = looked("--name", "staging")
    assert end.code == 3
    assert f"No deployment named “staging” in {REGION}.\n" in end.out
    code, told = looked.document()
    assert (code, told["deployments"], told["gaps"]) == (3, [], [])


@unsampled_tier
def test_two_deployments_and_two_regions(looked: Looked, command: Command) -> None:
    command.deployed()
    assert command.apply(name="staging", region="us-east-1", client_config="no").code == 0
    end = looked()
    assert end.code == 0
    assert "staging in" not in end.out
    assert command.apply(name="second", client_config="no").code == 0
    end = looked()
    assert f"\nformae in {REGION}\n" in end.out
    assert f"\nsecond in {REGION}\n" in end.out
    assert "All 2 agents answer and refuse requests without a password." in end.out
    assert looked.one("--name", "second")[1]["name"] == "second"
    end = command("status", "--all-regions", "--json")
    assert end.code == 0
    told = json.loads(end.out)
    assert [(each["name"], each["region"]) for each in told["deployments"]] == [
        ("staging", "us-east-1"),
        ("formae", REGION),
        ("second", REGION),
    ]
    assert len(told["regions"]) == len(all_regions())
    assert told["elsewhere"] == {}


def test_roles_alone_are_of_another_region(looked: Looked, command: Command) -> None:
    command.deployed(region="us-east-1")
    end = looked()
    assert end.code == 3
    told = " ".join(end.out.split())
    assert "“formae” has roles, which belong to no region: formae-apprunner" in told


def test_denied_calls_are_told_and_the_rest_still_comes(
    looked: Looked, standin: "StandIn", command: Command
) -> None:
    command.deployed()
    for area, operation in (
        ("logs", "DescribeLogStreams"),
        ("monitoring", "GetMetricStatistics"),
        ("apprunner", "ListOperations"),
        ("secretsmanager", "GetSecretValue"),
    ):
        standin.fail(area, operation, "AccessDeniedException", "not you", times=99)
    end = looked()
    assert end.code == 0
    told = " ".join(end.out.split())
    for what in ("Its log", "Current capacity", "Space used", "Its operations"):
        assert f"{what} could not be read." in told
    assert "not you (AccessDeniedException)" in told
    assert (
        "✓ Access requests without a password are refused (HTTP 401); the password was not checked"
        in told
    )
    assert "✓ Service RUNNING" in told
    assert "Traceback" not in end.err


def test_everything_denied(looked: Looked, standin: "StandIn", command: Command) -> None:
    command.deployed()
    for area in ("apprunner", "secretsmanager", "rds", "iam", "ecr", "logs", "monitoring"):
        standin.fail(area, "*", "AccessDenied", "not you", status=403, times=999)
    end = looked()
    assert end.code == 3
    assert "as far as the wizard can see." in " ".join(end.out.split())
    assert end.out.count("could not be read.") >= 5


def test_nobody_signed_in(
    looked: Looked, standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    end = looked()
    assert end.code == 3
    assert end.out == ""
    assert "not signed in" in end.err
    code, told = looked.document()
    assert code == 3
    assert told["identity"] is None
    assert set(told["problem"]) == {"what", "why", "fix", "code", "entry"}
    assert told["problem"]["entry"].startswith("FW-SIGN-")
    assert standin.calls == []


def test_a_closed_account(new_account: NewAccount, command: Command) -> None:
    new_account(closed=True)
    end = command("status", "--region", REGION)
    assert end.code == 3
    assert f"No deployments in {REGION}." in end.out, "no service of App Runner can be there"


def test_wrong_use(looked: Looked) -> None:
    end = looked("--name", "Not A Name")
    assert end.code == 2
    assert end.out == ""
    assert "--name" in end.err


def test_the_image_and_whose_run_is_under_way(looked: Looked, command: Command) -> None:
    command.deployed()
    ecr, wanted = client("ecr"), {"repositoryName": "formae", "imageIds": [{"imageTag": "0.88.1"}]}
    (detail,) = ecr.describe_images(**wanted)["imageDetails"]
    _, told = looked.one()
    assert told["run"] is None
    assert told["image"]["digest"] == detail["imageDigest"]
    out = looked().out
    assert f"Image {detail['imageDigest'][:31]}…, pushed " in " ".join(out.split())
    assert "AFTER" not in out
    assert "In progress" not in out

    claimed_by(claim())
    manifest = json.loads(ecr.batch_get_image(**wanted)["images"][0]["imageManifest"])
    other = json.dumps({**manifest, "annotations": {"by": "somebody"}})
    ecr.put_image(repositoryName="formae", imageTag="0.88.1", imageManifest=other)
    out = " ".join(looked().out.split())
    assert "! In progress ada@elsewhere, process 4711, setting it up since 2026-11-24 10:00" in out
    assert "UTC; last sign of it just now ✓ Agent" in out
    assert "AFTER the last deployment: an earlier image may still be running" in out
    _, told = looked.one()
    assert told["image"]["digest"] != detail["imageDigest"]
    heard = told["run"].pop("heard_of")
    assert heard
    assert told["run"] == {
        "verb": "apply",
        "user": "ada",
        "host": "elsewhere",
        "process": 4711,
        "since": "2026-11-24T10:00:00+00:00",
        "stale": False,
    }
    for verb, mark in (("plan", "! "), ("doctor", "")):
        end = command(verb, "--region", REGION)
        both = " ".join((end.out + end.err).split())
        assert f"{mark}Another run is active on formae in {REGION}: ada@elsewhere" in both
    claimed_by(claim(seen=NOW - timedelta(days=1)))
    assert "minutes, so it has probably died" in " ".join(looked().out.split())
    claimed_by(claim(host=socket.gethostname(), pid=2**22 - 1))
    assert looked.one()[1]["run"] is None, "that process is gone"


def test_what_somebody_changed_is_drift(looked: Looked, command: Command) -> None:
    command.deployed()
    client("rds").modify_db_cluster(
        DBClusterIdentifier="formae-db",
        ServerlessV2ScalingConfiguration={"MinCapacity": 1, "MaxCapacity": 8},
    )
    client("iam").detach_role_policy(
        RoleName="formae-apprunner-access",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess",
    )
    _, told = looked.one()
    drift = {each["what"]: (each["wanted"], each["now"]) for each in told["drift"]}
    assert not [what for what in drift if "record" in what], "it would tell the same again"
    assert len([pair for pair in drift.values() if pair in {("0.5", "1"), ("2", "8")}]) == 2
    assert ("there", "not there") in drift.values()
    assert {"min_capacity", "max_capacity"} <= {each["field"] for each in told["drift"]}
    out = looked().out
    assert "! Drift" in out
    assert "now 8" in out


def test_log_lines_steer_nothing_and_no_secret_is_told(
    looked: Looked, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMAE_WIZARD_API_PASSWORD", CANARY)
    command.deployed()
    monkeypatch.delenv("FORMAE_WIZARD_API_PASSWORD")
    arn = service()["ServiceArn"]
    logs = client("logs")
    group = "/aws/apprunner/" + "/".join(arn.rsplit("/", 2)[1:]) + "/application"
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    stored = json.loads(
        client("secretsmanager").get_secret_value(SecretId="formae-api-creds")["SecretString"]
    )
    hostile = f"\x1b[2J\x1b]0;owned\x07\x9b31m red {CANARY} and {stored['bcrypt']} end\r\n"
    when = int(service()["UpdatedAt"].timestamp() * 1000) + 1
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": when, "message": hostile}],
    )
    for words in ((), ("--json",)):
        end = looked(*words) if not words else command("status", "--region", REGION, *words)
        assert "red •••••••• and" in " ".join(end.out.split())
        assert not set(end.out) & {"\x1b", "\x07", "\x9b", "\r"}
        assert "owned" not in end.out
        for secret in (CANARY, stored["bcrypt"]):
            assert secret not in end.out
            assert secret not in end.err


DEPLOYMENT = {
    "": {
        "name", "region", "ours", "well", "parts", "service", "operations", "versions", "health",
        "authentication", "database", "log", "drift", "kept", "edited", "costs", "gaps", "image",
        "run", "datastore",
    },
    "image": {"digest", "pushed", "another"},
    "service": {"arn", "status", "url", "image", "cpu", "memory", "created", "updated", "callers"},
    "versions": {"deployed", "answers"},
    "health": {"status", "reason"},
    "authentication": {"wanted", "open", "strangers", "owner"},
    "database": {
        "cluster", "own", "status", "engine_version", "min_capacity", "max_capacity", "capacity",
        "bytes_used", "instances", "internet_gateway",
    },
    "costs": {"currency", "idle", "busy", "about", "as_of"},
}  # fmt: skip
LISTED = {
    "parts": {"kind", "name", "arn", "status"},
    "operations": {"type", "status", "started", "ended"},
    "log": {"at", "text"},
    "gaps": {"what", "why"},
}


def test_the_documents_keys_are_frozen(looked: Looked, command: Command) -> None:
    command.deployed()
    _, told = looked.document()
    assert set(told) == {
        "version",
        "identity",
        "problem",
        "versions",
        "regions",
        "deployments",
        "spent",
        "elsewhere",
        "gaps",
    }
    assert told["version"] == 1
    assert set(told["identity"]) == {"account", "arn", "alias"}
    assert set(told["versions"]) == {"cli", "newest"}
    (deployment,) = told["deployments"]
    for where, keys in DEPLOYMENT.items():
        assert set(deployment[where] if where else deployment) == keys
    for where, keys in LISTED.items():
        assert deployment[where], where
        assert all(set(each) == keys for each in deployment[where])
    assert set(deployment["database"]["instances"][0]) == {"name", "status", "class"}
    assert deployment["service"]["status"] == "RUNNING"
    assert deployment["operations"][0]["type"] == "CREATE_SERVICE"


def test_silence_holds_up_nothing(
    looked: Looked, standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    monkeypatch.setattr("wizard.aws.live.ReadOnlyWorld.silence", 0.5)
    for area, operation in (("logs", "DescribeLogStreams"), ("monitoring", "GetMetricStatistics")):
        standin.disturb(fault(Kind.SILENT, area, operation, times=9))
    end = looked()
    assert end.code == 0
    told = " ".join(end.out.split())
    for what in ("Its log", "Current capacity", "Space used"):
        assert f"{what} could not be read." in told


def test_a_look_without_an_end_is_left_behind() -> None:
    never = threading.Event()
    found = fan_out({"never": never.wait, "at once": lambda: True}, limit=0.2, most=2)
    never.set()
    assert found == {"at once": True}
    asking = Asking(lambda *_: None)
    never.clear()
    looks: Any = {"the moon": (never.wait, "dark"), "the sun": (lambda: 1 // 0, "hidden")}
    assert tried(asking, looks, limit=0.5) == {"the moon": "dark", "the sun": "hidden"}
    never.set()
    assert {gap.what for gap in asking.gaps} == {"The moon", "The sun"}


def test_only_read_calls_are_ever_made(standin: "StandIn") -> None:
    world = Looker().world(resolve_named({Source.FLAG: {"region": REGION}}))
    for call in (
        ("apprunner", "DeleteService", {"ServiceArn": "arn"}),
        ("rds-data", "ExecuteStatement", {"sql": "SELECT 1"}),
        ("secretsmanager", "PutSecretValue", {"SecretId": "x", "SecretString": "y"}),
    ):
        with pytest.raises(AwsError, match="does not make this call"):
            world.call(*call)
    assert standin.calls == []


def test_a_service_without_our_tag_gets_no_password(
    looked: Looked, standin: "StandIn", command: Command
) -> None:
    command.deployed()
    arn = service()["ServiceArn"]
    client("apprunner").untag_resource(ResourceArn=arn, TagKeys=["app"])
    before = len(standin.calls)
    _, told = looked.one()
    asked = [
        call.params["SecretId"]
        for call in standin.calls[before:]
        if str(call) == "secretsmanager:GetSecretValue"
    ]
    assert not [name for name in asked if name == "formae-api-creds"]
    assert told["authentication"]["owner"]["status"] is None
    assert told["authentication"]["strangers"]["status"] == 401


def test_made_by_hand(looked: Looked, command: Command) -> None:
    command.deployed()
    client("apprunner").untag_resource(ResourceArn=service()["ServiceArn"], TagKeys=["app"])
    secrets, rds = client("secretsmanager"), client("rds")
    for each in secrets.list_secrets()["SecretList"]:
        secrets.untag_resource(SecretId=each["ARN"], TagKeys=["app"])
    for arn in (
        rds.describe_db_clusters()["DBClusters"][0]["DBClusterArn"],
        rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"],
    ):
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["app"])
    for role in ("formae-apprunner-access", "formae-apprunner-instance"):
        client("iam").untag_role(RoleName=role, TagKeys=["app"])
    ecr = client("ecr")
    (repository,) = ecr.describe_repositories()["repositories"]
    ecr.untag_resource(resourceArn=repository["repositoryArn"], tagKeys=["app"])
    end = looked()
    assert end.code == 0
    assert f"formae in {REGION}, by hand\n" in end.out
    assert "! By hand     It does not have the tag app=formae-agent" in end.out
    assert "✓ Service     RUNNING" in end.out
    _, told = looked.one()
    assert (told["ours"], told["drift"], told["costs"]) == (False, None, None)
    assert told["authentication"]["owner"]["status"] is None


def test_a_region_that_is_closed_is_one_line(
    standin: "StandIn", command: Command, looked: Looked
) -> None:
    for area in ("apprunner", "secretsmanager", "rds", "iam", "ecr"):
        standin.fail(area, "*", "AccessDenied", "not here", status=403, times=999)
    end = command("status", "--all-regions")
    assert end.code == 3
    assert end.out.count("could not be read.") == len(all_regions())
    assert "The resources in eu-west-2 could not be read." in " ".join(end.out.split())


@unsampled_tier
def test_in_a_cluster_of_ones_own(looked: Looked, command: Command) -> None:
    command.deployed(**make_cluster().flags)
    end = looked()
    assert end.code == 0
    assert ", not the wizard's, available" in " ".join(end.out.split())
    code, told = looked.one()
    assert (code, told["database"]["own"], told["drift"]) == (0, False, [])
    assert told["database"]["status"] == "available"
