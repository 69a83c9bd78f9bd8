"""The exported script and `apply` leave the same account behind, by the same changing calls."""

from pathlib import Path

import pytest

from tests.corpus import CORPUS
from tests.parity.worlds import World, account
from tests.support.command import Command
from tests.support.parts import need
from tests.support.standin import NewAccount

NAMES = ["defaults"]


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_calls_and_the_same_account(
    name: str, new_account: NewAccount, command: Command, tmp_path: Path, home: Path
) -> None:
    region = CORPUS[name]["region"]
    live = World(name, new_account(), command, tmp_path)
    live.live()
    wanted, left = live.changes(), account(region)
    assert len(wanted) > 10
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.unlink(missing_ok=True)
    scripted = World(name, new_account(), command, tmp_path)
    done = scripted.script()
    assert done.returncode == 0, done.stderr
    assert scripted.changes() == wanted
    assert account(region) == left
    if config.exists():
        assert config.stat().st_mode & 0o777 == 0o600
    scripted.live()
    assert scripted.changes() == []


@pytest.mark.parametrize("name", NAMES)
def test_a_script_over_what_apply_left_changes_nothing(
    name: str, new_account: NewAccount, command: Command, tmp_path: Path
) -> None:
    live = World(name, new_account(), command, tmp_path)
    live.live()
    assert len(live.changes()) > 10
    done = live.script()
    assert done.returncode == 0, done.stderr
    assert "nothing, everything was as wanted" in done.stdout, done.stderr
    assert live.changes() == []
