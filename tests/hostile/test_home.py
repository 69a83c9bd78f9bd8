"""A home that is not there, read-only, full or somebody else's: it is told, and nothing is lost."""

import os
import resource
import stat
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import forked
from tests.support.account import changes
from tests.support.command import Command
from tests.support.parts import need, powerless
from tests.support.standin import REGION
from tests.support.tiers import second_tier
from wizard.local.files import home as home_of

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

NOBODY = 65534
ROOT = os.getuid() == 0
R = ("--region", REGION)
APPLY = ("apply", "--yes", *R)


def wizard(
    *words: str, before: Sequence[str] = (), preexec: Callable[[], None] | None = None
) -> "subprocess.CompletedProcess[str]":
    """The real program, nobody at its terminal."""
    if before:
        command = [*before, *forked.WIZARD, *words]
        end = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    else:
        end = forked.run(*words, text=True, preexec_fn=preexec)
    assert "Traceback" not in end.stderr
    assert "Internal error in formae-wizard" not in end.stderr
    return end


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("where", ["relative/x", "{}/not/there"])
def test_a_home_that_is_none_is_told_before_anything_is_made(
    where: str,
    standin: "StandIn",
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", where.format(tmp_path))
    end = command(*APPLY)
    assert end.code == 3
    assert "There is no home folder." in end.err
    assert "--client-config no" in end.err
    assert changes(standin) == []
    end = command(*APPLY, "--client-config", "no")
    assert end.code == 0, end.err
    assert "No log file is written: " in end.out + end.err
    assert not [path for path in files(tmp_path) if path.name != "home"]


def test_an_empty_home_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Path(f"~{_user()}").expanduser()
    monkeypatch.setenv("HOME", "")
    assert home_of() == theirs
    monkeypatch.delenv("HOME")
    assert home_of() == theirs


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def test_a_read_only_home_is_told_before_anything_is_made(standin: "StandIn", home: Path) -> None:
    home.chmod(0o555)
    end = wizard(*APPLY, before=powerless())
    assert end.returncode == 3, end.stderr
    assert f"{home} is not writable." in end.stderr
    assert changes(standin) == []
    end = wizard(*APPLY, "--client-config", "no", before=powerless())
    assert end.returncode == 0, end.stderr
    assert "No log file is written: Permission denied." in end.stdout + end.stderr
    assert files(home) == []


@second_tier
def test_a_full_disk_is_told_and_nothing_half_written_is_left(
    standin: "StandIn", home: Path
) -> None:
    if not ROOT:
        pytest.skip("only root may mount a disk to fill")
    shell = (
        f'mount -t tmpfs -o size=4k none "{home}" && head -c 4096 /dev/zero >"{home}/x"; '
        f'"$@"; echo "exit $?"; find "{home}" -type f -size +0'
    )
    unshare = [need("unshare", package="util-linux"), "-m", "sh", "-c", shell, "sh"]
    end = wizard(*APPLY, before=unshare)
    assert "exit 3\n" in end.stdout
    assert "is full" in end.stderr
    assert changes(standin) == []
    script = str(home / "deploy.sh")
    end = wizard("export", *R, "--output", script, before=unshare)
    assert "exit 1\n" in end.stdout
    assert "No space left on device" in end.stderr
    assert end.stdout.endswith(f"exit 1\n{home}/x\n"), "only what was there before is there"


def test_a_disk_that_fills_up_in_the_middle_ends_no_run(standin: "StandIn", home: Path) -> None:
    """Only small files get their room: the CLI's config does, log and journal do not."""

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    end = wizard(*APPLY, preexec=little)
    assert end.returncode == 0, end.stderr
    assert "No log file is written: File too large." in end.stdout + end.stderr
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert "username" in config.read_text()
    assert not [path for path in files(home) if path.suffix == ".tmp"]


def test_what_is_open_to_others_is_not_made_so_by_us(
    standin: "StandIn", command: Command, home: Path
) -> None:
    folder = home / ".config" / "formae"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "formae.conf.pkl").write_text('amends "formae:/Config.pkl"\n')
    (folder / "formae.conf.pkl").chmod(0o644)
    assert command(*APPLY).code == 0
    assert mode(folder) == 0o755, "their own folder stays as they want it"
    assert {mode(path) for path in files(home)} == {0o600}
    state = home / ".local" / "state" / "formae-wizard"
    assert {mode(path) for path in (state, *state.rglob("*")) if path.is_dir()} == {0o700}


def test_a_state_folder_of_somebody_else_is_not_used(
    standin: "StandIn", command: Command, home: Path, tmp_path: Path
) -> None:
    if not ROOT:
        pytest.skip("only root can make what belongs to another user")
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o777)
    os.chown(theirs, NOBODY, NOBODY)
    state = home / ".local" / "state"
    state.mkdir(parents=True)
    (state / "formae-wizard").symlink_to(theirs)
    end = command(*APPLY)
    assert end.code == 0, end.err
    assert "belongs to another user" in end.out + end.err
    assert files(theirs) == []
