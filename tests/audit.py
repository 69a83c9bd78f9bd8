"""`python -m tests.audit [--strict]`: known weaknesses of what the lock files pin, by `pip-audit`.

Says of how many packages the public databases could be asked. What nobody could ask for counts as
not audited, never as sound: then the exit code is 0 with a plain warning, 1 with --strict. A known
weakness is always 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.lock import DEVELOPERS, ROOT, USERS

LIMIT = 300
"""Seconds for one lock file."""
FEW = 5
"""So many names are enough."""
COMMAND = ("pip-audit", "--disable-pip", "--require-hashes", "--format", "json")


def main() -> int:
    """Audit both."""
    verdicts = [judged(path.name, asked(path)) for path in (USERS, DEVELOPERS)]
    bad = {1, 2} if "--strict" in sys.argv[1:] else {1}
    return int(not bad.isdisjoint(verdicts))


def asked(path: Path) -> Sequence[Mapping[str, Any]] | str:
    """What pip-audit says of each package; a text where it could say nothing."""
    words = [*COMMAND, "--progress-spinner", "off", "-r", path.name]
    try:
        end = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except FileNotFoundError:
        return "pip-audit is not installed"
    except subprocess.TimeoutExpired:
        return f"no answer within {LIMIT} s"
    try:
        return list(json.loads(end.stdout)["dependencies"])
    except (ValueError, KeyError):
        return (end.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]


def judged(name: str, packages: Sequence[Mapping[str, Any]] | str) -> int:
    """Tell what was found: 0 all sound, 1 a weakness, 2 not all of it could be audited."""
    if isinstance(packages, str):
        print(f"NOT AUDITED {name}: {packages}")
        return 2
    weak = list(_weak(packages))
    silent = [each["name"] for each in packages if "skip_reason" in each]
    print(f"{name}: {len(packages) - len(silent)} of {len(packages)} packages audited")
    for line in weak:
        print(f"WEAK {line}")
    if silent or not packages:
        print(f"NOT AUDITED {name}: the database could not be asked about {_few(silent)}")
    return 1 if weak else 2 if silent or not packages else 0


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{', '.join(names[:FEW])}{more}" if names else "anything"


def _weak(packages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in packages:
        for known in each.get("vulns", ()):
            better = ", ".join(known["fix_versions"]) or "none yet"
            yield f"{each['name']} {each['version']}: {known['id']}, mended in {better}"


if __name__ == "__main__":
    sys.exit(main())
