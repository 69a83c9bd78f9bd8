"""The catalogue of errors: what can go wrong, how it is known, what is to be said. Pure; no boto3.

Whoever meets a trouble has it looked up here by what was said (`find`), or names its code; the code
is shown with it, and `formae-wizard explain CODE` tells all there is to know. `explain` puts a
refusal of AWS in a person's words.
"""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.offer import offer, offers
from wizard.catalogue import apprunner, costs, data, docker, ecs, formae, run, signing, trouble
from wizard.catalogue.entry import APPLICATION, DEPLOYMENT, DOCKER, FORMAE, Entry, Raised, filled

__all__ = [
    "APPLICATION",
    "DEPLOYMENT",
    "DOCKER",
    "ENTRIES",
    "FORMAE",
    "Entry",
    "Raised",
    "entry",
    "filled",
    "find",
    "near",
]

ENTRIES: tuple[Entry, ...] = (
    *costs.ENTRIES,
    *apprunner.ENTRIES,
    *ecs.ENTRIES,
    *signing.ENTRIES,
    *data.ENTRIES,
    *trouble.ENTRIES,
    *docker.ENTRIES,
    *formae.ENTRIES,
    *run.ENTRIES,
)
"""The first that fits counts: what is special stands before what is general."""
AREAS = {
    "SIGN": "The sign-in",
    "IAM": "Permissions and roles",
    "NET": "The connection to AWS",
    "AWS": "AWS in general",
    "RDS": "The database",
    "SQL": "The Data API",
    "SEC": "Secrets",
    "ECR": "The image repository",
    "APP": "App Runner and the agent",
    "ECS": "ECS and its deployments",
    "COST": "Costs so far",
    "DOCK": "The Docker engine and its registries",
    "CLI": "The formae CLI and its config",
    "RUN": "The run itself",
    "FILE": "Files on this machine",
    "WIZ": "The wizard itself",
}
"""The middle parts of codes, in the order in which they are listed."""
_BY_CODE = {each.code: each for each in ENTRIES}


def entry(code: str) -> Entry:
    """The entry of that code. Raises KeyError for none."""
    return _BY_CODE[code]


def find(raised: Raised) -> Entry | None:
    """The entry for what somebody said."""
    return next((each for each in ENTRIES if each.fits(raised)), None)


def near(text: str) -> list[str]:
    """Codes like that text, the likest first; also by a code of AWS's own."""
    asked = text.strip().upper()
    covered = [
        each.code
        for each in ENTRIES
        if any(fnmatchcase(asked, code.upper()) for code in each.aws_codes)
    ]
    tail = asked.removeprefix("FW-")
    inside = [code for code in _BY_CODE if len(tail) > 1 and tail in code]
    alike = difflib.get_close_matches(asked, list(_BY_CODE), 5, 0.7)
    return list(dict.fromkeys([*covered, *alike, *inside]))[:5]


UNKNOWN = entry("FW-AWS-099")
GO_ON = "Then run the same command again to resume."


def closed(host: str = "") -> WizardError:
    """The problem of an account that the host is closed to."""
    found = entry(offer(host).closed)
    return WizardError(
        f"{found.title}.", found.why, found.fix, ExitCode.NOT_READY, entry=found.code
    )


def closes(error: AwsError) -> bool:
    """Whether AWS refused because the account is one that a host is closed to."""
    return _is_closed(_found(error))


def _found(error: AwsError) -> Entry:
    raised = Raised(
        service=error.service, operation=error.operation, code=error.code, message=error.message
    )
    return find(raised) or UNKNOWN


def _is_closed(found: Entry) -> bool:
    return found.code in {each.closed for each in offers()}


def explain(error: AwsError, during: str) -> WizardError:
    """The refusal as a problem told to a person; `during` says what was being done."""
    found = _found(error)
    what = f"{during}: AWS refused {error.service} {error.operation}."
    why = f"{found.why} AWS says: {error.message or error.code} ({error.code}).".strip()
    fix = f"{error.remedy} {GO_ON}" if error.remedy else found.fix
    told = WizardError(what, why, fix)
    if _is_closed(found):
        told = WizardError(f"{found.title}.", found.why, found.fix, ExitCode.NOT_READY)
    told.entry, told.origin = found.code, error.origin
    return told
