"""`formae-wizard destroy`: remove a deployment, and nothing else."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.headless import add_json, add_take_over, order, unread
from wizard.verbs.verb import Request, Verb

if TYPE_CHECKING:
    from wizard.headless.order import Order

DATA = ("final-snapshot", "keep", "delete")


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes",
        action="store_true",
        help="Do not ask for the deployment's name to be typed. Without it and without a terminal "
        "nothing is removed, only shown.",
    )
    _add_choices(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Go on with the last removal on this machine that was interrupted, stopped or failed, "
        "with what was chosen for it; --name and --region say which, where there are several. It "
        "is shown and agreed to once more, unless with --yes.",
    )
    add_take_over(parser)
    add_json(parser)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    """What a removal was agreed to with, and so goes on with."""
    parser.add_argument(
        "--database-data",
        choices=DATA,
        metavar="|".join(DATA),
        help="What becomes of the agent's database. final-snapshot (the default, also with --yes): "
        "a snapshot is kept, its name is told, and the cluster goes. keep: cluster and password "
        "stay and go on costing. delete: it goes without a snapshot; in a cluster of yours the "
        "agent's database is dropped, which nothing else does, and the cluster is never touched.",
    )
    parser.add_argument(
        "--lift-deletion-protection",
        action="store_true",
        help="Take off the cluster's protection against deletion, where someone switched it on.",
    )
    parser.add_argument(
        "--purge-secrets",
        action="store_true",
        help="Delete the secrets at once. Without it they can be brought back for 7 days (which "
        "costs nothing), and hold their names until then.",
    )
    parser.add_argument(
        "--only-unfinished",
        action="store_true",
        help="Remove only what the set-up made that has not come to its end, all its tries, by "
        "this machine's journal. What was there before stays, and what that uses; and it stays as "
        "it is now, where the set-up changed it: tags, sizes, policies attached to a role.",
    )


def _resumed(request: Request) -> tuple[argparse.Namespace, Order]:
    """What is wanted; gone on with, what was chosen before fills in what is not said now.

    Raises WizardError where there is nothing to go on with.
    """
    given = request.arguments
    if not given.resume:
        return given, order(request)
    from wizard.runs.goingon import removing, unknown

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
    return said, replace(order(replace(request, arguments=said, draft=draft)), resumed=run)


def _run(request: Request) -> ExitCode:
    from wizard.headless.destroy import Wishes, destroy

    given, wanted = _resumed(request)
    wishes = Wishes(
        data=given.database_data,
        lift_protection=given.lift_deletion_protection,
        purge_secrets=given.purge_secrets,
        yes=given.yes,
        only_unfinished=given.only_unfinished,
    )
    return destroy(wanted, wishes)


VERB = Verb(
    name="destroy",
    help="remove a deployment",
    description="Remove the deployment called --name in --region: everything that carries the "
    "wizard's tag, in reverse order, found in the account and not by local files. It is shown "
    "first, with what stays and why, and you type the name to agree. The formae CLI's config is "
    "put back to what it was. What formae itself made stays. Of the questions below only name, "
    "region and profile count. Run again, it goes on where it stopped.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
