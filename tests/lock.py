"""`python -m tests.lock` writes both lock files anew with `uv`, which must be installed.

requirements.lock has what the wizard, its demo and every sign-in need, requirements-dev.lock what
the tests need as well, in the same versions: for every supported Python and system, each file by
its hashes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
USERS = ROOT / "requirements.lock"
DEVELOPERS = ROOT / "requirements-dev.lock"
OLDEST = "3.11"
EXTRAS = {
    USERS: ["--extra", "demo", "--extra", "login"],
    DEVELOPERS: ["--all-extras", "-c", USERS.name],
}
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned package, where the marker holds; `hashes` says how many files are known by."""

    name: str
    version: Version
    marker: Marker | None
    hashes: int

    def wanted(self, environment: Mapping[str, str]) -> bool:
        """Whether it is installed in such an environment."""
        return self.marker is None or self.marker.evaluate(dict(environment))


def pins(path: Path) -> Iterator[Pin]:
    """The pins of a lock file; ValueError for a line that is none."""
    text = re.sub(r"^ *#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    for line in filter(None, text.replace("\\\n", " ").splitlines()):
        said, *hashes = re.split(r"\s+(?=--hash)", line.strip())
        pin = PIN.fullmatch(said)
        if not pin or not all(map(HASH.fullmatch, hashes)):
            raise ValueError(f"{path.name}: {line}")
        marker = Marker(pin["marker"]) if pin["marker"] else None
        name = canonicalize_name(pin["name"])
        yield Pin(name, Version(pin["version"]), marker, len(hashes))


def main() -> int:
    """Write both; packages that are pinned already stay as they are unless `--upgrade` is given."""
    for path, extras in EXTRAS.items():
        words = ["uv", "pip", "compile", "pyproject.toml", *extras, "-o", path.name, *sys.argv[1:]]
        words += ["--universal", "--python-version", OLDEST, "--generate-hashes", "--quiet"]
        words += ["--no-emit-index-url", "--custom-compile-command", "python -m tests.lock"]
        subprocess.run(words, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
