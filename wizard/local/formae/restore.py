"""Takes our connection out of the CLI's config again: as it was before, and nobody's edits lost.

Copies of the CLI's config that the wizard kept beside it, and which of them are worth nothing.

A copy is kept for what the person had written into the file. One that differs from the present file
in our own connection's password alone keeps nothing but that password, which the agent refuses: it
takes one only.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import WizardError
from wizard.base.offer import offers
from wizard.local.files import OWNER_MAY_READ, real_file, write_private
from wizard.local.formae.cli import CONNECTION, PROFILES, Version
from wizard.local.formae.config import Connection, address, connection_config, current_connection
from wizard.local.formae.document import Document, PklSyntaxError
from wizard.local.formae.patch import patch, unpatch
from wizard.local.formae.store import Store, forget, remembered

STAMP = re.compile(r"\.bak-\d{8}-\d{6}(-\d+)?")


@dataclass(frozen=True, slots=True)
class Superseded:
    """Copies that hold a password which is not in force any more."""

    worthless: tuple[Path, ...] = ()
    """They hold nothing else."""
    others: tuple[Path, ...] = ()
    """They hold something that is not in the present file."""


def backups(store: Store, path: Path) -> list[Path]:
    """Copies the wizard kept, oldest first; also of the file that the CLI made a profile of."""
    real = real_file(path)
    files = {real, real_file(store.bare)} if path.stem == "default" else {real}
    found = [
        each
        for file in files
        for each in file.parent.glob(f"{file.name}.bak-*")
        if STAMP.fullmatch(each.name.removeprefix(file.name))
    ]
    return sorted(found, key=lambda each: each.name)


def superseded(store: Store, path: Path, text: str, version: Version | None) -> Superseded:
    """Those of the copies that `text`, the file's present content, has left behind."""
    now = current_connection(text)
    if now is None or now.password is None:
        return Superseded()
    older = {each: held for each in backups(store, path) if (held := _older(each, now))}
    worthless = tuple(each for each, held in older.items() if _again(held, version, now) == text)
    return Superseded(worthless, tuple(each for each in older if each not in worthless))


def drop(files: Iterable[Path]) -> list[Path]:
    """Remove these files, and return those that are gone."""
    gone = []
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink()
            gone.append(file)
    return gone


def _older(copy: Path, now: Connection) -> str:
    """Its text, where it leads to the same agent with another password; empty where not."""
    if copy.is_symlink() or not copy.is_file():
        return ""
    try:
        text = copy.read_bytes().decode("utf-8")
        held = current_connection(text)
    except (OSError, UnicodeDecodeError, WizardError, PklSyntaxError, RecursionError):
        return ""
    if held is None or (held.url, held.port) != (now.url, now.port):
        return ""
    return text if held.password not in {None, now.password} else ""


def _again(text: str, version: Version | None, now: Connection) -> str:
    """What it would be with the present connection in it; empty where that cannot be."""
    try:
        return patch(text, version, now)
    except (WizardError, PklSyntaxError, RecursionError):
        return ""


STUB = 'amends "formae:/Config.pkl"\n'
"""What the CLI itself writes where there is no config yet."""
FORMS = (None, PROFILES, CONNECTION)
"""CLI versions that stand for the forms our connection has been written in."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, a sentence for each file; none where there was nothing to do."""

    changed: bool
    notes: tuple[str, ...]


def restore(store: Store, name: str, url: str, environment: Mapping[str, str]) -> Restored:
    """Put back every config of the folder that is connected to the agent at `url`.

    A config that nobody changed since is as before, byte by byte; from any other only the
    connection is taken out. The profile that was active before is so again. `name` is the
    deployment's. Raises WizardError for a file that cannot be read or written.
    """
    if not url:
        ours = [path for path in _configs(store, name) if path in _ours(store, name)]
        left = [path for path in ours if _followed(path) and _hosted(path)]
        return Restored(
            False,
            tuple(
                f"{_short(path)} is unchanged: the wizard cannot determine whether it connects to "
                "this agent"
                for path in left
            ),
        )
    left = [path for path in _configs(store, name) if not _followed(path)]
    notes = [
        _put_back(store, path, name)
        for path in _configs(store, name)
        if path not in left and _leads_to(path, address(url))
    ]
    switched = _switch_back(store, name, environment)
    if switched:
        notes.append(switched)
    _tidy(store)
    told = [path for path in left if path in _ours(store, name) or _names(path, url)]
    unread = [
        f"{_short(path)} is unchanged: it cannot be read as Pkl; if it still connects to this "
        "agent, remove that by hand"
        for path in told
    ]
    return Restored(bool(notes), (*notes, *unread))


def _configs(store: Store, name: str) -> list[Path]:
    """Every config of the folder; ours also where it is a link, which the CLI does not list."""
    names = dict.fromkeys((*store.profiles, name))
    files = [store.bare, *(store.profile(each) for each in names)]
    return [path for path in files if path.exists()]


def _ours(store: Store, name: str) -> set[Path]:
    return {store.bare, store.profile(name)}


def _followed(path: Path) -> bool:
    """Whether the file can be read, and as Pkl; what cannot is somebody's work, and left alone."""
    try:
        Document(_read(path))
    except (WizardError, PklSyntaxError, RecursionError):
        return False
    return True


def _names(path: Path, url: str) -> bool:
    """Whether the agent's address is in the file, whatever else is."""
    try:
        return address(url)[0].encode() in path.read_bytes()
    except OSError:
        return False


def _hosted(path: Path) -> bool:
    found = current_connection(_read(path))
    return found is not None and any(f".{each.domain}" in found.url for each in offers())


def _leads_to(path: Path, where: tuple[str, int]) -> bool:
    found = current_connection(_read(path))
    return found is not None and (found.url, found.port) == where


def _read(path: Path) -> str:
    try:
        return real_file(path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WizardError(
            f"{path} cannot be read.",
            f"System error: {getattr(error, 'strerror', None) or 'it is not text'}.",
            "Remove the connection to the agent from it by hand.",
        ) from None


def _put_back(store: Store, path: Path, name: str) -> str:
    text, copies = _read(path), backups(store, path)
    connection = current_connection(text) or Connection("", 0)
    ours = [each for each in copies if _same_agent(_read(each), connection)]
    before = next((each for each in reversed(copies) if each not in ours), None)
    later = [each for each in ours if before is None or each.name > before.name]
    origin = _read(before) if before else ""
    if before and text in set(_patched(origin, connection)):
        write_private(path, origin, keep_old=False)
        drop([before, *(each for each in later if _only_ours(_read(each), origin))])
        return f"{_short(path)} is restored"
    if text in set(_patched("", connection)):
        drop([each for each in later if _only_ours(_read(each), "")])
        return _emptied(store, path, name)
    write_private(path, _without(text, origin, path))
    return f"{_short(path)}: the connection is removed; your later changes stay"


def _same_agent(text: str, connection: Connection) -> bool:
    found = current_connection(text)
    return found is not None and (found.url, found.port) == (connection.url, connection.port)


def _only_ours(text: str, origin: str) -> bool:
    connection = current_connection(text)
    return connection is not None and text in set(_patched(origin, connection))


def _patched(origin: str, connection: Connection) -> Iterator[str]:
    """The origin with the connection in it, in every form the wizard may have written."""
    for version in FORMS:
        with contextlib.suppress(WizardError):
            yield patch(origin, version, connection)
    if not origin:
        for version in FORMS:
            with contextlib.suppress(WizardError):
                yield connection_config(
                    version,
                    connection.url,
                    connection.port,
                    connection.username,
                    connection.password,
                )


def _emptied(store: Store, path: Path, name: str) -> str:
    """The file holds nothing but our connection."""
    if path.is_symlink() or path not in _ours(store, name):
        write_private(path, STUB, keep_old=False)
        return f"{_short(path)} is now empty"
    path.unlink()
    return f"{_short(path)} is removed; it contained nothing else"


def _without(text: str, origin: str, path: Path) -> str:
    """The edited text with the connection of before, or with none."""
    earlier = current_connection(origin) if origin else None
    if earlier is not None and "cli" in origin:
        for version in FORMS:
            with contextlib.suppress(WizardError):
                return patch(text, version, earlier, str(path))
    return unpatch(text, str(path))


def _switch_back(store: Store, name: str, environment: Mapping[str, str]) -> str:
    """Make the profile active again that was so before ours; a sentence about it."""
    file = store.folder / "active"
    if store.pointed != name:
        forget(environment, file, name)
        return ""  # the person has chosen another since, or ours never was
    before = remembered(environment, file, name)
    text = before.text if before else _likely(store, name)
    if before is None and text == "":
        return (
            f"profile {name} is still the active one; choose another with `formae profile use`"
            if store.profile(name).exists()
            else "no profile is active; choose one with `formae profile use`"
        )
    if text is None:
        file.unlink(missing_ok=True)
    else:
        write_private(file, text, keep_old=False)
        with contextlib.suppress(OSError):
            file.chmod(before.mode if before else OWNER_MAY_READ)
    forget(environment, file, name)
    return f"profile {text.strip()} is active again" if text else ""


def _likely(store: Store, name: str) -> str | None:
    """What `active` may have said, where nobody remembers; empty where that cannot be told."""
    others = [each for each in store.profiles if each != name]
    if not others:
        return "" if store.profile(name).exists() else None
    if len(others) == 1 or "default" in others:
        return ("default" if "default" in others else others[0]) + "\n"
    return ""


def _tidy(store: Store) -> None:
    """Folders that are empty now were made for our file."""
    for folder in (store.folder / "profiles", store.folder):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _short(path: Path) -> str:
    return path.name if path.name == "formae.conf.pkl" else f"{path.parent.name}/{path.name}"
