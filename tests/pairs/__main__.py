"""`python -m tests.pairs [--full] [--only TEXT]`: every A made into every B, and told what differs.

Prints each pair that is not as a fresh B would be, and why; the exit code is 1 where there is any.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.pairs.stage import Pair, Stage, pairs
from tests.support.quick_clients import shared_classes, shared_handlers
from tests.support.standin import own_account

SAMPLE = 7
"""Without --full every so manieth pair is played."""


def main() -> int:
    """Play them."""
    parser = argparse.ArgumentParser(prog="python -m tests.pairs", description=__doc__)
    parser.add_argument("--full", action="store_true", help="play all of them")
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose name has this")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_", "XDG_"))]:
        del os.environ[name]
    chosen = [pair for pair in pairs() if given.only in str(pair)]
    bad = _played(chosen if given.full else chosen[::SAMPLE])
    print(f"{bad} of them are not as a fresh one would be")
    return 1 if bad else 0


def _played(chosen: list[Pair]) -> int:
    print(f"{len(pairs())} pairs, {len(chosen)} of them are played", flush=True)
    bad = 0
    with (
        tempfile.TemporaryDirectory(prefix="formae-pairs-", ignore_cleanup_errors=True) as folder,
        own_account() as standin,
        shared_classes(),
        shared_handlers(),
    ):
        stage = Stage(standin, Path(folder))
        with stage.lit():
            for pair in chosen:
                problems = stage.play(pair)
                bad += bool(problems)
                print(f"{'✗' if problems else '✓'} {pair}", *problems, sep="\n    ", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
