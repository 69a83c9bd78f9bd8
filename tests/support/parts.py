"""The real programs the tests lean on: found, or said to be missing.

Where CI is set a missing part fails the test; on a developer's machine it skips it.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

OWN = Path(sys.executable).parent
"""Before PATH: an `aws` there may be a version manager's, which needs programs beside it."""
DEBIAN_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def powerless() -> list[str]:
    """The words before a command so that root may not write anywhere; none for anybody else."""
    if os.getuid() != 0:
        return []
    return [need("setpriv", package="util-linux"), "--bounding-set=-all", "--inh-caps=-all"]


def need(program: str, *, package: str) -> str:
    """The path of a program; `package` is what to install where it is missing."""
    places = os.pathsep.join(
        [str(OWN), os.environ["PATH"], "/usr/sbin", *map(str, DEBIAN_POSTGRES)]
    )
    found = shutil.which(program, path=places)
    if found:
        return found
    message = f"{program} is not installed; the tests need it (package {package})"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
