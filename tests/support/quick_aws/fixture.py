"""The server as a fixture, and the folder to put first on the PATH."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@dataclass(frozen=True, slots=True)
class QuickAws:
    """`folder` holds `aws`, and a `sleep` on the account's clock.

    `log` is a file that every call of `aws` writes its arguments into.
    """

    folder: Path
    log: Path

    def asked(self) -> list[list[str]]:
        """The arguments of every call so far."""
        calls = self.log.read_text("utf-8").split("\n\0\n") if self.log.exists() else []
        return [call.split("\0") for call in calls[:-1]]


def newest(folder: Path) -> dict[str, str]:
    """The variable that has `aws` read the models of ECS that boto3 has here: its own are older.

    They are put below the folder.
    """
    models = folder / "models"
    models.mkdir(exist_ok=True)
    if not (models / "ecs").exists():
        boto3 = find_spec("boto3")
        assert boto3
        assert boto3.origin
        data = Path(boto3.origin).parents[1] / "botocore" / "data"
        (models / "ecs").symlink_to(data / "ecs")
    return {"AWS_DATA_PATH": str(models)}


def start(folder: Path) -> "tuple[QuickAws, subprocess.Popen[bytes]]":
    """Start a server with its socket below the folder; close its standard input to end it."""
    place = folder / "socket"
    words = [sys.executable, "-m", "tests.support.quick_aws.server", str(place)]
    server = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, **newest(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdout
    assert server.stdout.readline() == b"ready\n", "the server of aws does not start"
    made = QuickAws(folder / "bin", folder / "calls")
    made.folder.mkdir()
    aws = made.folder / "aws"
    client = f'"{sys.executable}" -I -S "{HERE / "client.py"}" "{place}" "{made.log}"'
    aws.write_text(f'#!/bin/sh\nexec {client} "$@"\n')
    sleep = made.folder / "sleep"
    sleep.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{HERE / "sleep.py"}" "$@"\n')
    for program in (aws, sleep):
        program.chmod(0o755)
    return made, server


@contextlib.contextmanager
def serving() -> Iterator[QuickAws]:
    """A server for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="formae-aws-") as folder:
        made, server = start(Path(folder))
        yield made
        assert server.stdin
        server.stdin.close()
        server.wait(20)


@pytest.fixture(scope="session")
def quick_aws() -> Iterator[QuickAws]:
    """One server for all tests of a process."""
    with serving() as made:
        yield made
