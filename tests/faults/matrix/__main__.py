"""`python -m tests.faults.matrix [--full] [--answers NAME] [--only TEXT]`: plays cases.

Prints how many cases were played and which failed; the exit code is 1 where any did. Bounded: it
stops by itself after `--limit` minutes and says how many cases it did not come to.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.faults.matrix import worker
from tests.faults.matrix.stage import Verdict

TOLD = 50
"""After so many cases it says how far it is."""
SAMPLE = 25
"""Without --full every so manieth case is played."""


def main() -> int:
    """Play them."""
    given = _parser().parse_args()
    deadline = time.monotonic() + given.limit * 60
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="formae-matrix-", ignore_cleanup_errors=True) as folder,
        ProcessPoolExecutor(
            given.jobs,
            mp_context=context,
            initializer=worker.begin,
            initargs=(Path(folder), given.answers),
        ) as pool,
    ):
        everything = pool.submit(worker.everything).result()
        chosen = [case for case in everything if given.only in str(case)]
        if not given.full:
            chosen = chosen[::SAMPLE]
        print(f"{len(everything)} cases, {len(chosen)} of them are played", flush=True)
        ended = {pool.submit(worker.play, case): case for case in chosen}
        verdicts: list[Verdict] = []
        for future in as_completed(ended):
            if time.monotonic() > deadline:
                pool.shutdown(cancel_futures=True)
                break
            verdicts.append(future.result())
            _tell(verdicts[-1], len(verdicts))
    return _sum(verdicts, len(chosen))


def _tell(verdict: Verdict, number: int) -> None:
    if number % TOLD == 0:
        print(f"{number} played", flush=True)
    if verdict.problems:
        print(f"FAILED {verdict.case}", *verdict.problems[:6], sep="\n    ", flush=True)


def _sum(verdicts: list[Verdict], wanted: int) -> int:
    failed = [verdict for verdict in verdicts if verdict.problems]
    kinds = Counter(verdict.case.trouble.value for verdict in verdicts)
    for kind, number in sorted(kinds.items()):
        bad = sum(verdict.case.trouble.value == kind for verdict in failed)
        print(f"{kind:45} {number:4} played {bad:4} failed")
    if len(verdicts) < wanted:
        print(f"stopped by the time limit: {wanted - len(verdicts)} cases were not played")
    print(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or len(verdicts) < wanted else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    parser.add_argument("--full", action="store_true", help="play every case")
    parser.add_argument("--answers", default="defaults", help="the corpus's entry")
    parser.add_argument("--only", default="", help="play cases with this in their name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--limit", type=float, default=60, help="minutes until it stops")
    return parser


if __name__ == "__main__":
    sys.exit(main())
