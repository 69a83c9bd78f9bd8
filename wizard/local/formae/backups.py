"""Copies of the CLI's config that the wizard kept beside it, and which of them are worth nothing.

A copy is kept for what the person had written into the file. One that differs from the present file
in our own connection's password alone keeps nothing but that password, which the agent refuses: it
takes one only.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import WizardError
from wizard.local.files import real_file
from wizard.local.formae.connection import Connection, current_connection
from wizard.local.formae.patch import patch
from wizard.local.formae.store import Store
from wizard.local.formae.tokens import PklSyntaxError
from wizard.local.formae.versions import Version

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
    """Remove them; those that are gone."""
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
