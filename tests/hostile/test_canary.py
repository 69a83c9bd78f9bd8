"""One run with canaries for passwords: every trace of it is looked through, in every form."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from tests.hostile.watched import watch
from tests.support.account import secret
from tests.support.standin import REGION

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "canary/Pa55 wörd+7f3e&x"
R = ("--region", REGION)


def forms(password: str) -> Iterator[bytes]:
    """How a password may lie about."""
    raw = password.encode()
    texts = [password, json.dumps(password)[1:-1], quote(password, safe=""), quote_plus(password)]
    yield from (text.encode() for text in texts)
    for start in range(3):  # base64 of a text that has it somewhere in it
        inside = base64.b64encode(b"x" * start + raw)
        yield inside[4 if start else 0 : -4]
    yield from (raw.hex().encode(), raw[::-1])


def traces(folder: Path, passwords: list[str]) -> set[Path]:
    """Files with one in them, whatever they are called."""
    wanted = [form for password in passwords for form in forms(password)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path for path in files if any(form in path.read_bytes() for form in wanted)}


@pytest.fixture
def places(home: Path, tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("temporary", "work", "hook", "docker")}
    for folder in made.values():
        folder.mkdir()
    (home / ".docker").mkdir()
    (home / ".docker" / "config.json").write_text("{}")
    return made


def test_no_trace_but_in_the_places_that_are_named(
    standin: "StandIn",
    home: Path,
    places: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(places["work"])
    monkeypatch.setenv("TMPDIR", str(places["temporary"]))
    given = tmp_path / "password"
    given.write_text(CANARY + "\n")
    given.chmod(0o600)
    ended = watch(
        ["apply", "--yes", "--json", *R, "--api-password-file", str(given)],
        places["hook"],
        {},
    )
    assert ended.code == 0, ended.err
    database = json.loads(secret("formae-db-creds"))["password"]
    registry = standin.world.registry.password if standin.world.registry else "standin-registry"
    told = "\n".join([ended.out, ended.err, *ended.shown, *ended.spoken])
    for password in (CANARY, database, registry):
        assert not [form for form in forms(password) if form in told.encode()]
    config = home / ".config" / "formae" / "formae.conf.pkl"
    assert traces(tmp_path, [CANARY]) == {given, config}
    assert traces(tmp_path, [database, registry]) == set()
    assert (home / ".docker" / "config.json").read_text() == "{}"
    assert list(places["temporary"].iterdir()) == []
    assert len(ended.shown) >= 1, "the process list was looked at"
    _nobody_else_was_spoken_to(standin, ended.spoken)


def _nobody_else_was_spoken_to(standin: "StandIn", spoken: set[str]) -> None:
    """No telemetry: AWS, the agent, the Docker engine, and nothing else; here all on loopback."""
    assert any("socket.connect" in each for each in spoken), "the hook was there"
    allowed = (
        "'127.0.0.1'",
        "'localhost'",
        repr(os.environ["DOCKER_HOST"].removeprefix("unix://")),
    )
    assert [each for each in spoken if not any(good in each for good in allowed)] == []
    ports = {each.rpartition(", ")[2].rstrip(")") for each in spoken if "connect ('127" in each}
    assert standin.world.endpoint.rpartition(":")[2] in ports


def test_a_crash_writes_no_memory_to_the_disk() -> None:
    code = (
        "import resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
        "from wizard.cli import main; main(['answers', '--schema'])\n"
        "print(r.getrlimit(r.RLIMIT_CORE)[0], file=__import__('sys').stderr)\n"
    )
    end = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert end.stderr == "0\n"
