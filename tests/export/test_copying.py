"""How the script copies the image: with Docker, or with crane or skopeo where Docker is missing."""

import json
import os
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from tests.export.texts import text
from tests.support.parts import need
from tests.support.standin import NewAccount
from wizard.standin.ecr import lets_in

SOURCE = "ghcr.io/platform-engineering-labs/formae:0.88.1"
KNOWN = "bash", "head", "cat"


def lines(first: str, last: str) -> str:
    """The script's lines from the one that begins so to the one that ends so."""
    whole = text("defaults").splitlines()
    begin = next(n for n, line in enumerate(whole) if line.lstrip().startswith(first))
    end = next(n for n, line in enumerate(whole) if n >= begin and line.endswith(last))
    return "\n".join(whole[begin : end + 1])


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with little more than `aws`; what is put there tells with which words it ran."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (*KNOWN, "aws"):
        (folder / name).symlink_to(need(name, package=name))
    return folder


def put(folder: Path, name: str, code: int = 0) -> None:
    program = folder / name
    told = f'echo "{name} $*" >>"{folder}/ran"; cat "$WORK/config.json" >"{folder}/config" || :'
    program.write_text(f"#!{folder}/bash\n{told}\nexit {code}\n")
    program.chmod(0o755)


def run(folder: Path) -> "subprocess.CompletedProcess[str]":
    work = folder.parent / "scratch"
    work.mkdir()
    script = "\n".join(
        (
            'set -euo pipefail; stop() { echo "$*" >&2; exit 3; }',
            lines("COPY=", "skopeo.'"),
            lines("aws ecr get-authorization-token", "esac"),
        )
    )
    given = {
        **os.environ,
        "PATH": str(folder),
        "WORK": str(work),
        "REPOSITORY_URI": "1.dkr.ecr.eu-west-1.amazonaws.com/formae",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    return subprocess.run(
        [folder / "bash", "-c", script], env=given, capture_output=True, text=True, check=False
    )


TO = "1.dkr.ecr.eu-west-1.amazonaws.com/formae:0.88.1"
SKOPEO = (
    "skopeo copy --override-os linux --override-arch amd64 --dest-authfile WORK "
    f"docker://{SOURCE} docker://{TO}"
)
CRANE = f"crane copy --platform linux/amd64 {SOURCE} {TO}"


@pytest.mark.parametrize(
    ("there", "ran"),
    [
        ({"skopeo": 0}, SKOPEO),
        ({"crane": 0, "skopeo": 0}, CRANE),
        ({"docker": 1, "skopeo": 0}, SKOPEO),
    ],
    ids=["skopeo", "crane", "an engine that is down"],
)
def test_where_docker_is_missing(
    new_account: NewAccount, programs: Path, there: dict[str, int], ran: str
) -> None:
    standin = new_account()
    for name, code in there.items():
        put(programs, name, code)
    done = run(programs)
    assert done.returncode == 0, done.stderr
    last = (programs / "ran").read_text().splitlines()[-1]
    assert last == ran.replace("WORK", f"{programs.parent}/scratch/config.json")
    (login,) = json.loads((programs / "config").read_text())["auths"].items()
    assert login[0] == TO.partition("/")[0]
    assert lets_in(standin.world, *b64decode(login[1]["auth"]).decode().split(":"))


def test_docker_goes_first(new_account: NewAccount, programs: Path) -> None:
    new_account()
    for name in ("docker", "crane", "skopeo"):
        put(programs, name)
    done = run(programs)
    assert done.returncode == 0, done.stderr
    ran = (programs / "ran").read_text().splitlines()
    assert [line.split()[0] for line in ran] == ["docker"] * len(ran)
    assert f"docker pull --platform linux/amd64 {SOURCE}" in ran
    assert ran[-1].endswith(f"push {TO}")


def test_nothing_is_there(new_account: NewAccount, programs: Path) -> None:
    new_account()
    done = run(programs)
    assert done.returncode == 3
    assert "install crane or skopeo" in done.stderr
