"""What the formae CLI says when it fails, put as what happened, why, and what to do."""

import re

from wizard.base.errors import WizardError
from wizard.catalogue import FORMAE, Raised, entry, filled, find
from wizard.local.formae.redaction import redacted_line

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LONGEST = 600


def explain(command: str, code: int, stderr: str) -> WizardError:
    """The error for a CLI run that failed with this exit code and error output."""
    said = _said(stderr)
    known = find(Raised(service=FORMAE, message=said))
    if known is None:
        unknown = entry("FW-CLI-010")
        what = filled(unknown.what, command=command, exit=code)
        why = f"It says: {said}" if said else "It says nothing about why."
        return WizardError(what, why, unknown.fix, entry=unknown.code)
    blanks = known.blanks(Raised(service=FORMAE, message=said))
    if module := blanks.pop("module", ""):
        blanks["plugin"] = _kebab(module)
    what, fix = filled(known.what, **blanks), filled(known.fix, **blanks)
    return WizardError(what, known.why or f"The formae CLI says: {said}", fix, entry=known.code)


def _kebab(module: str) -> str:
    """`AuthBasic` is the module of the plugin `auth-basic`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", module).lower()


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
        entry="FW-CLI-011",
    )


def not_runnable(command: str, reason: str) -> WizardError:
    """There is no CLI, or it cannot be started."""
    return WizardError(
        f"`{command}` cannot be run.",
        f"{reason}." if reason else "",
        "Install the formae CLI; docs.formae.io says how.",
        entry="FW-CLI-012",
    )


def no_answer() -> WizardError:
    """The CLI ended well but did not print a status."""
    return WizardError(
        "The formae CLI did not print the agent's status.",
        "Its output holds no status in JSON with the agent's version.",
        "Run `formae status agent` yourself to see what it prints.",
        entry="FW-CLI-013",
    )
