"""`python -m tests.parity.kills [--full] [--only TEXT] [--entry NAME]`: kills scripts.

Prints how many cases were played and which failed; the exit code is 1 where any did.
"""

import argparse
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.parity.kills import worker
from tests.support.quick_aws.fixture import serving

SAMPLE = 8
"""Without --full every so manieth case is played."""


def main() -> int:
    """Play them."""
    given = _parser().parse_args()
    context = multiprocessing.get_context("spawn")
    with (
        serving() as aws,
        tempfile.TemporaryDirectory(prefix="formae-kills-", ignore_cleanup_errors=True) as folder,
        ProcessPoolExecutor(
            given.jobs,
            mp_context=context,
            initializer=worker.begin,
            initargs=(aws.folder, Path(folder), given.entry),
        ) as pool,
    ):
        everything = pool.submit(worker.everything).result()
        chosen = [case for case in everything if given.only in str(case)]
        chosen = chosen if given.full else chosen[::SAMPLE]
        print(f"{len(everything)} cases, {len(chosen)} of them are played", flush=True)
        failed = 0
        for future in as_completed([pool.submit(worker.play, case) for case in chosen]):
            verdict = future.result()
            failed += bool(verdict.problems)
            print(f"{'FAILED' if verdict.problems else 'ok'} {verdict.case}", flush=True)
            print(*(f"    {each}" for each in verdict.problems[:6]), sep="\n", end="", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.kills", description=__doc__)
    parser.add_argument("--full", action="store_true", help="play every case")
    parser.add_argument("--only", default="", help="play cases with this in their name")
    parser.add_argument("--entry", default="defaults", help="defaults, ecs or ecs-gateway")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
