"""The catalogue of errors: what can go wrong, how it is known, what is to be said. Pure data.

Whoever meets a trouble has it looked up here by what was said (`find`), or names its code; the code
is shown with it, and `formae-wizard explain CODE` tells all there is to know.
"""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase

from wizard.catalogue import (
    apprunner,
    costs,
    data,
    docker,
    formae,
    local,
    run,
    signing,
    trouble,
)
from wizard.catalogue.entry import APPLICATION, DOCKER, FORMAE, Entry, Raised, Sign, filled

__all__ = [
    "APPLICATION",
    "DOCKER",
    "ENTRIES",
    "FORMAE",
    "Entry",
    "Raised",
    "Sign",
    "entry",
    "filled",
    "find",
    "near",
]

ENTRIES: tuple[Entry, ...] = (
    *costs.ENTRIES,
    *apprunner.ENTRIES,
    *signing.ENTRIES,
    *data.ENTRIES,
    *trouble.ENTRIES,
    *docker.ENTRIES,
    *formae.ENTRIES,
    *run.ENTRIES,
    *local.ENTRIES,
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
