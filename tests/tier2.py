"""`python -m tests.tier2 [--sample] [--only TEXT]`: the second tier, one series after another.

Whole it is all that can go wrong, everywhere: hours. With `--sample` it is what CI plays of it
after the first tier: of each series a few cases, always the same. The exit code is 1 where any
failed.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTEST = ("-m", "pytest", "-q", "-m", "second_tier")
TRIED = tuple(
    f"tests/{each}" for each in ("answers", "documents", "formae/test_patch_any.py", "fuzz")
)
"""Where properties are tried with examples; the first tier tries a portion."""
SERIES = "series among the tests"
SAMPLED = (
    *("faults/test_matrix.py", "faults/test_sequences.py", "pairs/test_pairs.py"),
    *("parity/test_kills.py", "rotation/test_killed.py", "soak/test_soak.py"),
)
"""Samples of series that are played whole."""
SAMPLE: dict[str, tuple[str, ...]] = {SERIES: (*PYTEST[:-1], "second_tier and not unsampled")}
WHOLE: dict[str, tuple[str, ...]] = {
    SERIES: (*PYTEST, *(f"--ignore=tests/{each}" for each in SAMPLED)),
    "sequences": (*PYTEST, "-n", "0", "tests/faults/test_sequences.py"),
    "examples": ("-m", "pytest", "-q", *TRIED),
    "rotation": ("-m", "tests.rotation"),
    "matrix": ("-m", "tests.faults.matrix", "--full", "--limit", "240"),
    **{
        f"kills of the script: {each}": ("-m", "tests.parity.kills", "--full", "--entry", each)
        for each in ("defaults", "ecs", "ecs-gateway")
    },
    "pairs": ("-m", "tests.pairs", "--full"),
    "soak": ("-m", "tests.soak", "--full"),
}
MANY = {
    "examples": {"EXAMPLES": "1000"},
    "sequences": {"EXAMPLES": "40", "STEPS": "12"},
}
"""What makes more of a series, as variables."""


def main() -> int:
    """Play them."""
    parser = argparse.ArgumentParser(prog="python -m tests.tier2", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="a few cases of each series")
    parser.add_argument("--only", default="", metavar="TEXT", help="series whose name has this")
    given = parser.parse_args()
    chosen = SAMPLE if given.sample else WHOLE
    ends = {name: _play(name, words) for name, words in chosen.items() if given.only in name}
    for name, (code, seconds) in ends.items():
        print(f"{'✗' if code else '✓'} {name}: {seconds / 60:.1f} min", flush=True)
    return 1 if any(code for code, _ in ends.values()) or not ends else 0


def _play(name: str, words: tuple[str, ...]) -> tuple[int, float]:
    print(f"\n== {name}", flush=True)
    began, environment = time.monotonic(), {**os.environ, **MANY.get(name, {})}
    end = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, check=False)
    return end.returncode, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
