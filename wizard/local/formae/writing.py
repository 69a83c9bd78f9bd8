"""Writes the CLI's config and makes its profile the active one; the only writes of this package."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.base.errors import WizardError
from wizard.local.files import real_file, write_private
from wizard.local.formae.cli import Cli, use_profile
from wizard.local.formae.previous_profile import remember
from wizard.local.formae.redaction import diff
from wizard.local.formae.target import ConfigTarget


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
            "It is not UTF-8, which Pkl wants.",
            "Move it away and run this again to have a fresh one.",
        ) from None
    except OSError as error:
        raise WizardError(
            f"{target.path} cannot be read.",
            f"The system says: {error.strerror}.",
            "Make it readable for yourself.",
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
