"""What is there already is changed alike by the script and by `apply`: settings, tags, owners."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adoption.test_adoption import BY_HAND, VERSION
from tests.mending.test_only_ours import by_hand_on_the_service
from tests.parity.worlds import World, account, environment
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, NewAccount, client

FIRST = ["--region", REGION, "--protect", "no", "--scope", "services", "--services", "S3"]
LARGER = ["--cpu", "4", "--memory", "12", "--min-capacity", "1.5", "--max-capacity", "64"]
READ_ONLY = ["--scope", "policies", "--policy-arns", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
CHANGES = {
    "a larger one": LARGER,
    "tags": [*LARGER, "--tags", "team=b,cost centre=42 é"],
    "protected": [*LARGER, "--tags", "team=b,cost centre=42 é", "--protect", "yes"],
    "fewer tags": [*LARGER, "--tags", "team=b", "--protect", "yes"],
    "services": [*LARGER, "--tags", "team=b", "--protect", "yes", "--services", "S3,SQS"],
    "a policy of AWS": [*LARGER, "--tags", "team=b", "--protect", "yes", *READ_ONLY],
}

Done = tuple[list[str], dict[str, str]]
"""The changing calls, and the account afterwards."""


class Pair:
    """The same done twice, in an account each: by `apply`, and by the script."""

    def __init__(
        self, new_account: NewAccount, command: Command, folder: Path, aws: QuickAws
    ) -> None:
        self._new_account, self._command = new_account, command
        self._folder, self.aws = folder, aws.folder

    def new(self, *words: str) -> World:
        """A new account."""
        return World(words, self._new_account(), self._command, self._folder)

    def live(self, world: World, words: list[str]) -> Done:
        """Done by `apply`."""
        world.live(*words)
        return world.changes(), account(REGION)

    def scripted(self, world: World, words: list[str]) -> Done:
        """Done by the script."""
        done = world.script(*words, aws=self.aws)
        assert done.returncode == 0, done.stderr
        return world.changes(), account(REGION)


@pytest.fixture
def pair(new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws) -> Pair:
    need("docker", package="docker-cli")
    return Pair(new_account, command, tmp_path, quick_aws)


def test_one_change_after_the_other(pair: Pair) -> None:
    def changed(way: Callable[[World, list[str]], Done]) -> dict[str, Done]:
        world = pair.new(*FIRST)
        world.live()
        by_hand_on_the_service()
        world.changes()
        return {name: way(world, words) for name, words in CHANGES.items()}

    live, scripted = changed(pair.live), changed(pair.scripted)
    for name in CHANGES:
        assert live[name][0], f"{name}: nothing was changed"
        assert scripted[name][0] == live[name][0], name
        assert scripted[name][1] == live[name][1], name


def test_taken_over_from_a_walkthrough_by_hand(pair: Pair, tmp_path: Path) -> None:
    def taken_over(way: Callable[[World, list[str]], Done]) -> Done:
        world = pair.new("--region", REGION)
        by_hand(tmp_path, pair.aws)
        world.changes()
        refused = world.script(aws=pair.aws)
        assert refused.returncode == 3
        assert "--adopt yes" in refused.stderr
        assert world.changes() == []
        return way(world, ["--adopt", "yes"])

    assert taken_over(pair.scripted) == taken_over(pair.live)


def test_a_service_that_never_came_up_is_made_anew(pair: Pair) -> None:
    def remade(way: Callable[[World, list[str]], Done]) -> Done:
        world = pair.new("--region", REGION)
        roles = world.standin.world.roles
        roles.may = lambda *_: False  # type: ignore[method-assign]
        try:
            failed = world.script(aws=pair.aws)
        finally:
            del roles.may
        assert failed.returncode == 1
        assert "CREATE_FAILED" in failed.stderr
        world.changes()
        return way(world, [])

    scripted, live = remade(pair.scripted), remade(pair.live)
    assert scripted == live
    assert any(call.startswith("apprunner:DeleteService") for call in live[0])


def test_secrets_of_a_removed_one_are_brought_back(pair: Pair) -> None:
    def brought_back(way: Callable[[World, list[str]], Done]) -> Done:
        world = pair.new("--region", REGION)
        world.live()
        vault = client("secretsmanager")
        for name in ("formae-api-creds", "formae-config"):
            vault.delete_secret(SecretId=name, RecoveryWindowInDays=7)
        world.changes()
        return way(world, [])

    scripted, live = brought_back(pair.scripted), brought_back(pair.live)
    assert scripted == live
    restored = [call for call in live[0] if call.startswith("secretsmanager:RestoreSecret")]
    assert len(restored) == 2


def by_hand(folder: Path, aws: Path) -> None:
    """Follow formae's walkthrough."""
    subprocess.run(
        ["bash", BY_HAND, folder, REGION, VERSION],
        env={**os.environ, **environment(aws)},
        capture_output=True,
        check=True,
    )
