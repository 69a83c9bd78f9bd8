"""Which file of the formae CLI's config folder our connection belongs into."""

from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError
from wizard.local.formae.connection import address, current_connection
from wizard.local.formae.store import State, Store, has_profiles, valid_name
from wizard.local.formae.versions import Version


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
    if store.state in {State.NOTHING, State.BARE}:
        return _bare(store, store.state.value)
    active = store.active
    if active is not None and active != name and _connects(store.profile(active), url):
        reason = "the active profile is connected to this agent already"
        return ConfigTarget(store.profile(active), active, active, False, reason)
    heals = store.state is State.ACTIVE_MISSING and store.pointed == name
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
            f"`{name}` cannot be the name of a formae profile.",
            "A profile's name has letters, digits, `_` and `-` only.",
            "Give the agent such a name.",
            ExitCode.USAGE,
        )
