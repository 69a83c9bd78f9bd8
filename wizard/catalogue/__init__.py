"""The catalogue of errors: what can go wrong, how it is known, what is to be said. Pure; no boto3.

Whoever meets a trouble has it looked up here by what was said (`find`), or names its code; the code
is shown with it, and `formae-wizard explain CODE` tells all there is to know (`explained`).
`explain` puts a refusal of AWS in a person's words.
"""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.offer import host_modules, offer, offers
from wizard.base.text import clean
from wizard.catalogue import data, hosts, programs, run, signing, trouble
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

TROUBLES = host_modules("troubles")
"""What hosts add in folders of their own."""

ENTRIES: tuple[Entry, ...] = (
    *trouble.COST_EXPLORER,
    *hosts.ENTRIES,
    *(each for of_host in TROUBLES for each in of_host.ENTRIES),
    *signing.ENTRIES,
    *data.ENTRIES,
    *trouble.ENTRIES,
    *programs.ENTRIES,
    *programs.FORMAE_CLI,
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
    "APP": "The agent and the service that runs it",
    **{area: words for of_host in TROUBLES for area, words in of_host.AREAS.items()},
    "COST": "Costs so far",
    "DOCK": "The Docker engine and its registries",
    "IMG": "The image and its registry",
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


WIDTH = 92

VERSION = 1
"""Of the JSON document; a member's meaning never changes within one."""


def demanded(code: str) -> Entry:
    """The entry of a code, in whatever letters. Raises WizardError that names near ones."""
    try:
        return entry(code.strip().upper())
    except KeyError:
        alike = near(code)
    told = [f"{each} ({entry(each).title})" for each in alike]
    raise WizardError(
        f"Unknown error code “{clean(code)[:60]}”.",
        f"Similar codes: {'; '.join(told)}." if told else "",
        "`formae-wizard explain` lists all codes.",
        ExitCode.USAGE,
    )


def explained(code: str) -> Iterator[str]:
    """An entry in full, line by line."""
    found = demanded(code)
    yield f"{found.code}  {found.title}"
    yield from _part("What it means", [filled(found.why)] if found.why else [])
    yield from _part("Usual causes", found.causes)
    yield from _part("What to do", [filled(found.fix)])
    yield from _part("What the wizard does on its own", [found.alone] if found.alone else [])
    yield from _part("Recognized by", list(_signs(found)))


def _part(heading: str, texts: Sequence[str]) -> Iterator[str]:
    if not texts:
        return
    yield ""
    yield heading
    for text in texts:
        mark = "· " if len(texts) > 1 else ""
        lead = f"  {mark}"
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_on_hyphens=False,
            break_long_words=False,
        )


def _signs(found: Entry) -> Iterator[str]:
    for sign in found.signs:
        who = sign.service or "any AWS service"
        to = f" to {sign.operation}" if sign.operation else ""
        codes = f" the code {', '.join(sign.codes)}" if sign.codes else ""
        words = f" words like {sign.words}" if sign.words else ""
        yield f"{who}{to}:{' and'.join(filter(None, (codes, words)))}"
    if not found.signs:
        yield "The wizard itself."


def listed() -> Iterator[str]:
    """All of them, by area."""
    for area, heading in AREAS.items():
        yield heading
        here = sorted(each.code for each in ENTRIES if each.area == area)
        yield from (f"  {code}  {entry(code).title}" for code in here)
        yield ""
    yield "`formae-wizard explain CODE` explains one."


def document(code: str | None) -> dict[str, Any]:
    """What --json prints: one entry, or all."""
    found = [demanded(code)] if code else sorted(ENTRIES, key=lambda each: each.code)
    return {"version": VERSION, "errors": [_member(each) for each in found]}


def _member(each: Entry) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": each.title,
        "why": filled(each.why),
        "fix": filled(each.fix),
        "causes": list(each.causes),
        "alone": each.alone,
        "aws": list(each.aws_codes),
    }
