"""`formae-wizard doctor`: look whether everything is ready."""

from __future__ import annotations

import argparse

from wizard.base.offer import offer
from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.verb import Request, Verb


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help='Print one JSON document: {"version":1,"checks":[…]}.'
    )


def _run(request: Request) -> ExitCode:
    from wizard.headless.doctor import doctor

    return doctor(request.draft, as_json=request.arguments.json)


VERB = Verb(
    name="doctor",
    help="look whether everything is ready; changes nothing",
    description="Look at everything a run with these answers will need: who is signed in and "
    f"what they may do, {offer().label}, Docker, the formae CLI, the network, names, quotas, the "
    "clock, proxy and certificates. Changes nothing.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
