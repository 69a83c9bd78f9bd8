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
        help="What a failure is known by, as FW-RDS-001; without one, all of them are listed. A "
        "code of AWS's own finds ours.",
    )
    code.completer = _codes  # type: ignore[attr-defined]
    parser.add_argument("--json", action="store_true", help="Print one JSON document.")


def _run(request: Request) -> ExitCode:
    from wizard.catalogue.text import document, explained, listed

    code, as_json = request.arguments.error, request.arguments.json
    if as_json:
        data_out().write(json.dumps(document(code), indent=2, ensure_ascii=False) + "\n")
    else:
        print("\n".join(explained(code) if code else listed()))
    return ExitCode.OK


COMMAND = Command(
    name="explain",
    help="tell what an error means, and what to do about it",
    description="Tell all there is to know about an error, by the code that is shown with it "
    "(FW-…): what it means, usual causes, what to do, and what the wizard does by itself. Works "
    "without a network and without AWS.",
    epilog="Exit code 2 means that there is no such code; near ones are told.\n",
    add=_add,
    run=_run,
    answers=False,
)
