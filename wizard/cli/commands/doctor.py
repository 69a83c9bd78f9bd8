"""`formae-wizard doctor`: look whether everything is ready. Changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.cli.options import EPILOG
from wizard.cli.request import Command, Request

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.engine.flow import Flow
    from wizard.engine.preflight import Check, Preflight
    from wizard.engine.resolve_answers import Draft

VERSION = 1
"""Of the JSON document; a member's meaning never changes within one."""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help='Print one JSON document: {"version":1,"checks":[…]}.'
    )


def _run(request: Request) -> ExitCode:
    """Look at everything and tell it on standard output. Raises WizardError for wrong answers."""
    from wizard.engine.flow import Flow

    flow = Flow(remembers=True)
    answers = _answers(request.draft, flow)
    if request.arguments.json:
        checked = flow.check(answers)
        text = json.dumps(document(checked), indent=2, ensure_ascii=False)
    else:
        checked = flow.check(answers, _InOrder(sys.stdout))
        text = _verdict(checked)
    sys.stdout.write(text + "\n")
    return ExitCode.NOT_READY if checked.problems else ExitCode.OK


def document(checked: Preflight) -> dict[str, Any]:
    """What --json prints: every check, in the order of the lines."""
    return {"version": VERSION, "checks": [_member(check) for check in checked.checks]}


def _member(check: Check) -> dict[str, Any]:
    from wizard.base.events import known_members

    return {
        "id": check.id,
        "name": check.name,
        "state": check.state.value,
        "found": check.found,
        "troubles": [
            {"what": each.what, "why": each.why, "fix": each.fix, **known_members(each)}
            for each in check.troubles
        ],
    }


def _answers(draft: Draft, flow: Flow) -> Answers:
    """The answers; whether AWS's account fits them is looked at where somebody is signed in."""
    from wizard.engine.resolve_answers import resolve, resolve_offline

    offline = resolve_offline(draft)
    try:
        flow.sign_in(offline.profile, offline.region)
    except WizardError:
        return offline  # one of the checks tells it
    return resolve(draft, flow)


class _InOrder:
    """Writes each check as soon as it and all before it have ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._checks: dict[str, Check] = {}
        self._written = 0

    def __call__(self, check: Check) -> None:
        from wizard.engine.preflight import CheckState

        self._checks[check.id] = check
        for each in list(self._checks.values())[self._written :]:
            if each.state is CheckState.RUNNING:
                return
            _write(each, self._stream)
            self._written += 1


def _write(check: Check, stream: TextIO) -> None:
    from wizard.engine.preflight import CheckState

    glyphs = {
        CheckState.FINE: "✓",
        CheckState.WARNING: "!",
        CheckState.PROBLEM: "✗",
        CheckState.UNKNOWN: "-",
    }
    print(f"{glyphs[check.state]} {check.name}: {clean(check.found)}", file=stream)
    if check.state is CheckState.UNKNOWN:
        return
    for each in check.troubles:
        if len(check.troubles) > 1:
            print(f"  {clean(each.what)}", file=stream)
        if each.why:
            print(f"  Why: {clean(each.why)}", file=stream)
        if each.fix:
            print(f"  What to do: {clean(each.fix)}", file=stream)
        if each.more:
            print(f"  More: {clean(each.more)}", file=stream)
    stream.flush()


def _verdict(checked: Preflight) -> str:
    blocking, doubtful = len(checked.problems), len(checked.warnings)
    if blocking:
        things = "1 problem" if blocking == 1 else f"{blocking} problems"
        return f"{things} must be fixed first. Nothing was changed."
    if doubtful:
        warnings = "1 warning" if doubtful == 1 else f"{doubtful} warnings"
        return f"Nothing is blocking; see the {warnings} above. Nothing was changed."
    return "Nothing is blocking. Nothing was changed."


COMMAND = Command(
    name="doctor",
    help="check whether everything is ready; changes nothing",
    description="Check everything that a run with these answers needs: sign-in, permissions, "
    "the host, the image, the formae CLI, the network, names, quotas, the clock, "
    "proxy and certificates, the account's plan. Changes nothing.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
