"""Private files: whole or not at all, for the owner only, through no planted link."""

import errno
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.parts import powerless
from wizard.base.errors import WizardError
from wizard.local import files
from wizard.local.files import lock, real_file, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()} - {"home"}


@pytest.fixture
def loose_umask() -> Iterator[None]:
    old = os.umask(0)
    yield
    os.umask(old)


@pytest.mark.usefixtures("loose_umask")
def test_a_new_file_and_its_folders_are_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.pkl"
    assert write_private(path, "text\r\n") is None
    assert path.read_bytes() == b"text\r\n"
    assert mode(path) == 0o600
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]
    assert names(path.parent) == {"c.pkl"}


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    write_private(tmp_path / "f", "x")
    assert mode(tmp_path) == 0o755


def test_the_old_content_is_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "f.pkl"
    path.write_text("old")
    path.chmod(0o644)
    backup = write_private(path, "new")
    assert backup is not None
    assert re.fullmatch(r"f\.pkl\.bak-\d{8}-\d{6}", backup.name)
    assert (backup.read_text(), mode(backup)) == ("old", 0o600)
    assert (path.read_text(), mode(path)) == ("new", 0o600)


def test_backups_are_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "f"
    backups = [write_private(path, str(number)) for number in range(5)]
    assert backups[0] is None
    kept = [backup.read_text() for backup in backups if backup is not None]
    assert kept == ["0", "1", "2", "3"]
    assert len(names(tmp_path)) == 5


def test_no_copy_where_none_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    assert write_private(path, "new", keep_old=False) is None
    assert names(tmp_path) == {"f"}


@pytest.mark.parametrize(
    ("before", "after"), [(0o644, 0o600), (0o660, 0o600), (0o600, 0o600), (0o400, 0o400)]
)
def test_the_same_content_is_not_written_but_an_open_mode_is_closed(
    tmp_path: Path, before: int, after: int
) -> None:
    path = tmp_path / "f"
    path.write_text("same")
    path.chmod(before)
    number, changed = path.stat().st_ino, path.stat().st_mtime_ns
    assert write_private(path, "same") is None
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (number, changed)
    assert mode(path) == after
    assert names(tmp_path) == {"f"}


def test_the_mode_is_private_before_the_content_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(0o666)
    seen: list[int] = []
    fill = files._fill

    def watched(handle: int, data: bytes) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        fill(handle, data)

    monkeypatch.setattr(files, "_fill", watched)
    write_private(path, "new")
    assert seen == [0o600, 0o600]


def test_a_link_to_an_own_file_is_followed_and_stays(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "real.pkl"
    target.parent.mkdir()
    target.write_text("old")
    link = tmp_path / "link.pkl"
    link.symlink_to(target)
    backup = write_private(link, "new")
    assert link.is_symlink()
    assert real_file(link) == target
    assert (target.read_text(), mode(target)) == ("new", 0o600)
    assert backup is not None
    assert backup.parent == target.parent


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(WizardError, match="is a broken link"):
        write_private(link, "x")
    assert names(tmp_path) == {"link"}


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(WizardError, match="is a broken link"):
        write_private(link, "x")


def test_a_link_into_a_folder_open_to_all_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "f").write_text("old")
    shared.chmod(0o1777)
    link = tmp_path / "link"
    link.symlink_to(shared / "f")
    with pytest.raises(WizardError, match="which other users could change"):
        write_private(link, "x")
    assert (shared / "f").read_text() == "old"


def test_a_link_to_somebody_elses_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "f")
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(WizardError, match="which other users could change"):
        write_private(link, "x")
    assert (tmp_path / "f").read_text() == "old"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(WizardError, match="not a regular file"):
        write_private(tmp_path / "f", "x")


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f")
    with pytest.raises(WizardError, match="not a regular file"):
        write_private(tmp_path / "f", "x")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
@pytest.mark.parametrize("place", ["_fill", "_replace"])
def test_a_failure_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, place: str
) -> None:
    path = tmp_path / "f"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(files, place, fail)
    with pytest.raises(WizardError) as told:
        write_private(path, "new")
    assert str(path) in told.value.what
    assert os.strerror(code) in told.value.why
    assert told.value.fix
    assert path.read_text() == "old"
    assert names(tmp_path) == {"f"}


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: Path, _: object) -> Path:
        raise KeyboardInterrupt

    path = tmp_path / "f"
    path.write_text("old")
    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_private(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == {"f"}


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WizardError) as told:
        write_private(tmp_path / "file" / "f", "x")
    assert "could not be written" in told.value.what


def test_half_a_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(WizardError, match="invalid character"):
        write_private(tmp_path / "f", "\ud800")
    assert names(tmp_path) == set()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    code = (
        "import pathlib; from wizard.base.errors import WizardError\n"
        "from wizard.local.files import write_private\n"
        f"try: write_private(pathlib.Path({str(folder / 'f')!r}), 'x')\n"
        "except WizardError as told: print(told.why)"
    )
    words = [*powerless(), sys.executable, "-c", code]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "Permission denied" in told
    assert names(folder) == set()


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    """Killed as it was about to give the file its name: the password is in one without."""
    path = tmp_path / "f"
    path.write_text("old")
    code = (
        "import os, pathlib; from wizard.local import files\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"files.write_private(pathlib.Path({str(path)!r}), 'secret')\n"
    )
    end = subprocess.run([sys.executable, "-c", code], check=False)
    assert end.returncode == -9
    (left,) = names(tmp_path) - {"f"} - {each for each in names(tmp_path) if ".bak-" in each}
    assert (tmp_path / left).read_text() == "secret"
    assert mode(tmp_path / left) == 0o600
    write_private(path, "old")
    assert left not in names(tmp_path)


def test_what_another_run_is_just_writing_stays(tmp_path: Path) -> None:
    busy = tmp_path / ".f.12345678.tmp"
    with busy.open("w") as held:
        assert lock(held.fileno())
        write_private(tmp_path / "f", "new")
        assert busy.exists()
    write_private(tmp_path / "f", "new")
    assert not busy.exists()
