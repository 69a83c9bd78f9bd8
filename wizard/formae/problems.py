"""What the formae CLI says when it fails, put as what happened, why, and what to do."""

import re

from wizard.errors import WizardError
from wizard.formae.shown import redacted_line

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_VERSIONS = re.compile(r"incompatible agent version: expected (\S+), got (\S+)")
_MISSING_PLUGIN = re.compile(
    r"auth plugin \"(?P<plugin>[\w-]+)\" not installed"
    r"|(?:Cannot find|I/O error loading) module `plugins:/(?P<module>\w+)\.pkl`"
)
_LONGEST = 600

_REFUSED = ("authentication failed", "the agent denied access")
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("agent is not running",),
        "Nothing answers at the address in your formae config.",
        "Check the address there, and that the App Runner service is running.",
    ),
    (
        _REFUSED,
        "The agent does not take the user name and password in your formae config.",
        "Run this again to write the right ones, or correct `auth` in the config yourself.",
    ),
    (
        ("is set alongside deprecated",),
        "Your formae config says its connection twice, in the old form and in the new one.",
        "Take `cli.api`, `cli.auth` and `plugins.authentication` out of it.",
    ),
    (
        ("not initialized", "profile not found", "invalid profile name"),
        "The formae CLI has no usable active profile.",
        "See the profiles with `formae profile list` and choose one with `formae profile use`.",
    ),
    (
        ("failed to load configuration", "failed to evaluate PKL", "Pkl Error"),
        "The formae CLI cannot read its config.",
        "Correct the place it names, or move the file away and run this again.",
    ),
    (
        ("unknown flag", "unknown command"),
        "This formae CLI does not know the command.",
        "Update the formae CLI to the agent's version.",
    ),
    (
        ("error fetching stats from agent",),
        "The agent cannot be reached or does not answer properly.",
        "A new service may need some minutes; then check the address in your formae config.",
    ),
)


def explain(command: str, code: int, stderr: str) -> WizardError:
    """The error for a CLI run that failed with this exit code and error output."""
    said = _said(stderr)
    different = _VERSIONS.search(said)
    if different:
        return _versions(different[1], different[2])
    missing = _MISSING_PLUGIN.search(said)
    if missing:
        return _plugin(missing["plugin"] or _kebab(missing["module"]), said)
    for marks, what, fix in _KNOWN:
        if any(mark in said for mark in marks):
            return WizardError(what, f"The formae CLI says: {said}", fix)
    why = f"It says: {said}" if said else "It says nothing about why."
    return WizardError(f"`{command}` ended with code {code}.", why, "Run it yourself to see more.")


def _plugin(name: str, said: str) -> WizardError:
    return WizardError(
        f"Your formae CLI lacks the plugin {name}, which your formae config uses.",
        f"The formae CLI says: {said}",
        f"Install it with `formae plugin install {name}`.",
    )


def _kebab(module: str) -> str:
    """`AuthBasic` is the module of the plugin `auth-basic`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", module).lower()


def _versions(cli: str, agent: str) -> WizardError:
    return WizardError(
        f"Your formae CLI is version {cli}, the agent is {agent}.",
        "The two work together only when they are the very same version.",
        f"Run `formae update {agent}`.",
    )


def _said(stderr: str) -> str:
    """The CLI's words on one line: no colours, no secrets, no links to its documentation."""
    lines = [_COLOUR.sub("", line).strip() for line in stderr.splitlines()]
    kept = [redacted_line(line) for line in lines if line and "docs.formae.io" not in line]
    said = " ".join(line for line in kept if not line.startswith("Command "))
    said = said.removeprefix("Error:").strip()
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def timed_out(command: str, seconds: float) -> WizardError:
    """The CLI did not end in time."""
    return WizardError(
        f"`{command}` did not end within {seconds:g} seconds.",
        "The agent may still be starting, or the network may swallow the request.",
        "Try it again in a minute.",
    )


def not_runnable(command: str, reason: str) -> WizardError:
    """There is no CLI, or it cannot be started."""
    return WizardError(
        f"`{command}` cannot be run.",
        f"{reason}." if reason else "",
        "Install the formae CLI; docs.formae.io says how.",
    )


def no_answer() -> WizardError:
    """The CLI ended well but did not print a status."""
    return WizardError(
        "The formae CLI did not print the agent's status.",
        "Its output holds no status in JSON with the agent's version.",
        "Run `formae status agent` yourself to see what it prints.",
    )
