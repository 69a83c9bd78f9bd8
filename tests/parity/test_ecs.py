"""The script of an agent on ECS does what `apply` does, wherever it is stopped."""

import shutil
import signal
import threading
from pathlib import Path

import pytest

from tests.hosts.ecs import answers
from tests.parity.worlds import World, account, uneven, unlike
from tests.standin.gateway import default_vpc
from tests.support.command import Command
from tests.support.networks import Network
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, NewAccount, client, passes
from tests.support.tiers import second_tier, tail, unsampled, unsampled_tier
from wizard.engine.flow import Flow
from wizard.standin.faults import Fault

HOSTS = ("ecs-gateway", "ecs")
WORDS = ["--region", REGION, "--tags", "team=b,cost centre=42 é", "--host"]
KILLED_AT = 15
"""After so many changes the script is killed once, and run again."""
LARGER = ["--cpu", "2", "--memory", "6", "--tags", "team=c"]
CHANGES = (LARGER, [*LARGER, "--image-version", "0.88.0", "--protect", "yes"])
"""Of size, tags, image and protection."""


def but_linked(calls: list[str]) -> list[str]:
    """Without ECS's own role, which AWS makes with the first cluster where nobody was quicker.

    While that is young AWS refuses the service; asked again it is one call: none is made twice.
    """
    services = {each for each in calls if each.startswith("ecs:CreateService ")}
    others = (each for each in calls if each not in services)
    kept = (each for each in others if '"ecs.amazonaws.com"' not in each or "Linked" not in each)
    return [*services, *kept]


@pytest.mark.parametrize(
    ("host", "stopped"),
    [
        pytest.param("ecs-gateway", False, marks=second_tier),
        pytest.param("ecs", True, marks=unsampled),
        pytest.param("ecs-gateway", True, marks=unsampled),
    ],
)
def test_the_same_calls_and_the_same_account(
    host: str,
    stopped: bool,
    new_account: NewAccount,
    command: Command,
    tmp_path: Path,
    home: Path,
    quick_aws: QuickAws,
) -> None:
    """Where it is to be `stopped` it is killed once, and it has run over the result of `apply`."""
    live = World([*WORDS, host], new_account(), command, tmp_path)
    live.live()
    wanted, left = live.changes(), account(REGION)
    assert len(wanted) > 20
    if stopped:
        again = live.script(aws=quick_aws.folder)
        assert again.returncode == 0, again.stderr
        assert live.changes() == []
    (home / ".config" / "formae" / "formae.conf.pkl").unlink()
    scripted = World([*WORDS, host], new_account(), command, tmp_path)
    file = scripted.export()
    if stopped:
        assert scripted.run(file, quick_aws.folder, KILLED_AT).returncode == -signal.SIGKILL
        (rest,) = tmp_path.glob("tmp.*")
        shutil.rmtree(rest)
    done = scripted.run(file, quick_aws.folder)
    assert done.returncode == 0, done.stderr
    assert uneven(but_linked(scripted.changes()), but_linked(wanted)) == []
    assert unlike(account(REGION), left) == {}
    scripted.live()
    assert scripted.changes() == []


def test_subnets_without_a_way_out_stop_it_where_an_endpoint_is_missing(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    """That takes two looks: at the route tables, and at the endpoints of the VPC."""
    world, network = World([*WORDS, "ecs-gateway"], new_account(), command, tmp_path), Network()
    subnets = ",".join((network.subnet(6, "a"), network.subnet(7, "b")))
    words = ["--subnets", subnets, "--internal", "yes", "--copy-image", "yes"]
    file = world.export(*words, "--datastore", "data-api")
    network.endpoints("ecr.api", "ecr.dkr", "logs", "secretsmanager", "rds-data")
    world.changes()
    done = world.run(file, quick_aws.folder)
    assert done.returncode == 3
    assert "describe-vpc-endpoints" in done.stderr
    assert world.changes() == []
    network.endpoints("s3")
    world.changes()
    assert world.run(file, quick_aws.folder, killed_at=1).returncode == -signal.SIGKILL


@unsampled_tier
def test_a_gateway_in_other_subnets_than_the_default_ones_stops_it(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    words = [*WORDS, "ecs-gateway", "--database", "express"]
    world = World(words, new_account(), command, tmp_path)
    vpc, ids = default_vpc()
    other = client("ec2").create_subnet(
        VpcId=vpc, CidrBlock="172.31.250.0/24", AvailabilityZone=f"{REGION}a"
    )["Subnet"]["SubnetId"]
    world.live("--subnets", f"{other},{ids[1]}")
    world.changes()
    done = world.script(aws=quick_aws.folder)
    assert done.returncode == 3
    assert "describe-gateway" in done.stderr
    assert world.changes() == []


@pytest.mark.parametrize("host", tail([(host,) for host in HOSTS]))
def test_one_change_after_the_other(
    host: str, new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    """Each is made by `apply` on one account, and by a script of changes on another."""
    done: list[list[tuple[list[str], dict[str, str]]]] = []
    for scripted in (False, True):
        world = World([*WORDS, host], new_account(), command, tmp_path)
        world.live()
        world.changes()
        done.append([])
        for words in CHANGES:
            if scripted:
                end = world.script("--changes", *words, aws=quick_aws.folder)
                assert end.returncode == 0, end.stderr
            else:
                world.live(*words)
            done[-1].append((world.changes(), account(REGION)))
    for (wanted, left), (calls, now) in zip(*done, strict=True):
        assert wanted
        assert uneven(calls, wanted) == []
        assert unlike(now, left) == {}


def test_one_without_a_load_balancer_is_for_apply(
    new_account: NewAccount, command: Command
) -> None:
    """Only time shows it: a script could not see whether the service is still without."""
    standin, stop = new_account(), threading.Event()
    standin.world.wedged_routes = 1
    standin.disturb(Fault(service="ecs", operation="DescribeServiceRevisions", meanwhile=stop.set))
    flow, given = Flow(), answers("ecs")
    assert flow.run(flow.prepare(given), lambda _: None, stop).interrupted
    passes(600)
    end = command("export", "--changes", "--region", REGION)
    assert end.code != 0
    assert "Use formae-wizard apply" in end.err
