"""AWS's refusals in a person's words: what happened, why, what to do. Pure; knows no boto3.

What there is to say is in the catalogue.
"""

from __future__ import annotations

from wizard.catalogue import Raised, entry, find
from wizard.failures.errors import AwsError, ExitCode, WizardError

CLOSED, UNKNOWN = entry("FW-APP-001"), entry("FW-AWS-099")
APP_RUNNER_CLOSED = WizardError(
    f"{CLOSED.title}.", CLOSED.why, CLOSED.fix, ExitCode.NOT_READY, entry=CLOSED.code
)


def explain(error: AwsError, during: str) -> WizardError:
    """The refusal as a problem told to a person; `during` says what was being done."""
    raised = Raised(
        service=error.service, operation=error.operation, code=error.code, message=error.message
    )
    found = find(raised) or UNKNOWN
    what = f"{during}: AWS refused {error.service} {error.operation}."
    why = f"{found.why} AWS says: {error.message or error.code} ({error.code}).".strip()
    told = WizardError(what, why, found.fix)
    if found is CLOSED:
        told = WizardError(f"{CLOSED.title}.", CLOSED.why, CLOSED.fix, ExitCode.NOT_READY)
    told.entry, told.origin = found.code, error.origin
    return told
