"""Every check on the stand-in: what was found, what is wrong and what would be right; live."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.formae.stub import stub
from tests.preflight.conftest import look, one
from tests.support.account import changes
from tests.support.command import Command
from tests.support.made import answers
from tests.support.standin import ACCOUNT, REGION, NewAccount, client
from wizard.base.offer import offer
from wizard.engine.flow import Flow
from wizard.engine.preflight import Check, CheckState, Machine, preflight
from wizard.local.formae.config import Client
from wizard.local.image.names import REGISTRY_VARIABLE
from wizard.local.image.way import Way

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

IMAGE = Way(
    reference="ghcr.io/x/y:1",
    platform="linux/amd64",
    digest="sha256:" + 64 * "a",
    size=300_000_000,
    platforms=("linux/amd64",),
)
ORDER = [
    "identity",
    "permissions",
    "app-runner",
    "image",
    "formae",
    "network",
    "names",
    "quotas",
    "clock",
    "proxy",
]


def test_a_ready_account(standin: "StandIn") -> None:
    told: list[Check] = []
    checked = Flow().check(answers({"region": REGION}), told.append)
    assert [check.id for check in checked.checks] == ORDER
    assert [check.id for check in told[:10]] == ORDER
    assert {check.state for check in told[:10]} == {CheckState.RUNNING}
    assert sorted(told[10:], key=lambda check: ORDER.index(check.id)) == list(checked.checks)
    words = {check.id: check.found for check in checked.checks}
    assert words["identity"].startswith(f"account {ACCOUNT} as arn:")
    assert words["app-runner"] == f"available in {REGION}; no service there"
    assert words["image"].startswith("linux/amd64, linux/arm64, 0.3 MB, sha256:")
    assert words["image"].endswith("; directly from ghcr.io, without Docker")
    assert words["network"].endswith("subnets in 3 zones")
    assert words["names"].startswith("none with these names")
    assert "App Runner services 0 of 30" in words["quotas"]
    assert checked.problems == []
    assert changes(standin) == []


def test_nothing_waits_for_a_slow_one(standin: "StandIn") -> None:
    flow, chosen = Flow(), answers({"region": REGION})
    others_ended = threading.Event()
    ended: list[str] = []

    def told(check: Check) -> None:
        if check.state is not CheckState.RUNNING:
            ended.append(check.id)
        if len(ended) == len(ORDER) - 1:
            others_ended.set()

    def image() -> Way:
        assert others_ended.wait(30)
        return IMAGE

    flow.sign_in("", REGION)
    machine = Machine(image=image, client=Client, ahead=lambda: 0.0)
    snapshot = flow.snapshot("", REGION)
    checked = preflight(flow.plan(chosen, ACCOUNT), chosen, snapshot, machine, told)
    assert ended[-1] == "image"
    assert one(checked, "image").state is CheckState.FINE


def test_a_look_that_breaks_is_told_and_the_others_go_on(standin: "StandIn") -> None:
    flow, chosen = Flow(), answers({"region": REGION})
    machine = Machine(image=lambda: 1 / 0, client=Client, ahead=lambda: 0.0)  # type: ignore[arg-type,return-value]
    plan = flow.plan(chosen, ACCOUNT)
    checked = preflight(plan, chosen, flow.snapshot("", REGION), machine)
    assert one(checked, "image").state is CheckState.PROBLEM
    assert "ZeroDivisionError" in one(checked, "image").found
    assert one(checked, "names").state is CheckState.FINE


def test_signed_out(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    checked = look()
    assert [check.id for check in checked.checks] == ORDER
    assert [problem.what for problem in checked.problems] == [
        "You are not signed in to AWS on this machine."
    ]
    for check_id in ("permissions", "app-runner", "network", "names", "quotas"):
        check = one(checked, check_id)
        assert (check.state, check.found) == (
            CheckState.UNKNOWN,
            "not checked: not signed in",
        )
    assert one(checked, "image").state is CheckState.FINE
    assert one(checked, "clock").state is CheckState.UNKNOWN


def test_a_plan_that_cannot_be_made(standin: "StandIn") -> None:
    standin.fail("cloudformation", "*", "AccessDenied", "no", status=403, times=1000)
    checked = look(scope="services", services="S3")
    assert one(checked, "identity").state is CheckState.FINE
    assert one(checked, "names").state is CheckState.PROBLEM
    assert len(checked.problems) == 1
    assert one(checked, "permissions").state is CheckState.UNKNOWN


def test_a_closed_account_is_told_once(new_account: NewAccount) -> None:
    new_account(closed=True)
    checked = look()
    assert [problem.what for problem in checked.problems] == [
        "This AWS account cannot use App Runner."
    ]
    assert one(checked, "names").state is CheckState.UNKNOWN


def test_every_name_that_is_taken_is_told(standin: "StandIn") -> None:
    client("secretsmanager").create_secret(Name="formae-config", SecretString="x")
    client("ecr").create_repository(repositoryName="formae")
    checked = look()
    found = one(checked, "names")
    assert found.found == "2 problems"
    assert len(found.troubles) == len(checked.problems) == 2
    assert found.problem is not None
    assert all(each.what in found.problem.what for each in found.troubles)


def test_an_existing_database_needs_no_network(standin: "StandIn") -> None:
    standin.delete_default_vpc(REGION)
    arn = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shared"
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shared-AbC123"
    checked = look(database="existing", cluster_arn=arn, cluster_secret_arn=secret)
    assert "network" not in [check.id for check in checked.checks]


def test_what_is_there_needs_neither_docker_nor_a_network(
    standin: "StandIn", command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.deployed()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    standin.delete_default_vpc(REGION)
    checked = look()
    assert checked.problems == []
    assert one(checked, "image").found.startswith("already in ECR")
    assert one(checked, "network").found.startswith("not needed")
    assert one(checked, "quotas").found == "nothing here counts against a quota"
    assert "existing and unchanged" in one(checked, "names").found
    client("rds").modify_db_cluster(
        DBClusterIdentifier="formae-db",
        ServerlessV2ScalingConfiguration={"MinCapacity": 1, "MaxCapacity": 8},
    )
    assert "1 will be changed" in one(look(), "names").found


@pytest.mark.parametrize(
    ("version", "state", "said"),
    [
        ("0.88.1", CheckState.FINE, "formae 0.88.1, same as the agent"),
        ("0.87.0", CheckState.WARNING, "--image-version 0.87.0"),
        ("nonsense", CheckState.WARNING, "formae --version"),
        (None, CheckState.WARNING, "Install formae 0.88.1"),
    ],
)
def test_the_formae_cli(
    standin: "StandIn",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str | None,
    state: CheckState,
    said: str,
) -> None:
    path = stub(tmp_path / "bin", "exit 1", version)["PATH"] if version else "/usr/bin:/bin"
    monkeypatch.setenv("PATH", path)
    checked = look(image_version="0.88.1")
    found = one(checked, "formae")
    assert found.state is state
    assert said in (found.found if found.warning is None else found.warning.fix)
    assert checked.problems == []
    if version == "0.87.0":
        assert found.warning is not None
        assert "formae update 0.88.1" in found.warning.fix


@pytest.mark.parametrize(
    ("skew", "state", "said"),
    [
        (0.001, CheckState.FINE, "within a minute"),
        (30, CheckState.FINE, "within a minute"),
        (120, CheckState.WARNING, "behind AWS's"),
        (-120, CheckState.WARNING, "ahead of AWS's"),
        (900, CheckState.PROBLEM, "behind AWS's"),
        (-900, CheckState.PROBLEM, "ahead of AWS's"),
    ],
)
def test_the_clock(standin: "StandIn", skew: float, state: CheckState, said: str) -> None:
    standin.behaviour.skew = skew
    checked = look()
    found = one(checked, "clock")
    assert found.state is state
    assert said in found.found
    if state is CheckState.PROBLEM:
        assert "clock" in one(checked, "identity").found
        assert {problem.fix for problem in checked.problems} == {found.troubles[0].fix}


def test_a_wrong_clock_is_the_reason_that_is_told(standin: "StandIn", command: Command) -> None:
    standin.behaviour.skew = 1200
    end = command.apply()
    assert end.code == 3
    assert "clock is 20 min" in end.err or "clock is 19 min" in end.err


@pytest.mark.parametrize(
    ("environment", "state", "said"),
    [
        ({}, CheckState.FINE, "no proxy"),
        (
            {"HTTPS_PROXY": "http://ada:geheim@proxy.example:3128", "NO_PROXY": "127.0.0.1,.corp"},
            CheckState.FINE,
            "proxy http://proxy.example:3128 (HTTPS_PROXY), not for 127.0.0.1,.corp (NO_PROXY)",
        ),
        ({"ALL_PROXY": "socks5://proxy:1"}, CheckState.WARNING, "ALL_PROXY is set"),
        ({"REQUESTS_CA_BUNDLE": "/nowhere.pem"}, CheckState.WARNING, "points to /nowhere.pem"),
        ({"SSL_CERT_FILE": __file__}, CheckState.WARNING, "contains no readable certificates"),
    ],
    ids=["none", "proxy", "all-proxy", "missing", "no-pem"],
)
def test_proxy_and_certificates(
    standin: "StandIn",
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    state: CheckState,
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    checked = look()
    found = one(checked, "proxy")
    assert found.state is state
    assert said in found.found
    assert "geheim" not in str(checked)
    assert checked.problems == []


def test_the_profiles_own_certificates(
    standin: "StandIn", home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE")
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[default]\nca_bundle = /nowhere.pem\n")
    assert "ca_bundle of the profile default" in one(look(), "proxy").found


def test_a_full_disk_is_doubtful(standin: "StandIn") -> None:
    flow, chosen = Flow(), answers({"region": REGION})
    full = replace(IMAGE, engine="engine", free=500_000_000)
    machine = Machine(image=lambda: full, client=Client, ahead=lambda: 0.0)
    plan = flow.plan(chosen, ACCOUNT)
    checked = preflight(plan, chosen, flow.snapshot("", REGION), machine)
    assert one(checked, "image").state is CheckState.WARNING
    assert "0.5 GB" in one(checked, "image").found


def test_an_image_too_large_for_the_host_is_doubtful(standin: "StandIn") -> None:
    flow, chosen = Flow(), answers({"region": REGION})
    large = replace(IMAGE, size=offer().storage // 2 + 1)
    machine = Machine(image=lambda: large, client=Client, ahead=lambda: 0.0)
    plan = flow.plan(chosen, ACCOUNT)
    checked = one(preflight(plan, chosen, flow.snapshot("", REGION), machine), "image")
    assert checked.state is CheckState.WARNING
    assert checked.warning
    assert checked.warning.entry == "FW-IMG-003"
    assert f"{offer().label} has" in checked.warning.why


def test_a_login_that_cannot_be_had_is_said(standin: "StandIn", home: Path) -> None:
    config = home / ".docker" / "config.json"
    config.parent.mkdir()
    config.write_text('{"credsStore": "desktop.exe"}')
    assert one(look(), "image").state is CheckState.FINE  # a public image needs none
    found = one(look(through_docker="yes"), "image")
    assert found.state is CheckState.WARNING
    assert found.warning
    assert "docker-credential-desktop.exe" in found.warning.why
    refused = one(look(image_source="ghcr.io/x/y"), "image")
    assert refused.problem
    assert "docker-credential-desktop.exe" in refused.problem.why
    config.write_text('{"credHelpers": {"quay.io": "nowhere"}}')
    assert one(look(through_docker="yes"), "image").state is CheckState.FINE


def test_which_way_the_image_goes_and_why(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = one(look(through_docker="yes"), "image").found
    assert "through the Docker engine 27.3.1 on linux/amd64, as you asked" in asked
    monkeypatch.setenv(REGISTRY_VARIABLE, "http://127.0.0.1:9")
    only = one(look(), "image").found
    assert only.endswith("because only the engine reaches ghcr.io")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    nowhere = one(look(), "image").problem
    assert nowhere
    assert nowhere.entry == "FW-IMG-001"
    assert "onnection refused" in nowhere.why


def test_a_subnet_group_of_a_vpc_that_is_gone(standin: "StandIn") -> None:
    ec2, rds = client("ec2"), client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for n, zone in enumerate("ab")
    ]
    ids = [each["Subnet"]["SubnetId"] for each in subnets]
    rds.create_db_subnet_group(
        DBSubnetGroupName="default", DBSubnetGroupDescription="default", SubnetIds=ids
    )
    for each in ids:
        ec2.delete_subnet(SubnetId=each)
    ec2.delete_vpc(VpcId=vpc)
    found = one(look(), "network").problem
    assert found
    assert vpc in found.what
    assert "delete-db-subnet-group --db-subnet-group-name default" in found.fix
    rds.delete_db_subnet_group(DBSubnetGroupName="default")
    assert one(look(), "network").state is CheckState.FINE
