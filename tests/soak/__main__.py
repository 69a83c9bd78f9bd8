"""`python -m tests.soak [--full] [--rounds N] [--limit MINUTES]`: deploy again and again, measure.

Each round is a whole run in an account that is new, then a second one that finds everything. The
stand-in lives in a process of its own, so what is measured is the wizard's. Exit code 1 where more
is held at the end than at the beginning.
"""

from __future__ import annotations

import argparse
import sys

from tests.soak.run import grown, soak

FULL = 1000
FEW = 5


def main() -> int:
    """Play, and tell."""
    given = _parser().parse_args()
    rounds = FULL if given.full else given.rounds
    return 1 if grown(soak(rounds, given.limit * 60), rounds) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"{FULL} rounds")
    parser.add_argument("--rounds", type=int, default=FEW, help="so many, without --full")
    parser.add_argument("--limit", type=float, default=90, help="minutes until it stops")
    return parser


if __name__ == "__main__":
    sys.exit(main())
