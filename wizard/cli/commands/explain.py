"""`formae-wizard explain CODE`: all there is to know about an error. Asks nobody."""

from __future__ import annotations

import argparse
import json

from wizard.base.errors import ExitCode
from wizard.cli.request import Command, Request
from wizard.local.process import data_out


def _codes(**_: object) -> list[str]:
    from wizard.catalogue import ENTRIES

    return [each.code for each in ENTRIES]


def _add(parser: argparse.ArgumentParser) -> None:
    code = parser.add_argument(
        "error",
        metavar="CODE",
        nargs="?",
        help="The error code, such as FW-RDS-001; without one, all codes are listed. An AWS error "
        "code finds the matching codes.",
    )
    code.completer = _codes  # type: ignore[attr-defined]
    parser.add_argument("--json", action="store_true", help="Print one JSON document.")


def _run(request: Request) -> ExitCode:
    from wizard.catalogue import document, explained, listed

    code, as_json = request.arguments.error, request.arguments.json
    if as_json:
        data_out().write(json.dumps(document(code), indent=2, ensure_ascii=False) + "\n")
    else:
        print("\n".join(explained(code) if code else listed()))
    return ExitCode.OK


COMMAND = Command(
    name="explain",
    help="explain an error code and what to do",
    description="Explain the error code (FW-…) shown with an error: what it means, usual causes, "
    "what to do, and what the wizard does on its own. Works without a network and "
    "without AWS.",
    epilog="Exit code 2 means that the code is unknown; similar codes are listed.\n",
    add=_add,
    run=_run,
    answers=False,
)
