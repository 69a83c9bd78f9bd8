"""The docker command's own settings, as people have them: what it takes is taken here."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.image.test_engine import pretending
from tests.support.docker_engine import engine_problem
from wizard.local.image import docker_config
from wizard.local.image.docker_config import DockerConfig

HUB = "https://index.docker.io/v1/"
USABLE = {"Version": "28.5.2", "ApiVersion": "1.51", "Os": "linux"}


def told(home: Path, config: Any) -> Path:
    """Let the docker command's config.json say this; a text is written as it is."""
    file = home / ".docker" / "config.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(config if isinstance(config, str) else json.dumps(config))
    return file


def helper(home: Path, monkeypatch: pytest.MonkeyPatch, script: str, name: str = "mine") -> None:
    """A credential helper on the PATH."""
    programs = home / "bin"
    programs.mkdir(exist_ok=True)
    (programs / f"docker-credential-{name}").write_text(f"#!/bin/sh\n{script}\n")
    (programs / f"docker-credential-{name}").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def login(registry: str = "ghcr.io") -> dict[str, str]:
    """What the engine would be given for a pull from that registry."""
    header = DockerConfig().login(registry).header
    read: dict[str, str] = json.loads(base64.urlsafe_b64decode(header["X-Registry-Auth"]))
    return read


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


TAKEN: list[Any] = [
    {"auths": {HUB: {"auth": ""}}},
    {"auths": {HUB: {}}},
    {"auths": {"ghcr.io": {"auth": "§§§"}}},
    {"auths": {"ghcr.io": {"auth": "bm9jb2xvbg=="}}},
    {"auths": {"ghcr.io": "x"}},
    {"auths": ["x"]},
    {"credsStore": 7, "credHelpers": ["x"], "proxies": "x", "HttpHeaders": {"Meta": 1}},
    [1],
    "",
    "{",
    "\ufeff{}",
]


@pytest.mark.parametrize("config", TAKEN, ids=str)
def test_a_config_that_the_docker_command_takes_is_no_engine_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch, config: Any
) -> None:
    told(home, config)
    with pretending({"version": USABLE, "info": {"DriverStatus": None}}) as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        assert engine_problem() is None
    for registry in ("docker.io", "ghcr.io"):
        assert not DockerConfig().login(registry).header


@pytest.mark.parametrize("auth", ["§§§", "bm9jb2xvbg==", "AAAA"])
def test_an_entry_that_cannot_be_read_is_named(home: Path, auth: str) -> None:
    file = told(home, {"auths": {"https://ghcr.io/v2/": {"auth": auth}, "quay.io": {}}})
    found = DockerConfig()
    assert found.login("ghcr.io").trouble == found.foreseen("ghcr.io")
    assert f"{file}: its entry for https://ghcr.io/v2/ has an `auth`" in found.foreseen("ghcr.io")
    assert not found.login("quay.io").trouble


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_file_that_cannot_be_read_is_named(home: Path, text: str) -> None:
    file = told(home, text)
    assert str(file) in DockerConfig().login("ghcr.io").trouble


def test_logins_of_the_file_itself(home: Path) -> None:
    told(
        home,
        {
            "auths": {
                HUB: {"auth": basic("ada", "pä:ss")},
                "https://ghcr.io": {"identitytoken": "t0ken"},
            }
        },
    )
    assert login("docker.io") == {"username": "ada", "password": "pä:ss", "serveraddress": HUB}
    assert login("ghcr.io") == {"identitytoken": "t0ken", "serveraddress": "https://ghcr.io"}


def test_a_helper_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = '{"ServerURL":"x","Username":"ada","Secret":"\'"$(cat)"\'"}'
    helper(home, monkeypatch, f"echo '{answer}'")
    helper(home, monkeypatch, """echo '{"Username":"<token>","Secret":"t"}'""", "tokens")
    told(home, {"credsStore": "mine", "credHelpers": {"quay.io": "tokens"}})
    assert login("docker.io")["password"] == HUB
    assert login("ghcr.io") == {
        "username": "ada",
        "password": "ghcr.io",
        "serveraddress": "ghcr.io",
    }
    assert login("quay.io")["identitytoken"] == "t"


def test_a_helper_that_knows_nothing_leaves_it_to_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper(home, monkeypatch, "echo credentials not found in native keychain; exit 1")
    told(home, {"credsStore": "mine", "auths": {"ghcr.io": {"auth": basic("ada", "kept")}}})
    assert login("ghcr.io")["password"] == "kept"
    assert not DockerConfig().login("quay.io").trouble


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo The keychain is locked; exit 3", "code 3 and says “The keychain is locked”"),
        ("""echo '{"Secret":"canary"}'; exit 1""", "ends with code 1."),
        ("echo nothing", "answers with no login"),
        ("echo '[]'", "answers with no login"),
        ("sleep 9", "did not answer within 0.2 seconds"),
    ],
)
def test_a_helper_that_does_not_work(
    home: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    monkeypatch.setattr(docker_config, "HELPER_WITHIN", 0.2 if "sleep" in script else 60)
    helper(home, monkeypatch, script)
    told(home, {"credsStore": "mine"})
    found = DockerConfig().login("ghcr.io")
    assert not found.header
    assert found.trouble.startswith("The credential helper docker-credential-mine ")
    assert why in found.trouble
    assert "canary" not in found.trouble


def test_a_helper_that_is_not_installed_is_foreseen(home: Path) -> None:
    file = told(home, {"credsStore": "desktop.exe"})
    words = f"The credential helper docker-credential-desktop.exe, which {file} names, is not"
    assert DockerConfig().foreseen("ghcr.io").startswith(words)
    assert DockerConfig().login("ghcr.io").trouble.startswith(words)


def context(folder: Path, name: str, host: str) -> None:
    """A context as the docker command keeps one, without its config.json."""
    key = hashlib.sha256(name.encode()).hexdigest()
    file = folder / "contexts" / "meta" / key / "meta.json"
    file.parent.mkdir(parents=True)
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": False}}
    file.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": endpoints}))


@pytest.mark.parametrize("variable", [False, True], ids=["home", "DOCKER_CONFIG"])
def test_contexts_without_a_config_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: bool
) -> None:
    elsewhere = tmp_path / "working"
    context(elsewhere, "colima", "tcp://127.0.0.1:9")
    monkeypatch.chdir(elsewhere)
    folder = tmp_path / "docker" if variable else home / ".docker"
    if variable:
        monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    monkeypatch.setenv("DOCKER_CONTEXT", "colima")
    problem = engine_problem()
    assert problem
    assert problem.what == "The Docker context 'colima' does not exist."
    assert str(folder / "contexts") in problem.why
    with pretending({"version": USABLE, "info": {"DriverStatus": None}}) as host:
        context(folder, "colima", host)
        assert engine_problem() is None


def test_a_context_that_cannot_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "mine")
    context(home / ".docker", "mine", "unix:///nowhere.sock")
    [meta] = (home / ".docker" / "contexts").rglob("meta.json")
    for text in ("{", "[]", '{"Endpoints": {}}', "\ufeff"):
        meta.write_text(text)
        problem = engine_problem()
        assert problem
        assert f"file {meta} cannot be read" in problem.why
