"""`formae-wizard destroy`: remove a deployment, and nothing else."""

from __future__ import annotations

import argparse

from wizard.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.headless import add_json, add_take_over, order
from wizard.verbs.verb import Request, Verb

DATA = ("final-snapshot", "keep", "delete")


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes",
        action="store_true",
        help="Do not ask for the deployment's name to be typed. Without it and without a terminal "
        "nothing is removed, only shown.",
    )
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
        "this machine's journal. What was there before stays, and what that uses.",
    )
    add_take_over(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    from wizard.destroy import Wishes, destroy

    given = request.arguments
    wishes = Wishes(
        data=given.database_data,
        lift_protection=given.lift_deletion_protection,
        purge_secrets=given.purge_secrets,
        yes=given.yes,
        only_unfinished=given.only_unfinished,
    )
    return destroy(order(request), wishes)


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
