"""The CLI's config after a rotation and a removal: as it was, whatever else lies beside it."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import Command
from tests.support.standin import REGION
from tests.support.tiers import unsampled_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PLACE = ("--yes", "--region", REGION)
DESTROY = ("destroy", *PLACE, "--name", "formae", "--purge-secrets")
MINE = 'amends "formae:/Config.pkl"\n\n// mine\ncli {\n  disableUsageReporting = true\n}\n'
SPOILED = {
    "not text": b"\xff\xfe\x00",
    "no end of a string": b'amends "formae:/Config.pkl"\ncli { api { url = "',
    "no end of a body": b'amends "formae:/Config.pkl"\ncli {\n',
}


def picture(folder: Path) -> dict[str, tuple[bytes, int, str]]:
    """Every file below, with its content, its mode, and where it leads if it is a link."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes(),
            path.lstat().st_mode,
            str(path.readlink()) if path.is_symlink() else "",
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_link_a_comment_and_other_profiles_are_as_before(
    standin: "StandIn", command: Command, home: Path
) -> None:
    folder = home / ".config" / "formae"
    (folder / "profiles").mkdir(parents=True)
    elsewhere = home / "dotfiles"
    elsewhere.mkdir()
    (elsewhere / "formae.pkl").write_text(MINE)
    (elsewhere / "formae.pkl").chmod(0o600)
    (folder / "profiles" / "formae.pkl").symlink_to(elsewhere / "formae.pkl")
    for name, data in SPOILED.items():
        (folder / "profiles" / f"{name.replace(' ', '-')}.pkl").write_bytes(data)
    (folder / "profiles" / "work.pkl").write_text(MINE)
    (folder / "active").write_text("work\n")
    before = picture(folder), picture(elsewhere)
    end = command.apply()
    assert end.code == 0, end.err
    assert (folder / "active").read_text() == "formae\n"
    end = command("rotate", "--api-password", *PLACE)
    assert end.code == 0, end.err
    end = command(*DESTROY)
    assert end.code == 0, end.err
    assert (picture(folder), picture(elsewhere)) == before


@unsampled_tier
def test_ours_that_someone_spoiled_holds_up_nothing_and_is_told(
    standin: "StandIn", command: Command, home: Path
) -> None:
    command.deployed()
    data = SPOILED["no end of a string"]
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.write_bytes(data)
    end = command("rotate", "--api-password", *PLACE)
    assert "Traceback" not in end.err
    assert end.code in {1, 3}
    assert "formae.conf.pkl" in end.err
    end = command(*DESTROY)
    assert "Traceback" not in end.err
    assert config.read_bytes() == data, "nothing of the person's is lost"
    assert end.code == 0, "all else is gone, and running it again would change nothing"
    assert "formae.conf.pkl is unchanged" in end.err
