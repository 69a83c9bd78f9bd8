"""The tools a script needs: what is too old is told before anything is done."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.export.texts import text
from tests.support.parts import need

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("aws-cli/1.44.9 Python/3.11", "aws 1.45 or 2.14 is needed."),
        ("aws-cli/2.9.19 Python/3.11", "aws 1.45 or 2.14 is needed."),
        ("something else", "aws 1.45 or 2.14 is needed."),
    ],
)
def test_what_is_too_old(version: str, told: str, standin: "StandIn", tmp_path: Path) -> None:
    need("docker", package="docker-cli")
    script, aws = tmp_path / "deploy.sh", tmp_path / "bin" / "aws"
    script.write_text(text("defaults"), "utf-8")
    aws.parent.mkdir()
    aws.write_text(f"#!/bin/sh\necho '{version}'\n", "utf-8")
    aws.chmod(0o700)
    done = subprocess.run(
        [need("bash", package="bash"), str(script)],
        env={**os.environ, "PATH": f"{aws.parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert told in done.stderr
    assert standin.calls == []
