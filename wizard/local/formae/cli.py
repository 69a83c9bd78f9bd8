"""The formae CLI on this machine: found, asked for its version, run, and its failures explained."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import total_ordering
from pathlib import Path

from wizard.base.errors import WizardError

_SHAPE = re.compile(
    r"v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,2})"
    r"(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
    r"(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A formae version, ordered as semantic versions are: `0.89.0-dev.7 < 0.89.0`."""

    text: str
    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """The version in `text` (`0.88.1`, `v0.89`, `0.89.0-dev.7`), or None if it is none."""
        found = _SHAPE.fullmatch(text.strip())
        if found is None:
            return None
        parts = [int(part) for part in found["numbers"].split(".")]
        major, minor, patch = [*parts, 0, 0][:3]
        pre = tuple(found["pre"].split(".")) if found["pre"] else ()
        return cls(text.strip().removeprefix("v"), (major, minor, patch), pre)

    @property
    def _key(self) -> tuple[tuple[int, int, int], bool, tuple[tuple[int, int, str], ...]]:
        """A release comes after its pre-releases; numbers in those come before words."""
        marks = tuple(
            (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
            for part in self.pre
        )
        return self.numbers, not self.pre, marks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: "Version") -> bool:
        return self._key < other._key

    def __str__(self) -> str:
        return self.text


def at_least(version: Version | None, since: Version) -> bool:
    """Whether `version` has what came with `since`; an unknown version has nothing new."""
    return version is not None and version >= since


AUTH = Version("0.84.0", (0, 84, 0))
"""Typed `agent.auth` and `cli.auth`, `agent.resourcePlugins` and the `plugins:/` imports."""

PROFILES = Version("0.87.0-dev.1", (0, 87, 0), ("dev", "1"))
"""The profile store; before it only `~/.config/formae/formae.conf.pkl` is read."""

CONNECTION = Version("0.89.0-dev.6", (0, 89, 0), ("dev", "6"))
"""`cli.connection`; `cli.api` and `cli.auth` are deprecated, and refused next to it."""

AGENT_STATUS = Version("0.89.0-dev.7", (0, 89, 0), ("dev", "7"))
"""`formae agent status`; `formae status agent` is a deprecated alias from here on."""


_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_LONGEST = 600


def explain(command: str, code: int, stderr: str) -> WizardError:
    """The error for a CLI run that failed with this exit code and error output."""
    from wizard.catalogue import FORMAE, Raised, entry, filled, find

    said = _said(stderr)
    known = find(Raised(service=FORMAE, message=said))
    if known is None:
        unknown = entry("FW-CLI-010")
        what = filled(unknown.what, command=command, exit=code)
        why = f"Its message: {said}" if said else "It gives no reason."
        return WizardError(what, why, unknown.fix, entry=unknown.code)
    blanks = known.blanks(Raised(service=FORMAE, message=said))
    if module := blanks.pop("module", ""):
        blanks["plugin"] = _kebab(module)
    what, fix = filled(known.what, **blanks), filled(known.fix, **blanks)
    return WizardError(
        what, known.why or f"The formae CLI's message: {said}", fix, entry=known.code
    )


def _kebab(module: str) -> str:
    """`AuthBasic` is the module of the plugin `auth-basic`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", module).lower()


def _said(stderr: str) -> str:
    """The CLI's words on one line: no colours, no secrets, no links to its documentation."""
    from wizard.local.formae.redaction import redacted_line

    lines = [_COLOUR.sub("", line).strip() for line in stderr.splitlines()]
    kept = [redacted_line(line) for line in lines if line and "docs.formae.io" not in line]
    said = " ".join(line for line in kept if not line.startswith("Command "))
    said = said.removeprefix("Error:").strip()
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def timed_out(command: str, seconds: float) -> WizardError:
    """The CLI did not end in time."""
    return WizardError(
        f"`{command}` did not finish within {seconds:g} seconds.",
        "The agent may still be starting, or the network may drop the request.",
        "Try again in a minute.",
        entry="FW-CLI-011",
    )


def not_runnable(command: str, reason: str) -> WizardError:
    """There is no CLI, or it cannot be started."""
    return WizardError(
        f"`{command}` cannot be run.",
        f"{reason}." if reason else "",
        "Install the formae CLI; see docs.formae.io.",
        entry="FW-CLI-012",
    )


def no_answer() -> WizardError:
    """The CLI ended well but did not print a status."""
    return WizardError(
        "The formae CLI did not print the agent's status.",
        "Its output contains no JSON status with the agent's version.",
        "Run `formae status agent` yourself to see what it prints.",
        entry="FW-CLI-013",
    )


_VERSION_TIMEOUT = 10.0

_STATUS_TIMEOUT = 90.0

_USE_TIMEOUT = 30.0

_LABEL = "formae version:"


@dataclass(frozen=True)
class Cli:
    """The formae CLI, as found. `reason` says why there is no `path` or no `version`."""

    path: Path | None
    version: Version | None
    reason: str = ""


@dataclass(frozen=True)
class AgentStatus:
    """What an agent says of itself: part of the CLI's machine-readable status."""

    version: str
    agent_id: str


def find_cli(env: Mapping[str, str], timeout: float = _VERSION_TIMEOUT) -> Cli:
    """The formae CLI on the PATH of `env`, with its version. Never raises.

    `formae --version` says `formae version: X`; it loads no config.
    """
    found = shutil.which("formae", path=env.get("PATH", ""))
    if found is None:
        return Cli(None, None, "formae is not on your PATH")
    path = Path(found).absolute()
    try:
        done = _run([str(path), "--version"], env, timeout)
    except subprocess.TimeoutExpired:
        return Cli(path, None, f"`formae --version` did not answer within {timeout:g} seconds")
    except OSError as error:
        return Cli(path, None, f"{path} cannot be run: {error.strerror}")
    if done.returncode != 0:
        return Cli(path, None, f"`formae --version` exited with code {done.returncode}")
    return _with_version(path, done.stdout)


def _with_version(path: Path, output: str) -> Cli:
    for line in output.splitlines():
        if line.strip().startswith(_LABEL):
            said = line.strip().removeprefix(_LABEL).strip()
            version = Version.parse(said)
            reason = "" if version else f"`{said[:40]}` is not a recognized version"
            return Cli(path, version, reason)
    return Cli(path, None, "`formae --version` printed no version")


def status_argv(
    version: Version | None, *, profile: str | None = None, config: Path | None = None
) -> list[str]:
    """The arguments, program included, that ask the agent for its status as JSON.

    With a profile or a config file, or with neither for the one in use; the CLI takes no two.
    `--profile` came with the profile store, so an older CLI is to be given the file.
    """
    words = ["agent", "status"] if at_least(version, AGENT_STATUS) else ["status", "agent"]
    chosen: list[str] = []
    if config is not None:
        chosen = ["--config", str(config)]
    elif profile is not None:
        chosen = ["--profile", profile]
    return ["formae", *words, "--output-consumer", "machine", "--output-schema", "json", *chosen]


def use_argv(profile: str) -> list[str]:
    """The arguments, program included, that make a profile the active one."""
    return ["formae", "profile", "use", profile]


def agent_status(
    cli: Cli,
    env: Mapping[str, str],
    *,
    profile: str | None = None,
    config: Path | None = None,
    timeout: float = _STATUS_TIMEOUT,
) -> AgentStatus:
    """Ask the agent for its status through the CLI.

    Raises WizardError with the CLI's own words for why, and what to do about it.
    """
    argv = status_argv(cli.version, profile=profile, config=config)
    return parse_status(run(cli, argv, env, timeout))


def use_profile(cli: Cli, env: Mapping[str, str], profile: str) -> None:
    """Make a profile the active one through the CLI. Raises WizardError."""
    run(cli, use_argv(profile), env, _USE_TIMEOUT)


def run(cli: Cli, argv: list[str], env: Mapping[str, str], timeout: float) -> str:
    """Run the found CLI with these arguments and return its output. Raises WizardError."""
    shown = " ".join(argv)
    if cli.path is None:
        raise not_runnable(shown, cli.reason)
    try:
        done = _run([str(cli.path), *argv[1:]], env, timeout)
    except subprocess.TimeoutExpired:
        raise timed_out(shown, timeout) from None
    except OSError as error:
        raise not_runnable(shown, f"System error: {error.strerror}") from None
    if done.returncode != 0:
        raise explain(shown, done.returncode, done.stderr)
    return done.stdout


def parse_status(output: str) -> AgentStatus:
    """The status in the CLI's JSON. Raises WizardError for output that holds none."""
    begin = output.find("{")
    try:
        said, _ = json.JSONDecoder().raw_decode(output, max(begin, 0))
    except (ValueError, RecursionError):
        raise no_answer() from None
    version = said.get("Version") if isinstance(said, dict) else None
    if not isinstance(version, str) or not version:
        raise no_answer()
    return AgentStatus(version, str(said.get("AgentId") or ""))


def _run(
    argv: list[str], env: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (a program the person has on their PATH, no shell)
        argv,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )
