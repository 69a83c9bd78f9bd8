"""How long `export` takes without AWS, next to `aws --version`.

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
EXPORT = [sys.executable, "-m", "wizard", "export", "--answers", str(FILES["defaults"])]
AWS = [str(Path(sys.executable).with_name("aws")), "--version"]


def seconds(words: list[str]) -> float:
    """How long one run of the command takes."""
    start = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True, env=dict(os.environ))
    return time.perf_counter() - start


def main() -> None:
    """Measure and tell."""
    rounds = [(seconds(EXPORT), seconds(AWS)) for _ in range(ROUNDS)]
    export, aws = (min(each) for each in zip(*rounds, strict=True))
    print(f"export {export:.2f} s, aws --version {aws:.2f} s, ratio {export / aws:.2f}")


if __name__ == "__main__":
    main()
