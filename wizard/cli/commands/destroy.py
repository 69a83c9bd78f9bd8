"""`formae-wizard destroy`: remove a deployment, and nothing else."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.base.errors import ExitCode, WizardError
from wizard.base.text import clean
from wizard.cli.options import EPILOG, add_json, add_take_over
from wizard.cli.output import say
from wizard.cli.request import Command, Request, unread

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.cli.json_lines import Lines
    from wizard.engine.destroy import Leaving
    from wizard.engine.flow import Flow
    from wizard.plan.inputs import Choices

DATA = ("final-snapshot", "keep", "delete")


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes",
        action="store_true",
        help="Do not ask you to type the deployment's name. Without it and without a terminal, "
        "nothing is removed, only shown.",
    )
    _add_choices(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Resume the last removal on this machine that was interrupted, stopped or failed, "
        "with its choices; --name and --region select one of several. It is shown and "
        "confirmed once more, unless with --yes.",
    )
    add_take_over(parser)
    add_json(parser)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    """What a removal was agreed to with, and so goes on with."""
    parser.add_argument(
        "--database-data",
        choices=DATA,
        metavar="|".join(DATA),
        help="What to do with the agent's database. final-snapshot (the default, also with --yes): "
        "keep a snapshot, show its name, and delete the cluster. keep: keep the cluster and "
        "its password; you keep paying for it. delete: delete it without a snapshot; in your "
        "own cluster, only this drops the agent's database, and the cluster itself is never "
        "changed.",
    )
    parser.add_argument(
        "--lift-deletion-protection",
        action="store_true",
        help="Remove the deletion protection of the cluster and the gateway, if it is on.",
    )
    parser.add_argument(
        "--purge-secrets",
        action="store_true",
        help="Delete the secrets immediately. Otherwise, they can be restored for 7 days (at no "
        "cost), and keep their names until then.",
    )
    parser.add_argument(
        "--only-unfinished",
        action="store_true",
        help="Remove only what the unfinished setup created, in all its attempts, according to "
        "this machine's journal. What existed before stays, and so does what it uses; changes "
        "that the setup made to it (tags, sizes, attached policies) also stay.",
    )


def _resumed(request: Request) -> Request:
    """What is wanted; gone on with, what was chosen before fills in what is not said now.

    Raises WizardError where there is nothing to go on with.
    """
    given = request.arguments
    if not given.resume:
        return request
    from wizard.engine.resume import removing, unknown

    with unread(given):
        run, words = removing(request.draft)
        before = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
        _add_choices(before)
        try:
            known, _ = before.parse_known_args(words)
        except argparse.ArgumentError:
            raise unknown(run) from None
    chosen = {key: getattr(given, key) or old for key, old in vars(known).items()}
    place = {"name": run.name, "region": run.region, "profile": run.profile}
    flags = {**place, **request.draft.get(Source.FLAG, {})}
    said = argparse.Namespace(**{**vars(given), **chosen, "resume": False})
    draft = {**request.draft, Source.FLAG: flags}
    return replace(request, arguments=said, draft=draft, resumed=run)


def _run(request: Request) -> ExitCode:
    """Remove a deployment. Raises WizardError for what stands in the way; then nothing was done."""
    from wizard.cli.follow import follow
    from wizard.engine.destroy.job import destroy_job
    from wizard.engine.resolve_answers import demand_account, resolve_named
    from wizard.journal.past import headline, whose

    request = _resumed(request)
    given, lines = request.arguments, request.lines("destroy")
    with lines.ending():
        flow = request.flow()
        answers = resolve_named(request.draft, "host")
        if request.resumed:
            say([f"Resuming. {headline(request.resumed)} {whose(request.resumed)}"], sys.stderr)
        say([f"Checking what exists of {answers.name} in {answers.region} …"], sys.stderr)
        leaving = _looked(flow, answers, given)
        if request.resumed:
            demand_account(
                request.resumed.account,
                leaving.account,
                "The interrupted removal used",
                "What remains to be removed is not in this account.",
                "leave out --resume",
            )
        lines.start(name=answers.name, region=answers.region, account=leaving.account)
        if leaving.nothing_left:
            return _nothing(request, leaving, lines)
        _show(leaving, lines, demo=request.demo)
        asks = not given.yes and not request.as_json and sys.stdin.isatty()
        if asks:
            shown, leaving = leaving, _asked(flow, answers, leaving, given)
            if leaving is not shown:
                _show(leaving, lines, demo=request.demo)
        agreed, unfinished = _agreed(leaving, given, asks=asks), given.only_unfinished
        job = destroy_job(flow, leaving, answers, agreed=agreed, unfinished=unfinished)
        return follow(flow, job, lines, as_json=request.as_json)


def take_back(
    draft: dict[Source, dict[str, str]], answers: Answers, *, demo: bool = False
) -> ExitCode:
    """Remove what the set-up with these answers made so far, after it was shown and agreed to."""
    parser = argparse.ArgumentParser()
    _add(parser)
    place = {"name": answers.name, "region": answers.region, "profile": answers.profile}
    given = {**draft, Source.FLAG: {**draft.get(Source.FLAG, {}), **place}}
    return _run(Request(parser.parse_args(["--only-unfinished"]), given, demo=demo))


def _choices(given: argparse.Namespace) -> Choices:
    """What becomes of everything, with what is done where nothing was said."""
    from wizard.plan.inputs import Choices, Data

    return Choices(
        data=Data(given.database_data) if given.database_data else Data.FINAL_SNAPSHOT,
        purge_secrets=given.purge_secrets,
    )


def _looked(flow: Flow, answers: Answers, given: argparse.Namespace) -> Leaving:
    from wizard.engine.destroy import teardown

    if given.only_unfinished:
        chosen = bool(given.database_data)
        return teardown.unfinished(flow, answers, _choices(given), data=chosen)
    return teardown.leaving(flow, answers, _choices(given))


def _show(leaving: Leaving, lines: Lines, *, demo: bool) -> None:
    from wizard.engine.destroy import DeleteAction
    from wizard.engine.destroy.destroy_text import before

    say(before(leaving, demo=demo), sys.stderr)
    for doubt in leaving.doubts:
        lines.warning(doubt)
    for step_id, seen in leaving.remains.seen.items():
        if seen.action in {DeleteAction.GOES, DeleteAction.STAYS} or seen.name:
            lines.finding(step_id, seen.step.title, seen.action.value, seen.why, name=seen.name)


def _nothing(request: Request, leaving: Leaving, lines: Lines) -> ExitCode:
    from wizard.engine.destroy.job import staying

    _show(leaving, lines, demo=request.demo)
    plan, stream = leaving.plan, sys.stderr if request.as_json else sys.stdout
    say([f"Nothing exists of {plan.name} in {plan.region}, account {leaving.account}."], stream)
    lines.result(ExitCode.OK, removed=[], left=[], **staying(leaving, leaving.extent.snapshots))
    return ExitCode.OK


def _asked(flow: Flow, answers: Answers, leaving: Leaving, given: argparse.Namespace) -> Leaving:
    """What becomes of the data, where it was not said; for another choice it is looked at anew."""
    from wizard.engine.destroy import DeleteAction, teardown
    from wizard.engine.destroy.destroy_text import DATA_WORDS
    from wizard.plan.inputs import Data

    if (
        given.database_data
        or given.only_unfinished
        or leaving.remains.seen["cluster"].action is not DeleteAction.GOES
    ):
        return leaving
    import questionary

    data = questionary.select(
        "What do you want to do with the agent's database?",
        choices=[questionary.Choice(words, data.value) for data, words in DATA_WORDS.items()],
    ).ask()
    if data is None:
        raise _no()
    choices = replace(_choices(given), data=Data(data))
    if choices.data is leaving.choices.data:
        return leaving
    return teardown.leaving(flow, answers, choices)


def _agreed(leaving: Leaving, given: argparse.Namespace, *, asks: bool) -> bool:
    """Whether the person agrees to what needs consent besides.

    Raises WizardError for a no, and for what AWS itself would refuse.
    """
    from wizard.engine.destroy import teardown

    if problem := teardown.held(leaving):
        raise problem
    if not given.yes and not asks:
        raise WizardError(
            "Nothing was removed: it was not confirmed.",
            "With --json, or without a terminal, no confirmation is possible.",
            "Add --yes to remove what is shown above.",
            ExitCode.USAGE,
        )
    protected = teardown.protected(leaving)
    if protected and not given.lift_deletion_protection and not asks:
        told = teardown.protection(leaving)
        cluster = "cluster" in told
        raise WizardError(
            f"Nothing was removed. {told}.",
            "It was switched on so that nothing is deleted by mistake.",
            "Add --lift-deletion-protection to remove it"
            f"{', or --database-data keep' if cluster else ''}.",
            ExitCode.NOT_READY,
            entry="FW-RDS-007" if cluster else "FW-RUN-012",
        )
    if asks:
        guarded = protected and not given.lift_deletion_protection
        _confirm(leaving, teardown.protection(leaving) if guarded else "")
    return protected


def _confirm(leaving: Leaving, protection: str) -> None:
    import questionary

    if protection:
        question = f"{protection}. Remove the protection?"
        if not questionary.confirm(question, default=False).ask():
            raise _no()
    name = leaving.plan.name
    typed = questionary.text(f"Type the deployment's name ({name}) to remove it:").ask()
    if typed != name:
        raise _no("" if typed is None else f"You typed “{clean(typed)}”, not “{name}”.")


def _no(why: str = "") -> WizardError:
    return WizardError("Nothing was removed: you did not confirm.", why, code=ExitCode.INTERRUPTED)


COMMAND = Command(
    name="destroy",
    help="remove a deployment",
    description="Remove the deployment --name in --region: all resources with the wizard's tag, in "
    "reverse order, found in the account and not from local files. You first see what "
    "is removed, what stays and why, and type the name to confirm. The formae CLI's "
    "config is restored. What formae itself created stays. Of the questions below, "
    "only name, region and profile apply. A second run resumes where the first one "
    "stopped.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
