"""How long `export` and `plan --offline` take without AWS, next to `aws --version`.

`python -m tests.benchmarks.export_time` prints the best of several rounds, taken in turns so that
a busy machine slows both alike.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.corpus import FILES

ROUNDS = 7
ANSWERS = ["--answers", str(FILES["defaults"])]
EXPORT = [sys.executable, "-m", "wizard", "export", *ANSWERS]
PLAN = [sys.executable, "-m", "wizard", "plan", "--offline", *ANSWERS]
CHANGES = 4
"""The exit code of a plan that would change something."""
AWS = [str(Path(sys.executable).with_name("aws")), "--version"]


def seconds(words: list[str]) -> float:
    """How long one run of the command takes."""
    start = time.perf_counter()
    end = subprocess.run(words, stdout=subprocess.DEVNULL, check=False, env=dict(os.environ))
    assert end.returncode in {0, CHANGES}, words
    return time.perf_counter() - start


def main() -> None:
    """Measure and tell."""
    rounds = [(seconds(EXPORT), seconds(PLAN), seconds(AWS)) for _ in range(ROUNDS)]
    export, plan, aws = (min(each) for each in zip(*rounds, strict=True))
    print(f"export {export:.2f} s, plan {plan:.2f} s, aws --version {aws:.2f} s")
    print(f"ratio {export / aws:.2f} and {plan / aws:.2f}")


if __name__ == "__main__":
    main()
