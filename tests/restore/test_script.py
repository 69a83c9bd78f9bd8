"""The exported script restores as `apply` does: the same calls, and the same account."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.express.test_express import password
from tests.parity.worlds import World, account, uneven, unlike
from tests.restore.test_restore import OWNERS, session
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, NewAccount, client, passes
from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

WORDS = ("--region", REGION, "--client-config", "no", "--snapshot", "kept")


def left(standin: "StandIn") -> "StandIn":
    """The account, with a snapshot of an agent's database, and nothing else."""
    rds = client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="formae-db",
        Engine="aurora-postgresql",
        EngineVersion="16.8",
        MasterUsername="postgres",
        MasterUserPassword="a-password-of-before",
        DatabaseName="formae",
        StorageEncrypted=True,
    )
    passes(600)
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="formae-db", DBClusterSnapshotIdentifier="kept"
    )
    passes(600)
    rds.delete_db_cluster(DBClusterIdentifier="formae-db", SkipFinalSnapshot=True)
    passes(600)
    assert rds.describe_db_clusters()["DBClusters"] == []
    return standin


@second_tier
@pytest.mark.parametrize("form", OWNERS)
def test_the_same_calls_and_the_same_account(
    form: str, new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    need("docker", package="docker-cli")
    words = [*WORDS, "--database", form]
    live = World(words, left(new_account()), command, tmp_path)
    live.changes()
    live.live()
    wanted, there = live.changes(), account(REGION)
    assert [each for each in wanted if each.startswith("rds:RestoreDBClusterFromSnapshot")]
    again = live.script(aws=quick_aws.folder)
    assert again.returncode == 0, again.stderr
    assert live.changes() == []
    scripted = World(words, left(new_account()), command, tmp_path)
    scripted.changes()
    done = scripted.run(scripted.export(), quick_aws.folder)
    assert done.returncode == 0, done.stderr
    assert uneven(scripted.changes(), wanted) == []
    assert unlike(account(REGION), there) == {}
    session(scripted.standin, OWNERS[form], password()).close()
    scripted.live()
    assert scripted.changes() == []
