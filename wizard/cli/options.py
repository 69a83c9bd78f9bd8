"""Flags that every verb takes, and those that several do."""

from __future__ import annotations

import argparse
import os
import sys

from wizard.base.errors import ExitCode, WizardError, exit_table
from wizard.base.secret import Secret
from wizard.cli.flags import add_flags

EPILOG = f"""\
Every question can also be answered in the environment, as FORMAE_WIZARD_<KEY>, and in a file
(--answers); a flag wins over the environment, and that over the file. No telemetry; nothing is
sent anywhere but to AWS, the registries and the agent.

exit codes:
{exit_table()}"""


def add_common(parser: argparse.ArgumentParser) -> None:
    """The flags of every verb."""
    parser.add_argument(
        "--demo",
        action="store_true",
        default=argparse.SUPPRESS,
        help="Work on an AWS stand-in that this program starts: no account, no Docker, no network.",
    )
    parser.add_argument(
        "--answers",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="Take the answers from this TOML file (- is standard input); `formae-wizard answers` "
        "prints one to fill in. FORMAE_WIZARD_ANSWERS does the same.",
    )
    parser.add_argument(
        "--api-password-file",
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="Read the API password from this file (- is standard input; in a terminal it is typed "
        "unseen) instead of having one generated. FORMAE_WIZARD_API_PASSWORD does the same.",
    )
    add_flags(parser)


def passwords(arguments: argparse.Namespace) -> dict[str, Secret]:
    """The passwords given by file or environment. Raises WizardError for one that will not do."""
    from wizard.answers import checks

    file = getattr(arguments, "api_password_file", None)
    given = _read(file) if file else os.environ.get("FORMAE_WIZARD_API_PASSWORD")
    if not given:
        return {}
    problem = checks.api_password(given)
    if problem:
        raise WizardError(problem, "", "Leave it out to have one generated.", ExitCode.USAGE)
    return {"api": Secret(given)}


def _read(file: str) -> str:
    try:
        if file == "-" and sys.stdin.isatty():
            import getpass

            return getpass.getpass("API password (it is not shown): ")
        if file == "-":
            return sys.stdin.readline().rstrip("\r\n")
        with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - also takes /dev/fd/N
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WizardError(
            f"The password file {file} cannot be read.",
            getattr(error, "strerror", None) or "It is not text.",
            "Give a readable file with the password in its first line.",
            ExitCode.USAGE,
        ) from None


def add_json(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--json",
        dest="as_lines",
        action="store_true",
        help="Write one JSON object a line on standard output, as assets/events.schema.json says.",
    )


def add_edits(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--edits",
        metavar="FOLDER",
        help="Use the documents in this folder that you have edited, by their file names, instead "
        "of those that the wizard would make.",
    )


def add_accept(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--accept",
        metavar="FIELD",
        action="append",
        default=[],
        help="Leave this as somebody made it since it was set up, an answer or a field, by the "
        "name that `plan` and `status` tell, and put nothing else in its place; may be given "
        "several times. `all` leaves everything that somebody changed.",
    )


def add_resume(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Go on with the last run on this machine that was interrupted, stopped or failed, "
        "with the answers and edited documents it was started with; --name and --region say which, "
        "where there are several. A flag that is given now wins over its answers.",
    )


def add_take_over(parser: argparse.ArgumentParser) -> None:
    """The flag."""
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="Where another machine's run is at work on the deployment, take its place; that run "
        "stops when it notices, within two minutes. Only for a run that you know to be gone: a "
        "process of this machine that is gone needs no such word.",
    )
