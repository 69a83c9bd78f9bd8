"""`python -m tests.faults.matrix [--full] [--answers NAME…] [--only TEXT]`: plays cases.

Prints of each entry how many cases there are, how many of them an earlier one has told, how many
were played and which failed; the exit code is 1 where any did. Bounded: it stops by itself after
`--limit` minutes and says how many cases it did not come to.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Hashable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.faults.matrix import ENTRIES, worker
from tests.faults.matrix.cases import Death
from tests.faults.matrix.stage import Verdict

TOLD = 50
"""After so many cases it says how far it is."""
SAMPLE = 25
"""Without --full every so manieth case is played."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of an entry."""

    entry: str
    there: int
    told: int
    wanted: int
    played: int
    failed: int
    seconds: float

    def __str__(self) -> str:
        missed = self.wanted - self.played
        return (
            f"{self.entry}: {self.there} cases, {self.told} told already, {self.wanted} wanted, "
            f"{self.played - self.failed} passed, {self.failed} failed, {missed} not come to, "
            f"{self.seconds / 60:.1f} min"
        )


def main() -> int:
    """Play them."""
    given = _parser().parse_args()
    deadline = time.monotonic() + given.limit * 60
    told: set[Hashable] = set()
    begun = given.answers.index(given.begin) if given.begin else 0
    tallies = [
        _played(entry, given, deadline, told, known=place < begun)
        for place, entry in enumerate(given.answers)
    ]
    print(*tallies, sep="\n")
    return 1 if any(each.failed or each.played < each.wanted for each in tallies) else 0


def _played(
    entry: str, given: argparse.Namespace, deadline: float, told: set[Hashable], *, known: bool
) -> Tally:
    """Play an entry's cases that are not `told` yet, and add what they tell.

    Deaths come first, should the time not be enough. Of one that is `known` none is played.
    """
    began = time.monotonic()
    verdicts: list[Verdict] = []
    with (
        tempfile.TemporaryDirectory(prefix="formae-matrix-", ignore_cleanup_errors=True) as folder,
        ProcessPoolExecutor(
            given.jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=worker.begin,
            initargs=(Path(folder), entry),
        ) as pool,
    ):
        everything = pool.submit(worker.everything).result()
        new = [case for case, about in everything if about not in told and not known]
        told.update(about for _, about in everything)
        chosen = [case for case in new if given.only in str(case)]
        chosen.sort(key=lambda case: not isinstance(case.trouble, Death))
        chosen = chosen if given.full else chosen[::SAMPLE]
        print(f"== {entry}: {len(everything)} cases, {len(chosen)} are played", flush=True)
        for future in as_completed([pool.submit(worker.play, case) for case in chosen]):
            if time.monotonic() > deadline:
                pool.shutdown(cancel_futures=True)
                break
            verdicts.append(future.result())
            _tell(verdicts[-1], len(verdicts))
    failed = sum(bool(each.problems) for each in verdicts)
    spent = time.monotonic() - began
    known_already = len(everything) - len(new)
    return Tally(entry, len(everything), known_already, len(chosen), len(verdicts), failed, spent)


def _tell(verdict: Verdict, number: int) -> None:
    if number % TOLD == 0:
        print(f"{number} played", flush=True)
    if verdict.problems:
        print(f"FAILED {verdict.case}", *verdict.problems[:6], sep="\n    ", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    parser.add_argument("--full", action="store_true", help="play every case")
    parser.add_argument("--answers", nargs="+", default=ENTRIES, help="entries of the corpus")
    parser.add_argument("--from", dest="begin", help="the first to be played; others are known")
    parser.add_argument("--only", default="", help="play cases with this in their name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--limit", type=float, default=60, help="minutes until it stops")
    return parser


if __name__ == "__main__":
    sys.exit(main())
