"""AWS's refusals in a person's words: what happened, why, what to do. Pure; knows no boto3.

What there is to say is in the catalogue.
"""

from __future__ import annotations

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.offer import offer, offers
from wizard.catalogue import Raised, entry, find

UNKNOWN = entry("FW-AWS-099")
GO_ON = "Then run the same command: it goes on from here."


def closed(host: str = "") -> WizardError:
    """The problem of an account that the host is closed to."""
    found = entry(offer(host).closed)
    return WizardError(
        f"{found.title}.", found.why, found.fix, ExitCode.NOT_READY, entry=found.code
    )


def explain(error: AwsError, during: str) -> WizardError:
    """The refusal as a problem told to a person; `during` says what was being done."""
    raised = Raised(
        service=error.service, operation=error.operation, code=error.code, message=error.message
    )
    found = find(raised) or UNKNOWN
    what = f"{during}: AWS refused {error.service} {error.operation}."
    why = f"{found.why} AWS says: {error.message or error.code} ({error.code}).".strip()
    fix = f"{error.remedy} {GO_ON}" if error.remedy else found.fix
    told = WizardError(what, why, fix)
    if found.code in {each.closed for each in offers()}:
        told = WizardError(f"{found.title}.", found.why, found.fix, ExitCode.NOT_READY)
    told.entry, told.origin = found.code, error.origin
    return told
