"""The exported script and `apply` leave the same account behind, by the same changing calls, and
over each other's result they change nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.corpus import CORPUS
from tests.parity.worlds import HOSTILE, PASSWORD, REAL_AWS, World, account, of_corpus, region_of
from tests.support import made
from tests.support.command import Command
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.standin import NewAccount

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

NAMES = sorted(CORPUS)


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_calls_and_the_same_account(
    name: str,
    new_account: NewAccount,
    command: Command,
    tmp_path: Path,
    home: Path,
    quick_aws: QuickAws,
) -> None:
    region = region_of(name)
    standin = new_account()
    password = PASSWORD if name == HOSTILE else ""
    live = World(of_corpus(name), standin, command, tmp_path, password)
    live.live()
    wanted, left = live.changes(), account(region)
    assert len(wanted) > 10
    again = live.script(aws=quick_aws.folder)
    assert again.returncode == 0, again.stderr
    assert live.changes() == []
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.unlink(missing_ok=True)
    standin = new_account()
    scripted = World(of_corpus(name), standin, command, tmp_path, password)
    # The unmodified `aws` for the defaults, to prove the other one equal.
    done = scripted.script(aws=REAL_AWS if name == "defaults" else quick_aws.folder)
    assert done.returncode == 0, done.stderr
    assert scripted.changes() == wanted
    assert account(region) == left
    assert tagged_otherwise(name, standin) == []
    assert not list(home.parent.rglob("evil"))
    assert not Path("evil").exists()
    if config.exists():
        assert config.stat().st_mode & 0o777 == 0o600
    scripted.live()
    assert scripted.changes() == []


def tagged_otherwise(name: str, standin: "StandIn") -> list[str]:
    """What was made without the very tags of the answers, letter by letter."""
    wanted = set(made.answers(CORPUS[name]).tags)
    creations = [call for call in standin.calls if call.operation.startswith("Create")]
    tags = [
        (str(call), {(tag["Key"], tag["Value"]) for tag in found})
        for call in creations
        if (found := call.params.get("Tags") or call.params.get("tags"))
    ]
    assert len(tags) > 5
    return [call for call, pairs in tags if not wanted <= pairs]


def test_a_folder_with_the_documents_beside_does_the_same(
    new_account: NewAccount, command: Command, tmp_path: Path, quick_aws: QuickAws
) -> None:
    standin = new_account()
    world = World(of_corpus("defaults"), standin, command, tmp_path)
    end = command("export", *of_corpus("defaults"), "--output", f"{tmp_path}/out/")
    assert end.code == 0, end.err
    done = world.run(tmp_path / "out" / "deploy.sh", quick_aws.folder)
    assert done.returncode == 0, done.stderr
    assert len(world.changes()) > 10
    again = world.script(aws=quick_aws.folder)
    assert again.returncode == 0, again.stderr
    world.live()
    assert world.changes() == []
