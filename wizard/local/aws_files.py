"""AWS's files in the home folder: what they say as AWS's own tools read them, and where it stands.

Never raises: what is broken boto3 will say.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Settings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """Both files as AWS's tools see them: profiles by name, and the sso-session sections."""

    profiles: Mapping[str, Settings]
    sso_sessions: Mapping[str, Settings]


CONFIG, CREDENTIALS = "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"
"""Variables that name other files than the usual ones."""
QUOTED = re.compile(r"""["'\\]""")
SECRETS = re.compile(r"KEY|TOKEN$|SECRET")
HEADER = re.compile(r"\[(?P<section>[^]]+)\]")


def config() -> Path:
    """The file with profiles and their settings."""
    return _file(CONFIG, "config")


def credentials() -> Path:
    """The file with keys; what it says of a profile wins."""
    return _file(CREDENTIALS, "credentials")


def _file(variable: str, usual: str) -> Path:
    return Path(os.path.expandvars(os.environ.get(variable, f"~/.aws/{usual}"))).expanduser()


def shown(path: Path) -> str:
    """Its name as a person writes it."""
    home = f"{Path.home()}{os.sep}"
    return f"~{os.sep}{str(path).removeprefix(home)}" if str(path).startswith(home) else str(path)


def read() -> Files:
    """Both files. What cannot be read counts as empty; boto3 will say what is wrong with it."""
    profiles: dict[str, dict[str, str]] = {}
    sessions: dict[str, dict[str, str]] = {}
    for section, settings in _sections(config()):
        kind, name = _named(section)
        if kind == "profile":
            profiles.setdefault(name, {}).update(settings)
        elif kind == "sso-session":
            sessions[name] = settings
    for name, settings in _sections(credentials()):
        profiles.setdefault(name, {}).update(settings)
    return Files(profiles, sessions)


def place(profile: str, key: str) -> str:
    """Where a profile's setting stands: `line 3 of ~/.aws/config`; empty for nowhere."""
    for path in (credentials(), config()):
        number = _line(path, profile, key, plain=path == credentials())
        if number:
            return f"line {number} of {shown(path)}"
    return ""


def _line(path: Path, profile: str, key: str, *, plain: bool) -> int:
    found, inside = 0, False
    for number, line in enumerate(_lines(path), 1):
        if header := HEADER.match(line):
            section = header["section"]
            inside = (section if plain else _named(section)) in (profile, ("profile", profile))
        elif inside and re.match(rf"{re.escape(key)}\s*[=:]", line, re.IGNORECASE):
            found = number
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").split("\n")
    except OSError:
        return []


def marked(path: Path) -> bool:
    """Whether the file begins with a byte order mark."""
    return "".join(_lines(path)[:1]).startswith("\ufeff")


def speaks_of(text: str, profile: str) -> str:
    """The variable or setting whose value is told of in a text; empty where none is known."""
    for variable, value in os.environ.items():
        if variable.startswith("AWS_") and not SECRETS.search(variable) and _in(value, text):
            return f"the environment variable {variable}"
    for key, value in read().profiles.get(profile, {}).items():
        if not SECRETS.search(key.upper()) and _in(value, text):
            return f"{key} in {place(profile, key)}"
    return ""


def _in(value: str, text: str) -> bool:
    return bool(value) and bool(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text))


def unreadable() -> str:
    """Why AWS's tools silently pass over one of the files, as a sentence; empty for neither."""
    for variable, path in ((CONFIG, config()), (CREDENTIALS, credentials())):
        said = os.environ.get(variable)
        try:
            with path.open("rb"):
                continue
        except FileNotFoundError:
            if said is not None:
                return f"The environment variable {variable} names {said or 'nothing'}: no file."
        except OSError as error:
            return f"{shown(path)} cannot be read: {error.strerror}."
    return ""


def _named(section: str) -> tuple[str, str]:
    """`profile "my own"` as (profile, my own); `default` needs no prefix."""
    if section == "default":
        return "profile", section
    try:
        words = shlex.split(section) if QUOTED.search(section) else section.split()
    except ValueError:
        return "", section
    return (words[0], words[1]) if len(words) == 2 else ("", section)


def _sections(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    import configparser

    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    try:
        parser.read(path)  # in this machine's encoding, as AWS's tools do
    except (configparser.Error, OSError, UnicodeDecodeError):
        return
    for name in parser.sections():
        yield name, dict(parser.items(name))
