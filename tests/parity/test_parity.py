"""The exported script finds what `apply` has made just as wanted."""

from pathlib import Path

import pytest

from tests.parity.worlds import World
from tests.support.command import Command
from tests.support.parts import need
from tests.support.standin import NewAccount

NAMES = ["defaults"]


@pytest.fixture(autouse=True)
def docker_client() -> None:
    need("docker", package="docker-cli")


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
