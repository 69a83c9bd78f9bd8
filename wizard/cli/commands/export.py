"""`formae-wizard export`: the same set-up as one bash file of commands."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.base.errors import ExitCode, WizardError
from wizard.cli.options import EPILOG, add_accept, add_edits
from wizard.cli.request import Command, Request, edits, resolved
from wizard.local.process import data_out

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.documents.edits import Edits
    from wizard.engine.flow import Flow
    from wizard.plan.model import Plan


CHANGES_NAME = "changes.sh"
"""What a script of changes is called in a folder."""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        metavar="FILE|DIR/",
        help="Write the script to this file, or to this folder as deploy.sh together with the "
        "documents it uses. Without it, or with -, write to standard output. An existing file "
        "is kept as a backup.",
    )
    parser.add_argument(
        "--changes",
        action="store_true",
        help="Compare with the account and write only the commands that change the deployment to "
        "these answers, each with its reason and its effect on what is running. Read-only.",
    )
    add_edits(parser)
    add_accept(parser)


def _run(request: Request) -> ExitCode:
    from wizard.engine.flow import Flow
    from wizard.engine.resolve_answers import resolve_offline
    from wizard.export.bash import bundle, script
    from wizard.ui.common.demo import handed_out

    if request.arguments.changes:
        return _run_changes(request)
    demo, flow = (
        request.demo,
        Flow(),
    )  # the passwords stay here: a script is given its own when it runs
    answers = resolve_offline(request.draft)
    plan = _planned(flow, answers, edits(request))
    output = request.arguments.output
    if output in {None, "-"}:
        data_out().write(handed_out(script(plan, answers), demo=demo))
    elif output.endswith(os.sep) or Path(output).is_dir():
        from wizard.answers.file import given, saved

        files = {**bundle(plan, answers), "answers.toml": saved(given(answers))}
        first = next(iter(files))
        _write(Path(output), {**files, first: handed_out(files[first], demo=demo)}, demo=demo)
    else:
        text = handed_out(script(plan, answers), demo=demo)
        _write(Path(output).parent, {Path(output).name: text}, demo=demo)
    if request.passwords:
        print(
            "The password is not in the script. Pass it to the script in a file named by "
            "API_PASSWORD_FILE.",
            file=sys.stderr,
        )
    return ExitCode.OK


def _run_changes(request: Request) -> ExitCode:
    """Write the script of changes, or say in one line that there are none."""
    from wizard.cli.follow import begin
    from wizard.engine.resolve_answers import resolve_deployed
    from wizard.export.bash import NOTHING, changes_of
    from wizard.ui.common.demo import handed_out

    request = resolved(request)
    flow, demo = request.flow(), request.demo
    settled = resolve_deployed(request.draft, flow, request.accepted)
    prepared = flow.prepare(settled.answers, edits=request.edits, decision=settled.decision)
    begin(request.lines("export"), prepared, settled.there)
    text = changes_of(prepared)
    text = text if text == NOTHING else handed_out(text, demo=demo)
    output = request.arguments.output
    if output in {None, "-"} or text == NOTHING:
        data_out().write(text)
    elif output.endswith(os.sep) or Path(output).is_dir():
        _write(Path(output), {CHANGES_NAME: text}, demo=demo)
    else:
        _write(Path(output).parent, {Path(output).name: text}, demo=demo)
    return ExitCode.OK


def _planned(flow: Flow, answers: Answers, changed: Edits) -> Plan:
    """The plan without an account: the script asks for it. Only chosen services need a sign-in."""
    if answers.scope == "services":
        try:
            flow.sign_in(answers.profile, answers.region)
        except WizardError as problem:
            raise WizardError(
                "Reading the permissions of the chosen services from AWS needs a sign-in. "
                f"{problem.what}",
                problem.why,
                f"{problem.fix} It changes nothing. Or choose another scope (--scope).",
                problem.code,
            ) from None
    return flow.plan(answers, edits=changed)


def _write(folder: Path, texts: Mapping[str, str], *, demo: bool) -> None:
    from wizard.local.files import OWNER_MAY_READ, OWNER_MAY_RUN, write_private
    from wizard.ui.common.demo import handed_out

    for name, text in texts.items():
        script = name.endswith(".sh") or len(texts) == 1
        mode = OWNER_MAY_RUN if script else OWNER_MAY_READ
        kept = write_private(folder / name, text, mode=mode)
        note = f"; the old one is saved as {kept.name}" if kept else ""
        print(f"Written: {folder / name}{note}", file=sys.stderr)
    first = shlex.quote(str(folder / next(iter(texts))))
    print("It contains no secret. Read it, then run it:", file=sys.stderr)
    print(handed_out(f"bash {first}", demo=demo), file=sys.stderr)


COMMAND = Command(
    name="export",
    help="write the setup as a bash script",
    description="Write the setup as one bash script of aws, docker and curl commands, or with "
    "--changes only what differs in the account. Asks nothing. The script checks what "
    "exists before it creates each resource; running it again changes nothing.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
