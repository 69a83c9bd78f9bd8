"""Where the formae CLI reads its config from, what it would find there, and writing it.

From 0.87 on the CLI keeps profiles: `profiles/<name>.pkl`, and `active` with the name of the one in
use. Once there is a profile, `formae.conf.pkl` is never read again. At its first load without one
the CLI renames a plain `formae.conf.pkl` to `profiles/default.pkl`. Here it is decided which file
our connection belongs into. Which profile was active before the wizard's is remembered on this
machine alone; where that cannot be kept or read, the wizard does without.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from os.path import normpath
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.local.files import real_file, state_folder, write_private
from wizard.local.formae.cli import PROFILES, Cli, Version, use_profile
from wizard.local.formae.config import address, current_connection
from wizard.local.formae.redaction import diff

_NAME = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
_FALLBACK = "default"


class ConfigState(Enum):
    """What the CLI would find at its next load; the value says so to a person."""

    NOTHING = "there is no formae config yet"
    BARE = "there is a formae.conf.pkl and no profile that the CLI would use instead"
    BARE_AND_DEFAULT = "formae.conf.pkl is ignored, because there is a profile named default"
    DEFAULT = "there is a profile named default, which the CLI uses although none is active"
    ACTIVE = "there is an active profile"
    ACTIVE_MISSING = "the active profile's file is missing"
    MALFORMED = "the file that names the active profile is damaged"
    NONE_ACTIVE = "there are profiles, but none is active"
    LINK = "formae.conf.pkl is a link to a profile, which the CLI treats as the active one"
    BROKEN_LINK = "formae.conf.pkl is a link that the CLI does not accept"


@dataclass(frozen=True)
class Store:
    """The CLI's config folder: its profiles, and the file that counts."""

    folder: Path
    state: ConfigState
    active: str | None = None
    """The profile that the CLI would use now."""
    pointed: str | None = None
    """The name in `active`, though its file may be missing."""
    profiles: tuple[str, ...] = ()

    @property
    def bare(self) -> Path:
        """The config from before profiles."""
        return self.folder / "formae.conf.pkl"

    def profile(self, name: str) -> Path:
        """The file of a profile."""
        return self.folder / "profiles" / f"{name}.pkl"


def has_profiles(version: Version | None) -> bool | None:
    """Whether this CLI keeps profiles; None where there is no CLI to tell."""
    return None if version is None else version >= PROFILES


def read_store(version: Version | None, env: Mapping[str, str], home: Path) -> Store:
    """The config folder of this CLI, and its state. Without a CLI a newer one is assumed.

    The order is the CLI's own: FORMAE_CONFIG_DIR, then `~/.config/formae` if it holds a config,
    then the XDG folder; one from before profiles knows only the second. Raises WizardError for a
    folder that cannot be read.
    """
    try:
        return _read(version, env, home)
    except OSError as error:
        raise _unreadable(error) from None


def _read(version: Version | None, env: Mapping[str, str], home: Path) -> Store:
    legacy = home / ".config" / "formae"
    if has_profiles(version) is False:
        bare = (legacy / "formae.conf.pkl").exists()
        return Store(legacy, ConfigState.BARE if bare else ConfigState.NOTHING)
    if chosen := env.get("FORMAE_CONFIG_DIR"):
        return _look(_absolute(_expanded(chosen, home)))
    base = env.get("XDG_CONFIG_HOME")
    xdg = _absolute(Path(base) / "formae") if base else legacy
    if xdg == _absolute(legacy):
        return _look(legacy)
    return _look(legacy if _populated(legacy) else xdg)


def _absolute(folder: Path) -> Path:
    return Path(normpath(folder.absolute()))


def _expanded(folder: str, home: Path) -> Path:
    """A leading `~` is the home folder, as the CLI has it; `~somebody` is a plain name."""
    if folder == "~" or folder.startswith("~/"):
        return home / folder.removeprefix("~").lstrip("/")
    return Path(folder)


def _populated(folder: Path) -> bool:
    """Whether the CLI sees a config here; an empty `profiles` or a stale `active` is none."""
    store = Store(folder, ConfigState.NOTHING)
    if store.bare.is_symlink() or store.bare.exists():
        return True
    files = _profile_files(folder)
    active = _active(folder)
    if files:
        return True
    return active is not None and valid_name(active) and store.profile(active).exists()


def _look(folder: Path) -> Store:
    state, active = _state(Store(folder, ConfigState.NOTHING))
    pointed = _active(folder)
    profiles = tuple(sorted(name for name in _profile_files(folder) if valid_name(name)))
    return Store(folder, state, active, pointed, profiles)


def _state(store: Store) -> tuple[ConfigState, str | None]:
    """The CLI's own decision at its first load, without what it would change on disk."""
    active = _active(store.folder)
    if active is not None:
        if not valid_name(active):
            return ConfigState.MALFORMED, None
        there = store.profile(active).exists()
        return (ConfigState.ACTIVE, active) if there else (ConfigState.ACTIVE_MISSING, None)
    if store.bare.is_symlink():
        linked = _linked(store)
        if linked is not None:
            return ConfigState.LINK, linked
    elif store.bare.exists():
        default = store.profile(_FALLBACK)
        taken = default.exists() or default.is_symlink()
        return (ConfigState.BARE_AND_DEFAULT, _FALLBACK) if taken else (ConfigState.BARE, None)
    return _without_bare(store)


def _without_bare(store: Store) -> tuple[ConfigState, str | None]:
    if store.profile(_FALLBACK).exists():
        return ConfigState.DEFAULT, _FALLBACK
    if any(valid_name(name) for name in _profile_files(store.folder)):
        return ConfigState.NONE_ACTIVE, None
    return (ConfigState.BROKEN_LINK if store.bare.is_symlink() else ConfigState.NOTHING), None


def _linked(store: Store) -> str | None:
    """The profile that a link from before 0.87 names; only one inside `profiles` counts."""
    target = store.bare.readlink()
    name = target.name.removesuffix(".pkl")
    inside = target.parent in {Path("profiles"), store.folder / "profiles"}
    good = target.suffix == ".pkl" and valid_name(name) and inside and store.profile(name).exists()
    return name if good else None


def _active(folder: Path) -> str | None:
    """What `active` says; None where it is not there."""
    try:
        return (folder / "active").read_bytes().decode("utf-8", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _profile_files(folder: Path) -> list[str]:
    """The names of all plain `.pkl` files in `profiles`."""
    try:
        entries = list((folder / "profiles").iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    plain = (entry for entry in entries if entry.is_file() and not entry.is_symlink())
    return [entry.name.removesuffix(".pkl") for entry in plain if entry.name.endswith(".pkl")]


def valid_name(name: str) -> bool:
    """Whether the CLI takes this as a profile's name."""
    return _NAME.fullmatch(name) is not None


def _unreadable(error: OSError) -> WizardError:
    return WizardError(
        f"{error.filename} cannot be read.",
        f"System error: {error.strerror}.",
        "Give yourself read access, or choose another folder with FORMAE_CONFIG_DIR.",
    )


@dataclass(frozen=True)
class ConfigTarget:
    """The file our connection goes into. `profile` is None for a bare `formae.conf.pkl`."""

    path: Path
    profile: str | None
    active_now: str | None
    """The profile that the CLI uses before we write."""
    must_activate: bool
    """Whether the CLI reads the file only once its profile is made the active one."""
    reason: str
    """A sentence's beginning for a person: why this file."""

    @property
    def active_file(self) -> Path:
        """The file in which the CLI keeps the active profile's name."""
        return self.path.parent.parent / "active"


def choose(
    store: Store, version: Version | None, name: str, url: str | None = None
) -> ConfigTarget:
    """The file for the connection to the agent named `name`, whose URL is `url` where known.

    - No profile store (a CLI before 0.87, or nothing there, or a bare file the CLI would use): the
      bare `formae.conf.pkl`, as the walkthrough has it. A CLI from 0.87 on renames that at its
      first load to `profiles/default.pkl`, with our connection in it, and uses it.
    - The active profile has this agent's URL already, for example after that renaming: that one.
    - Any other store: `profiles/<name>.pkl`, to be made the active one unless it is.

    `version` is the CLI's, None where there is none. Raises WizardError for a name that no profile
    can have.
    """
    _check_name(name)
    if has_profiles(version) is False:
        return _bare(store, f"formae {version} reads only this file")
    if store.state in {ConfigState.NOTHING, ConfigState.BARE}:
        return _bare(store, store.state.value)
    active = store.active
    if active is not None and active != name and _connects(store.profile(active), url):
        reason = "the active profile already connects to this agent"
        return ConfigTarget(store.profile(active), active, active, False, reason)
    heals = store.state is ConfigState.ACTIVE_MISSING and store.pointed == name
    must_activate = active != name and not heals
    return ConfigTarget(store.profile(name), name, active, must_activate, store.state.value)


def _bare(store: Store, reason: str) -> ConfigTarget:
    return ConfigTarget(store.bare, None, None, False, reason)


def _connects(config: Path, url: str | None) -> bool:
    """Whether that config is already connected to the agent at `url`."""
    if url is None:
        return False
    try:
        connection = current_connection(config.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return False
    return connection is not None and (connection.url, connection.port) == address(url)


def _check_name(name: str) -> None:
    if not valid_name(name):
        raise WizardError(
            f"`{name}` is not a valid formae profile name.",
            "A profile name can only contain letters, digits, `_` and `-`.",
            "Choose such a name for the agent.",
            ExitCode.USAGE,
        )


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
        note = parsed_json(_file(environment, active_file, profile).read_text("utf-8"))
        if note["version"] != VERSION or note["active"] != str(active_file):
            return None
        text = note["before"]
        return Before(text if text is None else str(text), int(note.get("mode", 0o600)) & 0o666)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def forget(environment: Mapping[str, str], active_file: Path, profile: str) -> None:
    """Forget the profile that was active before: that one has been put back."""
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
