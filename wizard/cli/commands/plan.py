"""`formae-wizard plan`: what would change and why; changes nothing."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.base.errors import ExitCode, WizardError
from wizard.cli.options import EPILOG, add_accept, add_edits, add_json
from wizard.cli.request import Command, Request, resolved

if TYPE_CHECKING:
    from wizard.cli.json_lines import Lines
    from wizard.engine.changes import DocumentChange
    from wizard.engine.flow import Flow, Prepared
    from wizard.engine.plan_report import Foreseen

SIGNS = """\
signs:
  +  create      ~  change      ↻  replace      −  delete
  =  unchanged   ▸  check       ✗  blocked

Exit code 0 means that nothing would change, 4 that something would.

"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--details",
        action="store_true",
        help="Also show every document (as a diff where it changes) and the equivalent commands.",
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="Do not call AWS; show the plan as if nothing existed. Needs no account and no "
        "sign-in.",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        default="",
        help="Save the plan to this file (readable only by you, without secrets), for "
        "`formae-wizard apply --plan FILE`, which stops if the account has changed since.",
    )
    add_edits(parser)
    add_accept(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    """Tell what would change on standard output. Raises WizardError where there can be no plan."""
    from wizard.cli.follow import begin, foreseen, ready
    from wizard.engine.flow import Flow
    from wizard.engine.resolve_answers import resolve_deployed

    request = resolved(request)
    lines = request.lines("plan")
    with lines.ending():
        flow = Flow(request.passwords, remembers=True)
        if request.arguments.offline:
            return _offline(request, flow, lines)
        settled = resolve_deployed(request.draft, flow, request.accepted)
        prepared = flow.prepare(settled.answers, edits=request.edits, decision=settled.decision)
        begin(lines, prepared, settled.there)
        found = foreseen(prepared)
        if found:
            _tell(request, found, lines)
        if not ready(lines, prepared, settled.there) or found is None:
            lines.result(ExitCode.NOT_READY)
            return ExitCode.NOT_READY
        out = request.arguments.out
        if out:
            _save(request, Path(out), prepared, found)
        return _end(found, lines, saved=out or None)


def _offline(request: Request, flow: Flow, lines: Lines) -> ExitCode:
    from wizard.engine.plan_report import foresee_offline
    from wizard.engine.resolve_answers import resolve_offline

    if request.arguments.out:
        raise WizardError(
            "An offline plan cannot be saved.",
            "It has no information about the account it would be applied to.",
            "Leave out --offline or --out.",
            ExitCode.USAGE,
        )
    answers = resolve_offline(request.draft)
    if answers.scope == "services":
        raise WizardError(
            "A plan for selected services (--scope services) needs AWS.",
            "AWS's resource types define the permissions they need.",
            "Leave out --offline and sign in, or choose another --scope.",
            ExitCode.USAGE,
        )
    made = flow.plan(answers, edits=request.edits, offline=True)
    lines.start(name=made.name, region=made.region)
    found = foresee_offline(made, answers)
    _tell(request, found, lines)
    return _end(found, lines, saved=None)


def _save(request: Request, path: Path, prepared: Prepared, found: Foreseen) -> None:
    from wizard.engine.plan_file import kept, write

    own_password = "api" in request.passwords
    write(path, kept(found, prepared.answers, request.edits, own_password=own_password))
    print(f"Saved: {path}", file=sys.stderr)
    if request.demo:
        print("It is of the demo's account, and can be done nowhere else.", file=sys.stderr)
        return
    again = shlex.join(["formae-wizard", "apply", "--plan", str(path)])
    print(f"Apply exactly this plan: {again}", file=sys.stderr)


def _tell(request: Request, found: Foreseen, lines: Lines) -> None:
    from wizard.engine.changes import members
    from wizard.engine.drift import Resolution, with_resolution

    details = request.arguments.details
    if not request.as_json:
        from wizard.ui.common.plan_text import plan_text

        sys.stdout.write(plan_text(found, details=details))
        return
    for row in found.rows:
        lines.write("row", **members(row, details=details))
    for each in with_resolution(found.drift, Resolution.ACCEPTED):
        name = each.name
        lines.finding(f"accepted.{name}", name, "left as it is", f"{each.now} (accepted)")
    for document in found.documents:
        lines.write("document", **document_members(document, details=details))


def _end(found: Foreseen, lines: Lines, **more: Any) -> ExitCode:
    from wizard.engine.diff import Action

    code = ExitCode.CHANGES if found.changes else ExitCode.OK
    counts = {action.value: found.count(action) for action in Action}
    lines.result(code, **counts, costs=found.costs, offline=found.offline, **more)
    return code


def document_members(document: DocumentChange, *, details: bool) -> dict[str, Any]:
    """A document as members of a line; its whole text only where details are wanted."""
    return {
        "name": document.name,
        "title": document.title,
        "why": document.why,
        "change": document.action.value,
        "standing": document.standing.value,
        "edited": document.edited,
        "text": document.text if details else "",
        "diff": document.diff,
    }


COMMAND = Command(
    name="plan",
    help="show what would change and why; changes nothing",
    description="Compare with the account and show, step by step, what `apply` with the same "
    "answers would change: what is created, what differs, the effect on what is "
    "running, and the cost. Read-only.",
    epilog=SIGNS + EPILOG,
    add=_add,
    run=_run,
)
