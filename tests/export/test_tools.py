"""The tools a script needs: what is too old is told before anything is done."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.export.texts import text
from tests.parity.worlds import REAL_AWS
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


def test_an_aws_that_knows_no_gateways_is_told_before_aws_is_asked(
    standin: "StandIn", tmp_path: Path
) -> None:
    """The `aws` of this environment is such a one."""
    script = tmp_path / "deploy.sh"
    script.write_text(text("ecs-gateway"), "utf-8")
    done = subprocess.run(
        [need("bash", package="bash"), str(script)],
        env={**os.environ, "PATH": f"{REAL_AWS}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "This aws does not know ECS Gateway: install the newest aws 2" in done.stderr
    assert standin.calls == []
