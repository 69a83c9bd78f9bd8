"""Links that lie where we write: none leads us to a place that nobody chose."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import REGION
from wizard.base.errors import WizardError
from wizard.local.files import write_private

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

NOBODY = 65534
R = ("--region", REGION)
STATE = ".local/state/formae-wizard"
PLANTED = (
    f"{STATE}/logs",
    f"{STATE}/journal",
    f"{STATE}/profiles",
    f"{STATE}/answers/formae.toml",
    f"{STATE}/answers/done/formae.{REGION}.toml",
)
"""What a run writes besides the config; of the logs and journals nobody knows the names before."""


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A place where a file would appear if somebody wrote through a link to it."""
    return tmp_path / "nowhere"


def plant(path: Path, target: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.symlink_to(target)
    return path


def test_a_run_writes_through_none_of_them(
    standin: "StandIn", command: Command, home: Path, nowhere: Path
) -> None:
    links = [plant(home / each, nowhere) for each in PLANTED]
    end = command("apply", "--yes", *R)
    assert end.code == 0, end.err
    assert not nowhere.exists()
    assert all(link.is_symlink() for link in links)
    assert "No log file is written" in end.out + end.err
    assert (home / ".config/formae/formae.conf.pkl").is_file()


def test_the_configs_folder_is_not_made_through_one(
    standin: "StandIn", command: Command, home: Path, nowhere: Path
) -> None:
    plant(home / ".config/formae", nowhere)
    end = command("apply", "--yes", *R)
    assert end.code == 3
    assert "is a broken link" in end.err
    assert changes(standin) == []
    assert not nowhere.exists()


def test_beside_a_broken_config_there_is_a_profile(
    standin: "StandIn", command: Command, home: Path, nowhere: Path
) -> None:
    link = plant(home / ".config/formae/formae.conf.pkl", nowhere)
    assert command("apply", "--yes", *R).code == 0
    assert link.is_symlink()
    assert not nowhere.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--output", "{}"),
        ("export", "--output", "{}/"),
        ("plan", "--out", "{}"),
        ("answers", "--output", "{}"),
    ],
    ids=["script", "folder", "plan", "answers"],
)
def test_nothing_that_is_saved_goes_through_one(
    standin: "StandIn",
    command: Command,
    tmp_path: Path,
    nowhere: Path,
    words: tuple[str, ...],
) -> None:
    place = tmp_path / "place"
    plant(place / "deploy.sh" if words[-1].endswith("/") else place, nowhere)
    end = command(*(word.format(place) for word in words), *(R if words[0] != "answers" else ()))
    assert end.code in {1, 2}, end.out
    assert "is a broken link" in end.err
    assert not nowhere.exists()


@pytest.mark.parametrize("of_the_folder", [False, True], ids=["file", "folder"])
def test_a_link_that_somebody_else_made_is_not_followed(
    tmp_path: Path, of_the_folder: bool
) -> None:
    if os.getuid():
        pytest.skip("only root can make what belongs to another user")
    real = tmp_path / "real"
    real.mkdir()
    (real / "file").write_text("mine")
    link = plant(tmp_path / "link", real if of_the_folder else real / "file")
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(WizardError, match="another user created"):
        write_private(link / "file" if of_the_folder else link, "theirs")
    assert (real / "file").read_text() == "mine"
