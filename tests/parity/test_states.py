"""What fails, sleeps or serves another region is met alike by the script and by `apply`."""

import time
from collections.abc import Callable

from tests.parity.test_changes import Done, Pair, pair
from tests.parity.worlds import World
from tests.support.account import service
from tests.support.command import Command
from tests.support.standin import REGION, client

__all__ = ["pair"]
INSTANCE = "formae-db-instance"
WAKE = ["--wake", "yes"]


def test_a_failed_instance_and_what_sleeps(pair: Pair, command: Command) -> None:
    def met(way: Callable[[World, list[str]], Done]) -> list[Done]:
        world = pair.new("--region", REGION)
        world.live()
        refused(world, pair, command)
        world.standin.break_instance(REGION, INSTANCE, "failed")
        world.changes()
        replaced = way(world, [])
        put_to_sleep()
        world.changes()
        assert world.script(aws=pair.aws).returncode == 3
        assert world.changes() == []
        return [replaced, way(world, WAKE)]

    scripted, live = met(pair.scripted), met(pair.live)
    assert scripted == live
    (replaced, _), (woken, _) = live
    assert any(call.startswith("rds:DeleteDBInstance") for call in replaced)
    assert any(call.startswith("rds:StartDBCluster") for call in woken)
    assert any(call.startswith("apprunner:ResumeService") for call in woken)


def refused(world: World, pair: Pair, command: Command) -> None:
    """Neither changes anything where only the owner can help, or another region is served."""
    world.standin.break_instance(REGION, INSTANCE, "storage-full")
    world.changes()
    for words, told in (
        ([], f"The instance {INSTANCE} takes no connections, and no other would."),
        (["--region", "us-west-2"], "serves a deployment called formae in another region"),
    ):
        place = words or ["--region", REGION]
        end, done = command("apply", "--yes", *place), world.script(*words, aws=pair.aws)
        assert (end.code, done.returncode) == (3, 3), (end.err, done.stderr)
        for said in (end.err, done.stderr):
            assert told in said
        assert "Nothing was created." in done.stderr
        assert world.changes() == []


def put_to_sleep() -> None:
    """The service is paused and the cluster stopped."""
    client("apprunner").pause_service(ServiceArn=service()["ServiceArn"])
    while service()["Status"] != "PAUSED":
        time.sleep(0.01)
    client("rds").stop_db_cluster(DBClusterIdentifier="formae-db")
