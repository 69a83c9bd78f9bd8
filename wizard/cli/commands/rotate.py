"""`formae-wizard rotate`: another password, without ever being locked out."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wizard.base.errors import ExitCode, WizardError
from wizard.cli.options import EPILOG, add_json, add_take_over
from wizard.cli.output import can_ask, go_ahead, say, say_problem
from wizard.cli.request import Command, Request

if TYPE_CHECKING:
    from wizard.cli.json_lines import Lines
    from wizard.engine.rotation import Rotation, Wish


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api-password",
        action="store_true",
        help="Rotate the API password: to a generated one, or to the one in --api-password-file.",
    )
    parser.add_argument(
        "--database-password",
        action="store_true",
        help="Rotate the password of the database's master user, which the agent uses: always to a "
        "generated one. The password of your own cluster is never changed.",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="Do not ask for confirmation. Without it and without a terminal, nothing is changed, "
        "only shown.",
    )
    add_take_over(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    """Rotate what is wished for. Raises WizardError for what stands in the way."""
    from wizard.cli.follow import follow
    from wizard.engine.resolve_answers import resolve_named
    from wizard.engine.rotation import Wish, prepare, rotate_job

    given = request.arguments
    wish = Wish(api=given.api_password, database=given.database_password)
    lines = request.lines("rotate")
    with lines.ending():
        _demand(wish)
        flow = request.flow()
        answers = resolve_named(request.draft, "client_config", "keychain")
        say([f"Checking {answers.name} in {answers.region} …"], sys.stderr)
        rotation = prepare(flow, answers, wish)
        lines.start(name=answers.name, region=answers.region, account=rotation.account)
        if rotation.nothing:
            return _nothing(request, lines)
        _show(request, rotation, lines)
        if rotation.problems:
            return _in_the_way(rotation, lines)
        if not given.yes:
            _confirm(request, rotation)
        return follow(flow, rotate_job(flow, rotation, wish), lines, as_json=request.as_json)


def _demand(wish: Wish) -> None:
    if not (wish.api or wish.database):
        raise WizardError(
            "Nothing was changed: no password was named.",
            "",
            "Add --api-password, --database-password, or both.",
            ExitCode.USAGE,
        )


def _nothing(request: Request, lines: Lines) -> ExitCode:
    stream = sys.stderr if request.as_json else sys.stdout
    say(["Nothing to do: this is already the API password."], stream)
    lines.result(ExitCode.OK, changed=[], works=[], put_back=False)
    return ExitCode.OK


def _in_the_way(rotation: Rotation, lines: Lines) -> ExitCode:
    for problem in rotation.problems:
        say_problem(lines, problem)
    say(["Nothing was changed."], sys.stderr)
    lines.result(ExitCode.NOT_READY)
    return ExitCode.NOT_READY


def _show(request: Request, rotation: Rotation, lines: Lines) -> None:
    from wizard.engine.changes import members
    from wizard.ui.common.console import tell
    from wizard.ui.common.plan_text import rotation_preview

    if request.as_json:
        for row in rotation.rows:
            lines.write("row", **members(row, details=False))
    sys.stderr.write("\n".join([*rotation_preview(rotation), ""]))
    for warning in rotation.warnings:
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)


def _confirm(request: Request, rotation: Rotation) -> None:
    if request.as_json or not can_ask():
        raise WizardError(
            "Nothing was changed: it was not confirmed.",
            "With --json, or without a terminal, no confirmation is possible.",
            "Add --yes to make the changes shown above.",
            ExitCode.USAGE,
        )
    if not go_ahead(rotation.plan.region, rotation.account):
        raise WizardError("Nothing was changed: you answered no.", code=ExitCode.INTERRUPTED)


COMMAND = Command(
    name="rotate",
    help="rotate the API or database password",
    description="Change the API password, the database password, or both, of the deployment --name "
    "in --region. The new one is kept beside the old one in the secret until the agent "
    "(or the database) is proven to accept it; only then does it become the current "
    "one, in the secret and in the formae CLI's config. If AWS rolls the "
    "deployment back, the old one stays. Of the questions below, only name, region, "
    "profile and client-config apply. After a stop, run it again to resume.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
