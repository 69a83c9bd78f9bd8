"""Files of this machine: read with a bound, written whole and for their owner alone, and locked.

And the person's home folder, with the state folder below it where this program remembers things.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError


def home() -> Path:
    """HOME, or what the system has for this user where HOME is empty or not set.

    Raises RuntimeError, whose text says why there is none, as half a sentence.
    """
    folder = Path(os.environ.get("HOME") or _of_the_system())
    if not folder.is_absolute():
        raise RuntimeError(f"HOME is “{folder}”, which is not an absolute path")
    if not folder.is_dir():
        raise RuntimeError(f"the home folder {folder} does not exist")
    return folder


def demand_own_home() -> None:
    """Raise WizardError where the home folder is another person's, as under `sudo -E`.

    Files made there would be ours, and keep its owner's programs from theirs. A folder of root's,
    such as /tmp in a container, is nobody's home.
    """
    if not hasattr(os, "geteuid"):
        return
    try:
        folder = home()
        owner, user = folder.stat().st_uid, os.geteuid()
    except (OSError, RuntimeError):
        return  # who needs one says so
    if owner not in {user, 0}:
        me, them = _called(user), _called(owner)
        raise WizardError(
            f"The home folder {folder} belongs to {them}, but this runs as {me}.",
            f"What is kept there would be {me}'s, and {them}'s own programs could not use it.",
            f"Run it as {them} (it needs no sudo), or with a HOME that is {me}'s (`sudo -H`).",
            ExitCode.NOT_READY,
            entry="FW-FILE-004",
        )


def _called(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _of_the_system() -> str:
    try:
        import pwd
    except ImportError:  # there is none on this system
        return str(Path.home())
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        raise RuntimeError("the home folder is unknown") from None


def state_folder(environment: Mapping[str, str]) -> Path:
    """Below $XDG_STATE_HOME, which must be absolute, or ~/.local/state.

    Raises RuntimeError, whose text is half a sentence, where there is no home, or where the folder
    is somebody else's, who could read and change what we remember.
    """
    state = Path(environment.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        state = home() / ".local" / "state"
    folder = state / "formae-wizard"
    if _somebody_elses(folder):
        raise RuntimeError(f"{folder} belongs to another user")
    return folder


def _somebody_elses(folder: Path) -> bool:
    try:
        return hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()
    except OSError:
        return False


try:
    import fcntl
except ImportError:  # there is none on this system, so nothing is ever held
    fcntl = None  # type: ignore[assignment]

HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def lock(handle: int) -> bool:
    """Take the open file's lock, until it is closed; False where another process holds it.

    True also where the file system knows no locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in HELD
    return True


def held(path: Path) -> bool:
    """Whether a process holds the file's lock; False for a file that cannot be opened."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | NOFOLLOW)
    except OSError:
        return False
    try:
        return not lock(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone(handle: int) -> Iterator[None]:
    """Within it no other process holds the open file's lock; waited for, where there are locks."""
    if fcntl is None:
        yield
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


OWNER_MAY_READ = 0o600
OWNER_MAY_RUN = 0o700
"""For what is to be run."""
TEMPORARY = ".tmp"
ROOM = 64 * 1024
"""Bytes that a disk needs to hold one more file of ours."""
_FIXES = {
    errno.ENOSPC: "Free some space on that disk, then run the command again.",
    errno.EDQUOT: "Free some space in your quota, then run the command again.",
    errno.EROFS: "Choose a writable location.",
}
_FIX = "Check who owns the folder and whether you can write to it."


def write_private(
    path: Path, text: str, *, keep_old: bool = True, mode: int = OWNER_MAY_READ
) -> Path | None:
    """Make `path` hold `text` for its owner only; returns the copy of the old content.

    The file's `mode` is one of the two above.

    The content appears at once or not at all. The old content is kept beside it as
    `<name>.bak-YYYYmmdd-HHMMSS`, also 0600, unless `keep_old` is false. Where the content is
    there already nothing is written, only a mode open to others is tightened. Missing folders are
    made for the owner only. A link is followed to its file where `real_file` allows it. Raises
    WizardError, and leaves neither a temporary file nor a needless copy behind.
    """
    real = real_file(path)
    with _told(path):
        data = text.encode("utf-8")
        _sweep(real)
        old = _content(real)
        if old == data:
            _tighten(real, mode)
            return None
        make_folders(real.parent)
        backup = _keep(real, old) if keep_old and old is not None else None
        try:
            _replace(real, data, mode)
        except BaseException:
            if backup is not None:
                backup.unlink(missing_ok=True)
            raise
    return backup


def real_file(path: Path) -> Path:
    """Where writing to `path` really writes: itself, or the file at the end of a link.

    Raises WizardError for a link that leads nowhere, that somebody else made, or that leads to
    somebody else's file or folder (it may have been put there for us to write through), and for
    what is no plain file.
    """
    _check_links(path)
    if not path.is_symlink():
        _check_plain(path, path)
        return path
    try:
        real = path.resolve(strict=True)
        file, folder = real.stat(), real.parent.stat()
    except (OSError, RuntimeError):
        raise WizardError(
            f"{path} is a broken link.",
            "Writing through it would create a file in an unexpected place.",
            "Remove the link, or create the file it points to.",
            entry="FW-FILE-002",
        ) from None
    _check_plain(real, path)
    if {file.st_uid, folder.st_uid} != {os.getuid()} or folder.st_mode & stat.S_IWOTH:
        raise WizardError(
            f"{path} is a link to {real}, which other users could change.",
            (
                "Other users have access to that file or its folder, so nothing was written "
                "through the link."
            ),
            "Remove the link, then run the command again.",
            entry="FW-FILE-002",
        )
    return real


def _check_links(path: Path) -> None:
    """No link on the way may be somebody else's; root's are the system's own."""
    for part in (path, *path.parents):
        try:
            found = part.lstat()
        except OSError:
            continue
        if stat.S_ISLNK(found.st_mode) and found.st_uid not in {os.getuid(), 0}:
            raise WizardError(
                f"{part} is a link that another user created.",
                "It may be a trap, so nothing was written through it.",
                "Remove the link, then run the command again.",
            )


def _check_plain(real: Path, path: Path) -> None:
    with _told(path):
        try:
            mode = real.lstat().st_mode
        except FileNotFoundError:
            return
    if not stat.S_ISREG(mode):
        raise WizardError(
            f"{path} is not a regular file.",
            "The wizard only writes regular files.",
            "Move it away, or choose another name.",
            entry="FW-FILE-002",
        )


def _content(real: Path) -> bytes | None:
    try:
        return real.read_bytes()
    except FileNotFoundError:
        return None


def _tighten(real: Path, wanted: int) -> None:
    """Take from group and others what they may do with the file; let the owner run what is run."""
    mode = stat.S_IMODE(real.stat().st_mode)
    right = (mode & 0o700) | (wanted & 0o100)
    if mode != right:
        real.chmod(right)


def unwritable(path: Path) -> str:
    """Why `write_private` could not write there, as a sentence; empty where nothing is known."""
    try:
        folder = real_file(path).parent
    except WizardError as problem:
        return problem.what
    there = next(part for part in (folder, *folder.parents) if part.exists() or part.is_symlink())
    if not there.exists():
        return f"{there} is a broken link."
    if not there.is_dir():
        return f"{there} is not a folder."
    if not os.access(there, os.W_OK | os.X_OK):
        return f"{there} is not writable."
    room = shutil.disk_usage(there).free
    return "" if room >= ROOM else f"The disk of {there} is full."


def make_folders(folder: Path) -> None:
    """Make what is missing of the folder's path, each part for the owner only. Raises OSError."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)


def _keep(real: Path, old: bytes) -> Path:
    """Write the old content under a name that is not taken."""
    stamp = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    number = 1
    while True:
        suffix = f"-{number}" if number > 1 else ""
        backup = real.with_name(f"{real.name}.bak-{stamp}{suffix}")
        try:
            handle = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            number += 1
            continue
        try:
            _fill(handle, old)
        except BaseException:
            backup.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return backup


def _replace(real: Path, data: bytes, mode: int) -> None:
    """Put the content there by way of a temporary file in the same folder."""
    handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=TEMPORARY, dir=real.parent)
    temporary = Path(name)
    try:
        lock(handle)  # until it has its name: `_sweep` takes what nobody holds
        _fill(handle, data)
        temporary.chmod(mode)
        temporary.replace(real)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    _sync_folder(real.parent)


def _sweep(real: Path) -> None:
    """Remove what a run that was killed in the middle of `_replace` left beside the file."""
    for left in real.parent.glob(f".{glob.escape(real.name)}.*{TEMPORARY}"):
        with contextlib.suppress(OSError):
            handle = os.open(left, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                if lock(handle):
                    left.unlink()
            finally:
                os.close(handle)


def _fill(handle: int, data: bytes) -> None:
    """Write the content through to the disk."""
    with os.fdopen(handle, "wb", closefd=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too; not every file system can be asked to."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what the system refused."""
    try:
        yield
    except UnicodeEncodeError:
        raise WizardError(
            f"{path} was not written.",
            "The text contains an invalid character (half of a surrogate pair).",
            "Enter the values again.",
        ) from None
    except OSError as error:
        raise WizardError(
            f"{path} could not be written.",
            f"System error: {error.strerror}.",
            _FIXES.get(error.errno or 0, _FIX),
            entry="FW-FILE-001",
        ) from None


LARGEST = 256 * 1024
"""Bytes; far more than any set of answers, and little enough to be read at once."""
STDIN = "-"


class Unreadable(Exception):
    """The file cannot be read; the text says why, as a sentence. `line` is where, or 0."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.line = line


def read_text(path: Path, *, largest: int = LARGEST) -> str:
    """The text of a plain file, at the end of links too. Raises Unreadable."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a valid file name"
        raise Unreadable(f"It cannot be read: {reason}.") from None
    try:
        _demand_plain(os.fstat(handle).st_mode)
        with open(handle, "rb", closefd=False) as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise Unreadable(f"It cannot be read: {error.strerror}.") from None
    finally:
        os.close(handle)
    return _text(data, largest)


def _demand_plain(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise Unreadable("It is a folder, not a file.")
    if not stat.S_ISREG(mode):
        raise Unreadable(
            "It is a pipe or a device, not a regular file. Use “-” for standard input."
        )


def read_stdin(*, largest: int = LARGEST) -> str:
    """Standard input to its end. Raises Unreadable, also where nothing is handed over."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise Unreadable("No input: standard input is a terminal, or closed.")
    try:
        data = sys.stdin.buffer.read(largest + 1)
    except OSError as error:
        raise Unreadable(f"It cannot be read: {error.strerror}.") from None
    return _text(data, largest)


def _text(data: bytes, largest: int) -> str:
    if len(data) > largest:
        raise Unreadable(f"It is larger than {largest // 1024} KB.")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("It is not UTF-8 text.", line) from None
