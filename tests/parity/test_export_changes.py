"""A script of changes does to what is deployed what `apply` does, and only what was seen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mending.test_only_ours import by_hand_on_the_service
from tests.parity.worlds import World, account, uneven, unlike
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, NewAccount, client
from tests.support.tiers import second_tier, unsampled_tier

FIRST = ["--region", REGION, "--protect", "no", "--scope", "services", "--services", "S3"]
LARGER = ["--cpu", "4", "--memory", "12", "--min-capacity", "1.5", "--max-capacity", "64"]
READ_ONLY = ["--scope", "policies", "--policy-arns", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
PROTECTED = [*LARGER, "--tags", "team=b", "--protect", "yes"]
CHANGES = {
    "a larger one with tags": [*LARGER, "--tags", "team=b,cost centre=42 é"],
    "protected, with fewer tags": PROTECTED,
    "services": [*PROTECTED, "--services", "S3,SQS"],
    "a policy of AWS": [*PROTECTED, *READ_ONLY],
}
Done = tuple[list[str], dict[str, str]]
"""The changing calls, and the account afterwards."""


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


class Ways:
    """A change brought about by `apply`, or by a script of changes."""

    def __init__(self, aws: QuickAws) -> None:
        self._aws = aws

    def live(self, world: World, words: list[str]) -> Done:
        world.live(*words)
        return world.changes(), account(REGION)

    def scripted(self, world: World, words: list[str]) -> Done:
        done = world.script("--changes", *words, aws=self._aws.folder)
        assert done.returncode == 0, done.stderr
        return world.changes(), account(REGION)


@pytest.fixture
def ways(quick_aws: QuickAws) -> Ways:
    return Ways(quick_aws)


@second_tier
def test_one_change_after_the_other(
    new_account: NewAccount, command: Command, tmp_path: Path, ways: Ways
) -> None:
    def changed(way: Callable[[World, list[str]], Done]) -> dict[str, Done]:
        world = World(FIRST, new_account(), command, tmp_path)
        world.live()
        by_hand_on_the_service()
        world.changes()
        return {name: way(world, words) for name, words in CHANGES.items()}

    live, scripted = changed(ways.live), changed(ways.scripted)
    for name in CHANGES:
        assert live[name][0], f"{name}: nothing was changed"
        assert uneven(scripted[name][0], live[name][0]) == [], name
        assert unlike(scripted[name][1], live[name][1]) == {}, name


def test_nothing_differs_is_one_line_and_what_moved_ends_it(
    new_account: NewAccount, command: Command, tmp_path: Path, ways: Ways, quick_aws: QuickAws
) -> None:
    world = World(["--region", REGION], new_account(), command, tmp_path)
    world.live()
    world.changes()
    end = command("export", "--changes", "--region", REGION)
    assert end.code == 0
    assert end.out == "# Nothing differs: there is nothing to change.\n"
    assert world.changes() == []
    file = world.export("--changes", *LARGER)
    told = file.read_text("utf-8")
    assert "MinCapacity: 0.5 → 1.5" in told
    assert "without a restart" in told
    assert "create-" not in told
    client("rds").modify_db_cluster(
        DBClusterIdentifier="formae-db",
        ServerlessV2ScalingConfiguration={"MinCapacity": 1, "MaxCapacity": 8},
        ApplyImmediately=True,
    )
    world.changes()
    done = world.run(file, quick_aws.folder)
    assert done.returncode == 3
    assert "this has changed" in done.stderr
    assert world.changes() == []


@unsampled_tier
def test_what_failed_sleeps_or_goes_is_brought_back(
    new_account: NewAccount, command: Command, tmp_path: Path, ways: Ways
) -> None:
    def mended(way: Callable[[World, list[str]], Done]) -> list[Done]:
        world = World(["--region", REGION], new_account(), command, tmp_path)
        world.live()
        world.standin.break_instance(REGION, "formae-db-instance", "failed")
        world.changes()
        replaced = way(world, [])
        vault = client("secretsmanager")
        for name in ("formae-api-creds", "formae-config"):
            vault.delete_secret(SecretId=name, RecoveryWindowInDays=7)
        world.changes()
        return [replaced, way(world, [])]

    scripted, live = mended(ways.scripted), mended(ways.live)
    assert scripted == live
    assert any(call.startswith("rds:DeleteDBInstance") for call in live[0][0])
    assert sum(call.startswith("secretsmanager:RestoreSecret") for call in live[1][0]) == 2
