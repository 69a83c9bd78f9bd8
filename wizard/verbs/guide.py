"""Without a verb: the guided set-up, in full screen."""

from __future__ import annotations

import gc
import sys

from wizard.errors import ExitCode, WizardError
from wizard.verbs.verb import Request


def guide(request: Request) -> ExitCode:
    """Open the full-screen wizard; the demo runs unattended where there is no terminal."""
    if not _terminal():
        if request.demo:
            from wizard.headless import apply
            from wizard.verbs.headless import order

            return apply(order(request), yes=True)
        raise WizardError(
            "The full-screen wizard needs a terminal.",
            "Standard input or output is not one.",
            "Use `formae-wizard apply --yes` instead; every question has a flag (--help).",
            ExitCode.USAGE,
        )
    return _full_screen(request)


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _full_screen(request: Request) -> ExitCode:
    gc.disable()  # what is loaded stays; looking for garbage in it takes a tenth of the start
    from screens.app import WizardApp
    from wizard.detect import detect
    from wizard.flow import Flow

    gc.freeze()
    gc.enable()
    flow = Flow(request.passwords)
    ended = WizardApp(flow, request.draft, detect, demo=request.demo).run()
    if ended is None:
        print("Nothing was created. Start again with: formae-wizard")
        return ExitCode.OK
    from wizard.headless import transcript

    return transcript(flow, ended.prepared, ended.outcome, sys.stdout)
