"""`destroy` on the stand-in: what was set up is gone again, and only that."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.destroy.account import everything
from tests.support.account import changes
from tests.support.command import Command
from tests.support.standin import REGION

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


DESTROY = ("destroy", "--yes", "--region", REGION)


def files(home: Path) -> dict[str, bytes]:
    """Every file of the home folder, but for what this program remembers of its runs."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".local/state" not in str(path)
    }


def test_the_account_and_the_home_folder_are_as_before(
    standin: "StandIn", command: Command, home: Path
) -> None:
    before, at_home = everything(), files(home)
    assert command.apply().code == 0
    assert files(home) != at_home
    end = command(
        "destroy", "--yes", "--region", REGION, "--purge-secrets", "--database-data", "delete"
    )
    assert end.code == 0, end.err
    print(end.err, end.out)
    assert everything() == before
    assert files(home) == at_home
    assert "Still costs money: nothing." in end.out
    made = len(changes(standin))
    end = command(*DESTROY)
    assert end.code == 0
    assert "Nothing is left of formae" in end.out
    assert changes(standin)[made:] == []
