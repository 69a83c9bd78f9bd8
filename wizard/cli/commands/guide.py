"""Without a verb: the guided set-up, in full screen or in plain lines."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from wizard.answers.autosave import flush, last, problems
from wizard.answers.model import Source
from wizard.answers.resolving import with_file
from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.cli.commands.destroy import take_back
from wizard.cli.request import Request, resolved

if TYPE_CHECKING:
    from wizard.engine.flow import Flow
    from wizard.engine.job import End

VARIABLE = "FORMAE_WIZARD_PLAIN"
LEAST = (60, 15)
"""Columns and lines below which the screens cannot be used."""


def add(parser: argparse.ArgumentParser) -> None:
    """The flag that chooses the face."""
    parser.add_argument(
        "--plain",
        action="store_true",
        help="Ask line by line instead of in full screen: for screen readers and simple terminals. "
        f"Same as {VARIABLE}=1.",
    )
    parser.add_argument(
        "--start-over",
        action="store_true",
        help="Do not use the unfinished answers from last time.",
    )


def guide(request: Request) -> ExitCode:
    """Guide the person; the demo runs unattended where there is no terminal."""
    if not _terminal():
        if request.demo:
            from wizard.cli.commands.apply import apply

            return apply(resolved(request), yes=True)
        raise WizardError(
            "The guided setup needs a terminal.",
            "Standard input or output is not a terminal.",
            "See what would be created with `formae-wizard plan`, which changes nothing; "
            "`formae-wizard apply --yes` then creates it. Every question has a flag (--help).",
            ExitCode.USAGE,
        )
    request = _resumed(request)
    because = _unable()
    try:
        if because or _wanted(request):
            return _plain(request, because)
        return _full_screen(request)
    finally:
        flush()
        for problem in problems():
            print(problem, file=sys.stderr)


def _resumed(request: Request) -> Request:
    """With the answers that were left unfinished, where none were handed over."""
    if Source.FILE in request.draft or getattr(request.arguments, "start_over", False):
        return request
    left = last()
    return replace(request, draft=with_file(request.draft, left.answers)) if left else request


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _wanted(request: Request) -> bool:
    from wizard.answers.parsing import YES

    given = os.environ.get(VARIABLE, "").strip().lower()
    return bool(getattr(request.arguments, "plain", False)) or given in YES


def _unable() -> str:
    """Why the terminal cannot bear the full screen; empty where it can."""
    kind = os.environ.get("TERM", "")
    if kind in {"", "dumb"}:
        return f"The full screen needs a different terminal: TERM is {kind or 'not set'}."
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    if 0 < columns < LEAST[0] or 0 < lines < LEAST[1]:
        least = f"{LEAST[0]} columns and {LEAST[1]} lines"
        return f"The full screen needs at least {least}; this terminal has {columns} by {lines}."
    return ""


def _plain(request: Request, because: str) -> ExitCode:
    from wizard.engine.flow import Flow
    from wizard.ui.plain.guide import guide as plain

    flow = Flow(request.passwords, demo=request.demo)
    return plain(flow, request.draft, partial(take_back, {}, demo=flow.demo), because=because)


def _full_screen(request: Request) -> ExitCode:
    gc.disable()  # until the first paint: looking for garbage takes a tenth of the start
    from screens.app import WizardApp
    from wizard.answers.detect import detect
    from wizard.engine.flow import Flow
    from wizard.ui.common.overview import leaving_words

    gc.freeze()
    flow = Flow(request.passwords, demo=request.demo)
    app = WizardApp(flow, request.draft, detect)
    ended = app.run()
    if ended is None:
        if flow.demo:
            return ExitCode.OK
        print(f"{leaving_words(app.session, None)} Start again with: formae-wizard")
        flush()
        if left := last():
            print(f"Your answers are saved for next time: {left.path}")
        return ExitCode.OK
    return _told(request, flow, ended)


def _told(request: Request, flow: Flow, ended: End) -> ExitCode:
    """Say in the shell how it ended; where that was wanted, go on with a removal."""
    from wizard.engine.job import Verb
    from wizard.ui.common.console import say
    from wizard.ui.common.ending import rotated_text, tell_problems, transcript

    if ended.job.verb is Verb.APPLY:
        tell_problems(ended.job.plan, ended.outcome)
        transcript(flow, ended, sys.stdout)
    elif ended.job.verb is Verb.DESTROY:
        for line in (*ended.summary.lines, *ended.go_on):
            say(clean(line), sys.stdout)
    else:
        for line in rotated_text(ended):
            say(clean(line), sys.stdout)
    if not ended.remove:
        return ended.code
    return take_back(request.draft, ended.job.answers, demo=request.demo)
