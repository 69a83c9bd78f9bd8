"""What the person answers is kept as they answer it, so that nobody has to say it twice.

Unfinished answers lie in the state folder as `answers/<name>.toml`; those of a deployment that
succeeded as `answers/done/<name>.<region>.toml`, as a record. Both are answers files like others,
without a secret. Nothing here raises: where nothing can be kept, `problem` says so. The module is
light: how such files are read and written is loaded when it is needed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.answers import checks
from wizard.answers.model import Answers, Source
from wizard.answers.questions import QUESTIONS, Detected
from wizard.answers.resolving import Draft, Texts, collect, said
from wizard.base.errors import WizardError
from wizard.base.names import DEFAULT_NAME
from wizard.local.files import state_folder

if TYPE_CHECKING:
    from wizard.answers.file import Loaded

DELAY = 0.4
"""Seconds of quiet after an answer until it is written."""
DONE = "done"


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept set of unfinished answers, as it was found in a file."""

    path: Path
    when: datetime
    """When the last of them was given."""
    name: str
    """The deployment's name."""
    answers: Texts

    @property
    def words(self) -> str:
        """Whose answers these are, for the review, such as "your answers of 2026-11-28"."""
        return f"your answers of {self.when:%Y-%m-%d}"


class Autosave:
    """Keeps the answers of one sitting. Cheap to tell, whatever the disk does; never raises."""

    def __init__(self, delay: float = DELAY) -> None:
        self.path: Path | None = None
        """The file that was written last; None before there is one."""
        self.problem = ""
        """Why nothing is kept, as a sentence; empty as long as it is."""
        self._delay = delay
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: tuple[Path, dict[str, str]] | None = None
        self._timer: threading.Timer | None = None
        self._made: Path | None = None
        _open.add(self)

    def keep(self, draft: Draft) -> None:
        """Take the answers as they are now; they are written after a moment without another."""
        texts = said(draft)
        try:
            path = _folder() / f"{_file_name(texts)}.toml"
        except RuntimeError as why:
            self.problem = f"Your answers are not saved: {why}."
            return
        with self._lock:
            self._waiting = path, texts
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(self._delay, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def flush(self) -> None:
        """Write now what waits to be written."""
        with self._writing:
            with self._lock:
                waiting, self._waiting = self._waiting, None
                if self._timer:
                    self._timer.cancel()
            if waiting:
                self._write(*waiting)

    def _write(self, path: Path, texts: dict[str, str]) -> None:
        from wizard.answers.file import saved, write

        new = not path.exists()
        try:
            write(path, saved(texts))
        except (WizardError, OSError) as error:
            why = error.why if isinstance(error, WizardError) else str(error)
            self.problem = f"Your answers are not saved. {why}"
            return
        if self._made and self._made != path:  # it was for a name that is no longer wanted
            self._made.unlink(missing_ok=True)
            self._made = None
        if new:
            self._made = path
        self.path, self.problem = path, ""


_open: weakref.WeakSet[Autosave] = weakref.WeakSet()


def flush() -> None:
    """Write what waits to be written, whoever keeps it."""
    for each in list(_open):
        each.flush()


def problems() -> list[str]:
    """Why answers are not kept, as sentences, each once."""
    return sorted({each.problem for each in _open if each.problem})


atexit.register(flush)


def last() -> Saved | None:
    """The unfinished answers that were given last; None where there are none that can be read."""
    found: list[tuple[float, Path]] = []
    with contextlib.suppress(OSError, RuntimeError):
        found = [(path.stat().st_mtime, path) for path in _folder().glob("*.toml")]
    if not found:
        return None
    from wizard.answers.file import load

    for time, path in sorted(found, reverse=True):
        loaded = load(str(path))
        if loaded.texts and not loaded.complaints:
            return _saved(loaded, path, time)
    return None


def _saved(loaded: Loaded, path: Path, time: float) -> Saved:
    when = datetime.fromtimestamp(time).astimezone()
    name = loaded.texts.get("name", DEFAULT_NAME)
    reason = Saved(path, when, name, Texts({}, {})).words
    return Saved(path, when, name, loaded.answers(reason))


def record(answers: Answers, account: str = "") -> Path | None:
    """Keep the answers of a deployment that succeeded; what was unfinished of them is not any more.

    They are for that `account` from now on.
    Gives the file, None where nothing could be written.
    """
    from wizard.answers.file import given, load, saved, write

    flush()
    try:
        folder = _folder()
        path = folder / DONE / f"{answers.name}.{answers.region}.toml"
        pinned = {"account": account} if account else {}
        write(path, saved(given(answers) | pinned))
        unfinished = folder / f"{answers.name}.toml"
        if _same(load(str(unfinished)), answers):
            unfinished.unlink(missing_ok=True)
    except (WizardError, OSError, RuntimeError):
        return None
    return path


def remembered(name: str, region: str, account: Callable[[], str]) -> dict[str, str]:
    """What was chosen of a deployment that nothing of is left in its account, as texts by key.

    Of one of another account nothing is; `account` asks for the twelve digits of this one.
    """
    from wizard.answers.file import load

    try:
        path = _folder() / DONE / f"{name}.{region}.toml"
        texts = load(str(path)).texts if path.exists() else {}
    except (OSError, RuntimeError):
        return {}
    found = {each.key: texts[each.key] for each in QUESTIONS if each.here and each.key in texts}
    if not found or texts.get("account") not in {None, account()}:
        return {}
    return found


def _same(loaded: Loaded, answers: Answers) -> bool:
    """Whether the file says nothing else than these answers."""
    values, wanted = collect({Source.FILE: loaded.texts}, Detected()).values, answers.values
    return all(values[key] == wanted[key] for key in loaded.texts)


def _folder() -> Path:
    return state_folder(os.environ) / "answers"


def _file_name(texts: Mapping[str, str]) -> str:
    """The deployment's name, as long as it is one."""
    name = texts.get("name", "").strip()
    return DEFAULT_NAME if checks.deployment_name(name) else name
