"""Run the stand-in by itself: `python -m wizard.standin`.

Prints one line of JSON, the environment that makes programs take it for AWS, then runs until its
standard input closes or SIGTERM comes. Leaves no process and no file behind.
"""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from wizard.standin.durations import DEMO_SCALE
from wizard.standin.freetier import free_plan
from wizard.standin.server import StandIn


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end."""
    given = _parser().parse_args(arguments)
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    standin = StandIn(scale=given.scale, folder=given.folder, docker=not given.no_docker)
    standin.world.image_share = 1
    with standin:
        standin.behaviour.closed = given.closed or given.free
        standin.world.account_plan = free_plan() if given.free else None
        standin.behaviour.latency = not given.no_latency
        sys.stdout.write(json.dumps(standin.environment()) + "\n")
        sys.stdout.flush()
        threading.Thread(target=_until_end_of_file, args=[over], daemon=True).start()
        threading.Thread(target=standin.warm_up, daemon=True).start()
        over.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m wizard.standin", description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=DEMO_SCALE, help="seconds here for a second on AWS"
    )
    parser.add_argument("--folder", type=Path, help="where to keep files; removed at the end")
    parser.add_argument("--closed", action="store_true", help="an account without App Runner")
    parser.add_argument("--free", action="store_true", help="an account on the Free plan")
    parser.add_argument("--no-docker", action="store_true", help="no Docker engine")
    parser.add_argument("--no-latency", action="store_true", help="answer calls at once")
    return parser


def _until_end_of_file(over: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    over.set()


if __name__ == "__main__":
    raise SystemExit(main())
