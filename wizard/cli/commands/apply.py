"""`formae-wizard apply`: set up, or change what differs, without the screens."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.answers.resolving import Texts
from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.cli.options import (
    EPILOG,
    add_accept,
    add_edits,
    add_json,
    add_resume,
    add_take_over,
)
from wizard.cli.output import can_ask, go_ahead, say_problem
from wizard.cli.request import Command, Request, resolved

if TYPE_CHECKING:
    from wizard.cli.json_lines import Lines
    from wizard.engine.flow import Flow
    from wizard.engine.plan_file import Move, SavedPlan
    from wizard.engine.plan_report import Foreseen
    from wizard.engine.resolve_answers import Resolved

GIVEN = (Source.FILE, Source.FLAG)
"""Sources that the person named for this very run. The environment does not count beside a plan."""
OWN_PASSWORD = "Enter it again: --api-password-file FILE or FORMAE_WIZARD_API_PASSWORD."  # noqa: S105


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="Do not ask for confirmation before the first change."
    )
    add_edits(parser)
    add_accept(parser)
    parser.add_argument(
        "--plan",
        metavar="FILE",
        default="",
        help="Apply exactly the plan that `formae-wizard plan --out FILE` saved, with its answers. "
        "If the account has changed since, show what changed and change nothing.",
    )
    add_resume(parser)
    add_take_over(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    arguments = request.arguments
    return apply(resolved(request), yes=request.demo or arguments.yes, saved=arguments.plan)


def apply(request: Request, *, yes: bool, saved: str = "") -> ExitCode:
    """Set everything up, by a saved plan where its file is given.

    Raises WizardError for what stands in the way.
    """
    from wizard.cli.follow import begin, follow, foreseen, ready
    from wizard.engine.apply.job import apply_job
    from wizard.engine.plan_file import moves
    from wizard.engine.resolve_answers import demand_account, resolve_deployed

    lines = request.lines("apply")
    with lines.ending():
        flow, plan = request.flow(), None
        if saved:
            request, plan = _replayed(request, Path(saved), flow)
        _tell_of_earlier(request, lines)
        settled = resolve_deployed(request.draft, flow, request.accepted)
        prepared = flow.prepare(settled.answers, edits=request.edits, decision=settled.decision)
        if request.resumed:
            demand_account(
                request.resumed.account,
                prepared.account,
                "The interrupted run used",
                "Resuming here would start a second deployment.",
                "leave out --resume",
            )
        begin(lines, prepared, settled.there)
        found = foreseen(prepared)
        if plan and found and (moved := moves(plan, found)):
            return _moved(lines, plan, moved)
        if not ready(lines, prepared, settled.there) or found is None:
            print("Nothing was changed.", file=sys.stderr)
            lines.result(ExitCode.NOT_READY)
            return ExitCode.NOT_READY
        if not yes:
            _confirm(request, found)
        code = follow(flow, apply_job(flow, prepared), lines, as_json=request.as_json)
        if code is ExitCode.OK:
            _keep(request, settled)
        return code


def _keep(request: Request, settled: Resolved) -> None:
    """What was accepted goes into the answers file, or the next run with it would put it back."""
    if not request.answers_file or not settled.kept:
        return
    from wizard.answers.file.saving import keep
    from wizard.answers.parsing import written
    from wizard.ui.common.console import tell

    texts = {key: written(settled.answers.values[key]) for key in settled.kept}
    try:
        changed = keep(Path(request.answers_file).expanduser(), texts)
    except WizardError as problem:
        tell(problem, sys.stderr, mark="!")
        return
    if changed:
        print(f"Saved in {clean(request.answers_file)}: {', '.join(changed)}", file=sys.stderr)


def _tell_of_earlier(request: Request, lines: Lines) -> None:
    """Say that this goes on with an earlier run; or that there is one, and how to go on with it."""
    from wizard.engine import resume
    from wizard.journal.past import headline, whose
    from wizard.ui.common.console import tell

    if request.resumed:
        print(f"Resuming. {headline(request.resumed)} {whose(request.resumed)}", file=sys.stderr)
    elif run := resume.left(request.draft):
        warning = resume.hint(run)
        tell(warning, sys.stderr, mark="!")
        lines.warning(warning)


def _moved(lines: Lines, plan: SavedPlan, moved: list[Move]) -> ExitCode:
    """Say what moved since the plan was saved. Nothing was changed."""
    for each in moved:
        problem = WizardError(f"{each.title} has changed.", code=ExitCode.MOVED)
        say_problem(lines, replace(problem, why=f"In the plan: {each.then}; now: {each.now}."))
    print(
        f"Nothing was changed: the plan of {plan.made} no longer matches the account.",
        file=sys.stderr,
    )
    print("Create a new one: formae-wizard plan --out FILE", file=sys.stderr)
    lines.result(ExitCode.MOVED, moved=[each.title for each in moved])
    return ExitCode.MOVED


def _confirm(request: Request, found: Foreseen) -> None:
    """Show the rows and ask. Raises WizardError for a no, and where nobody can be asked."""
    if request.as_json or not can_ask():
        raise WizardError(
            "Nothing was changed: it was not confirmed.",
            "With --json, no confirmation is possible."
            if request.as_json
            else "No terminal, so no confirmation is possible.",
            "Review the plan with `formae-wizard plan`, then add --yes.",
            ExitCode.USAGE,
        )
    from wizard.ui.common.plan_text import plan_text

    sys.stderr.write(plan_text(found))
    if not go_ahead(found.plan.region, found.account):
        raise WizardError("Nothing was changed: you answered no.", code=ExitCode.INTERRUPTED)


def _replayed(request: Request, path: Path, flow: Flow) -> tuple[Request, SavedPlan]:
    """The request that does what the plan says, whoever is signed in here.

    Raises WizardError for a plan that cannot be used, for another account, and for flags, files
    and passwords that contradict it, all at once.
    """
    from wizard.engine.plan_file import HERE, load
    from wizard.engine.resolve_answers import demand_account, resolve_offline

    plan = load(path)
    told = [*_contradictions(request, plan), *_password(request, plan)]
    if told:
        raise WizardError(
            f"The saved plan {path} contradicts this command: {' '.join(told)}",
            "A saved plan is applied exactly as it was reviewed.",
            "Leave out what contradicts it, or create a new plan.",
            ExitCode.USAGE,
        )
    here = {
        source: Texts({key: texts[key] for key in HERE if key in texts}, {})
        for source, texts in request.draft.items()
    }
    places = {key: f"{path}: {key}" for key in plan.said}
    own = replace(
        request,
        draft={**here, Source.FILE: Texts(plan.said, places, reason="saved plan")},
        edits=plan.edits,
        arguments=argparse.Namespace(**{**vars(request.arguments), "accept": list(plan.accepted)}),
    )
    answers = resolve_offline(own.draft)
    demand_account(
        plan.account,
        flow.sign_in(answers.profile, answers.region).account,
        f"The saved plan {path} is for",
        "A plan only applies to its own account.",
        "create a new plan",
    )
    return own, plan


def _contradictions(request: Request, plan: SavedPlan) -> Iterator[str]:
    from wizard.answers.questions import question
    from wizard.engine.plan_file import HERE

    for source in GIVEN:
        for key, text in request.draft.get(source, {}).items():
            planned = plan.said[key]
            if key not in HERE and not _same(key, text, planned):
                yield f"{question(key).flag} is “{planned}” in the plan, not “{text}”."
    others = sorted(set(request.accepted) - set(plan.accepted))
    if others:
        yield f"The plan does not accept what --accept names ({', '.join(others)})."
    for name in request.edits:
        if request.edits[name] != plan.edits.get(name):
            yield f"The plan has a different edited document {name}."


def _same(key: str, text: str, planned: str) -> bool:
    from wizard.answers.questions import question

    try:
        return bool(question(key).parse(text) == question(key).parse(planned))
    except ValueError:
        return False


def _password(request: Request, plan: SavedPlan) -> Iterator[str]:
    given = "api" in request.passwords
    if plan.own_password and not given:
        yield f"The plan was created with your own API password. {OWN_PASSWORD}"
    if given and not plan.own_password:
        yield "The plan was created without your own API password."


COMMAND = Command(
    name="apply",
    help="set up without the screens",
    description="Set everything up without the screens: progress on stderr, the result on stdout. "
    "A second run finds what exists and changes only what differs.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
