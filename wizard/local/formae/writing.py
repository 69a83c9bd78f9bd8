"""Writes the CLI's config and makes its profile the active one; the only writes of this package.

Which profile was the CLI's active one before the wizard's: remembered on this machine alone.

Nothing else tells it later. Where it cannot be kept or read, the wizard does without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import WizardError
from wizard.local.files import real_file, write_private
from wizard.local.folders import state_folder
from wizard.local.formae.cli import Cli, use_profile
from wizard.local.formae.redaction import diff
from wizard.local.formae.store import ConfigTarget

VERSION = 1


@dataclass(frozen=True, slots=True)
class Before:
    """What the file `active` said before a profile was switched to; None where it was not there."""

    text: str | None
    mode: int = 0o600
    """Who may read it; there is no secret in it."""


def remember(environment: Mapping[str, str], active_file: Path, profile: str) -> None:
    """Keep what `active` says now, before it is made to say `profile`."""
    try:
        text = active_file.read_text("utf-8") if active_file.exists() else None
        mode = active_file.stat().st_mode & 0o666 if text is not None else 0o600
        note = {"version": VERSION, "active": str(active_file), "before": text, "mode": mode}
        file = _file(environment, active_file, profile)
        write_private(file, json.dumps(note) + "\n", keep_old=False)
    except (OSError, UnicodeDecodeError, RuntimeError, WizardError):
        return  # a convenience, not worth failing for


def remembered(environment: Mapping[str, str], active_file: Path, profile: str) -> Before | None:
    """What was kept; None where nothing was."""
    try:
        note = json.loads(_file(environment, active_file, profile).read_text("utf-8"))
        if note["version"] != VERSION or note["active"] != str(active_file):
            return None
        text = note["before"]
        return Before(text if text is None else str(text), int(note.get("mode", 0o600)) & 0o666)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def forget(environment: Mapping[str, str], active_file: Path, profile: str) -> None:
    """It has been put back, so it is not needed any more."""
    try:
        _file(environment, active_file, profile).unlink(missing_ok=True)
    except (OSError, RuntimeError):
        return


def _file(environment: Mapping[str, str], active_file: Path, profile: str) -> Path:
    place = hashlib.sha256(str(active_file).encode()).hexdigest()[:12]
    return state_folder(environment) / "profiles" / f"{profile}-{place}.json"


@dataclass(frozen=True)
class Written:
    """What writing did. `diff` shows no secret, and is empty where nothing changed."""

    path: Path
    """The file that holds the config; the end of the link where the target is one."""
    backup: Path | None
    diff: str

    @property
    def changed(self) -> bool:
        """Whether the content is another than before."""
        return bool(self.diff)


def read_config(target: ConfigTarget) -> str:
    """The config's text as it is, with its line endings; empty where there is none yet.

    Raises WizardError where it cannot be read.
    """
    real = real_file(target.path)
    try:
        return real.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise WizardError(
            f"{target.path} cannot be read as text.",
            "It is not UTF-8, which Pkl requires.",
            "Move it away and run the command again to create a new one.",
        ) from None
    except OSError as error:
        raise WizardError(
            f"{target.path} cannot be read.",
            f"System error: {error.strerror}.",
            "Give yourself read access.",
        ) from None


def write_config(target: ConfigTarget, new_text: str) -> Written:
    """Write the config, keeping the old one beside it; the same content is not written again.

    Raises WizardError; then the old config is as it was.
    """
    old = read_config(target)
    backup = write_private(target.path, new_text)
    return Written(real_file(target.path), backup, diff(old, new_text, target.path.name))


def activate(target: ConfigTarget, cli: Cli, env: Mapping[str, str]) -> bool:
    """Make the target's profile the active one, if it has to be; says whether anything was done.

    Through the CLI where there is one; else `active` is written as the CLI would write it. Raises
    WizardError.
    """
    if not target.must_activate or target.profile is None:
        return False
    remember(env, target.active_file, target.profile)
    if cli.path is not None:
        use_profile(cli, env, target.profile)
    else:
        write_private(target.active_file, f"{target.profile}\n", keep_old=False)
    return True
