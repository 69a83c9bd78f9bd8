"""What `sleep` is on the PATH of a script: it moves the clock that the script's account has.

Without such a clock it sleeps. As `wizard.local.clock.Skipped`, but quick to start.
"""

import fcntl
import os
import struct
import sys
import time


def main() -> None:
    """Sleep as many seconds as the first argument says."""
    seconds, file = float(sys.argv[1]), os.environ.get("FORMAE_WIZARD_CLOCK")
    if not file:
        time.sleep(seconds)
        return
    with open(file, "r+b", 0) as kept:  # noqa: PTH123
        fcntl.flock(kept, fcntl.LOCK_EX)
        (ahead,) = struct.unpack("d", kept.read(8))
        kept.seek(0)
        kept.write(struct.pack("d", ahead + seconds))


if __name__ == "__main__":
    main()
