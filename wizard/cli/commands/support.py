"""`formae-wizard support`: gather what helps somebody else to help. Nothing is sent."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.cli.options import EPILOG
from wizard.cli.request import Command, Request
from wizard.local.process import data_out

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.engine.resolve_answers import Draft

HEAD = (
    "Support report for formae-wizard. Account IDs, keys and passwords are hidden. Read it before "
    "you share it; nothing was sent anywhere."
)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="",
        help="Save it to this new file, readable only by you.",
    )
    parser.add_argument(
        "--offline", action="store_true", help="Do not call AWS: leave out the doctor's checks."
    )
    parser.add_argument(
        "--keep-names",
        action="store_true",
        help="Do not hide the machine's name, the user's name and the home folder.",
    )


def _run(request: Request) -> ExitCode:
    """Show it on standard output; save it into --output, or after a yes. Raises WizardError."""
    from wizard.cli.gathering import Hiding, sections
    from wizard.engine.flow import Flow
    from wizard.local.files import write_private

    output, offline = request.arguments.output, request.arguments.offline
    path = Path(output).expanduser() if output else None
    if path and path.exists():
        raise WizardError(
            f"{path} already exists.",
            "",
            "Choose another name with --output, or remove it.",
            ExitCode.USAGE,
        )
    hiding = Hiding(names=not request.arguments.keep_names)
    gathered = [HEAD, ""]
    flow = Flow(request.passwords, remembers=True)
    for line in sections(flow, _answers(request.draft), ask_aws=not offline):
        shown = hiding.hide(clean(line))
        gathered.append(shown)
    text = "\n".join(gathered)
    out = data_out()
    out.write(text)
    out.flush()
    path = path or _asked()
    if path is None:
        sys.stderr.write("Nothing was saved, and nothing was sent.\n")
        return ExitCode.OK
    write_private(path, text)
    told = f"Saved as {clean(str(path))}, readable only by you. Nothing was sent."
    sys.stderr.write(f"{told}\n")
    return ExitCode.OK


def _answers(draft: Draft) -> Answers | WizardError:
    from wizard.engine.resolve_answers import resolve_offline

    try:
        return resolve_offline(draft)
    except WizardError as problem:
        return problem


def _asked() -> Path | None:
    """Where to save it, for who says yes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    import questionary

    path = Path(f"formae-wizard-support-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt")
    wanted = questionary.confirm(f"Save what you see above as {path}?", default=False).ask()
    return path if wanted else None


COMMAND = Command(
    name="support",
    help="create a support report; sends nothing",
    description="Collect versions, tools, answers, plan, the doctor's checks, and the log and "
    "journal of the last run, with account IDs, keys, names and passwords hidden. The "
    "report is shown first, and saved only with --output or after you confirm. It is "
    "never sent anywhere.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
