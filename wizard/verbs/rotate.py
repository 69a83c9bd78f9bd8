"""`formae-wizard rotate`: another password, without ever being locked out."""

from __future__ import annotations

import argparse

from wizard.base.offer import offer
from wizard.failures.errors import ExitCode
from wizard.verbs.common import EPILOG
from wizard.verbs.headless import add_json, add_take_over, order
from wizard.verbs.verb import Request, Verb


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api-password",
        action="store_true",
        help="Rotate the password of the agent's API: a generated one, or the one that "
        "--api-password-file gives.",
    )
    parser.add_argument(
        "--database-password",
        action="store_true",
        help="Rotate the password of the database's master user, with which the agent signs in: "
        "always a generated one. The password of a cluster of yours is never changed.",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="Do not ask for confirmation. Without it and without a terminal nothing is changed, "
        "only shown.",
    )
    add_take_over(parser)
    add_json(parser)


def _run(request: Request) -> ExitCode:
    from wizard.rotation.headless import rotate
    from wizard.rotation.run import Wish

    given = request.arguments
    wish = Wish(api=given.api_password, database=given.database_password)
    return rotate(order(request), wish, yes=given.yes)


VERB = Verb(
    name="rotate",
    help="another API or database password",
    description="Change the password of the agent's API, of its database, or both, of the "
    "deployment called --name in --region, found in the account. The new one lies beside the old "
    "one in the secret until the agent (or the database) is proved to take it, and only then "
    f"becomes the one to use, and goes into the formae CLI's config. Where {offer().label} takes "
    "the deployment back, the old one goes on. Of the questions below only name, region, profile "
    "and client-config count. Stopped anywhere, it goes on when run again.",
    epilog=EPILOG,
    add=_add,
    run=_run,
)
