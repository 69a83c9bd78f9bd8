"""The wizard's copy of an image as a program: `python -m tests.benchmarks.copy_image FROM TO`.

It loads what the copy needs and nothing else, as the programs that it is measured against.
"""

import sys
import time

from wizard.base.secret import Secret
from wizard.local.image.names import Destination, RegistryLogin
from wizard.local.image.registry import Tries
from wizard.local.image.way import copy_along, find_way

LOGIN = "AWS", "canary-ecr-password-4711"
"""That of the tests' registry; what would tell it from there takes long to load."""


def copy(source: str, target: str) -> None:
    """Copy `host:port/name:tag` to another."""
    host = target.partition("/")[0]
    tries = Tries(60, time.sleep)
    login = RegistryLogin(host, LOGIN[0], Secret(LOGIN[1]))
    to = Destination(target, f"http://{host}", lambda: login)
    way = find_way(source, "linux/amd64", tries)
    copy_along(way, to, tries, lambda _: None, lambda: False)


if __name__ == "__main__":
    copy(*sys.argv[1:])
