"""The CLI's config put back: as it was before, and nobody's edits lost."""

import json
import os
from pathlib import Path

import pytest

from wizard.local.formae.cli import Cli, Version
from wizard.local.formae.config import Connection, connection_config, current_connection
from wizard.local.formae.patch import patch, unpatch
from wizard.local.formae.restore import STUB, Restored, restore
from wizard.local.formae.store import activate, choose, read_config, read_store, write_config

URL = "https://abc.eu-west-1.awsapprunner.com"
OURS = Connection(URL, 443, "formae", "CANARY")
V88, V89 = Version.parse("0.88.1"), Version.parse("0.89.0")
MINE = (
    'amends "formae:/Config.pkl"\r\n\r\n// mine\r\ncli {\r\n  disableUsageReporting = true\r\n}\r\n'
)
OTHER = connection_config(V88, "https://other.example", 443, "me", "SECRET")


@pytest.fixture(params=[V88, V89], ids=["0.88", "0.89"])
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


def folder(home: Path) -> Path:
    return home / ".config" / "formae"


def files(home: Path) -> dict[str, bytes]:
    root = folder(home)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def connected(home: Path, version: Version | None, password: str = "CANARY") -> Path:
    """What `apply` does with the config."""
    connection = Connection(URL, 443, "formae", password)
    target = choose(read_store(version, os.environ, home), version, "formae", URL)
    write_config(target, patch(read_config(target), version, connection))
    activate(target, Cli(None, None), os.environ)
    return target.path


def put_back(home: Path, url: str = URL) -> Restored:
    return restore(read_store(V88, os.environ, home), "formae", url, os.environ)


def bare(home: Path, text: str) -> Path:
    folder(home).mkdir(parents=True)
    path = folder(home) / "formae.conf.pkl"
    path.write_bytes(text.encode())
    return path


def profiles(home: Path, active: str | None, **texts: str) -> Path:
    place = folder(home) / "profiles"
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / f"{name}.pkl").write_text(text)
    if active is not None:
        (folder(home) / "active").write_text(active)
    return place


def test_nothing_before_is_nothing_again(home: Path, version: Version) -> None:
    connected(home, version)
    assert put_back(home).changed
    assert not folder(home).exists()
    assert not put_back(home).changed


@pytest.mark.parametrize("text", [MINE, OTHER, "", "// only a comment\n", STUB])
def test_byte_by_byte(home: Path, version: Version, text: str) -> None:
    bare(home, text)
    before = files(home)
    connected(home, version)
    connected(home, version, password="ROTATED")
    assert len(files(home)) > 1
    put_back(home)
    assert files(home) == before


def test_edited_since(home: Path, version: Version) -> None:
    path = bare(home, MINE)
    connected(home, version)
    path.write_bytes(path.read_bytes() + b"\r\n// later\r\n")
    note = put_back(home).notes[0]
    text = path.read_bytes().decode()
    assert "your later changes stay" in note
    assert "// mine" in text
    assert "// later" in text
    assert "disableUsageReporting = true" in text
    assert "CANARY" not in text
    assert "AuthBasic" not in text
    assert current_connection(text) is None


def test_edited_since_and_connected_elsewhere_before(home: Path, version: Version) -> None:
    path = bare(home, OTHER)
    connected(home, version)
    path.write_text(path.read_text() + "\n// later\n")
    put_back(home)
    found = current_connection(path.read_text())
    assert found == current_connection(OTHER)
    assert "// later" in path.read_text()


def test_the_copy_is_missing(home: Path, version: Version) -> None:
    path = bare(home, MINE)
    connected(home, version)
    for each in folder(home).glob("*.bak-*"):
        each.unlink()
    put_back(home)
    assert "// mine" in path.read_text()
    assert "CANARY" not in path.read_text()
    assert not list(folder(home).glob("profiles"))


def test_a_link_stays_a_link(home: Path) -> None:
    dotfiles = home / "dotfiles"
    dotfiles.mkdir()
    real = dotfiles / "formae.pkl"
    real.write_text(OTHER)
    folder(home).mkdir(parents=True)
    link = folder(home) / "formae.conf.pkl"
    link.symlink_to(real)
    old = Version.parse("0.86.0")
    target = choose(read_store(old, os.environ, home), old, "formae", URL)
    write_config(target, patch(read_config(target), old, OURS))
    assert "CANARY" in real.read_text()
    restore(read_store(old, os.environ, home), "formae", URL, os.environ)
    assert link.is_symlink()
    assert real.read_text() == OTHER
    assert list(dotfiles.iterdir()) == [real]


@pytest.mark.parametrize("active", ["work\n", "work", None, "gone\n", "not a name!\n"])
def test_the_profile_of_before_is_active_again(home: Path, active: str | None) -> None:
    profiles(home, active, work=OTHER, play=STUB)
    before = files(home)
    connected(home, V88)
    assert (folder(home) / "active").read_text() == "formae\n"
    put_back(home)
    assert files(home) == before


def test_nobody_remembers(home: Path) -> None:
    profiles(home, "work\n", work=OTHER)
    before = files(home)
    connected(home, V88)
    for note in (home / ".local/state/formae-wizard/profiles").iterdir():
        assert json.loads(note.read_text())["before"] == "work\n"
        note.write_text("{ damaged")
    put_back(home)
    assert files(home) == before, "there is only one it can have been"


def test_another_was_chosen_since(home: Path) -> None:
    profiles(home, "work\n", work=OTHER, play=STUB)
    connected(home, V88)
    (folder(home) / "active").write_text("play\n")
    put_back(home)
    assert (folder(home) / "active").read_text() == "play\n"
    assert sorted(each.stem for each in (folder(home) / "profiles").iterdir()) == ["play", "work"]


def test_the_cli_made_a_profile_of_it(home: Path) -> None:
    """From 0.87 on it renames a bare config at its first load."""
    path = bare(home, MINE)
    connected(home, V88)
    profiles(home, "default\n", default=path.read_text())
    (folder(home) / "profiles" / "default.pkl").write_bytes(path.read_bytes())
    path.unlink()
    put_back(home)
    assert files(home) == {"active": b"default\n", "profiles/default.pkl": MINE.encode()}


def test_the_cli_made_a_profile_of_a_config_with_nothing_else(home: Path) -> None:
    fresh = connection_config(V88, URL, 443, "formae", "CANARY")
    profiles(home, "default\n", default=fresh)
    put_back(home)
    assert files(home) == {"active": b"default\n", "profiles/default.pkl": STUB.encode()}


def test_another_agents_config_is_left_alone(home: Path) -> None:
    path = bare(home, OTHER)
    assert not put_back(home).changed
    assert path.read_text() == OTHER


def test_an_address_nobody_knows_any_more(home: Path) -> None:
    path = connected(home, V88)
    text = path.read_text()
    put = put_back(home, url="")
    assert not put.changed
    assert "cannot determine whether" in put.notes[0]
    assert path.read_text() == text


def test_taken_out_twice_is_once(version: Version) -> None:
    text = unpatch(patch(MINE, version, OURS))
    assert text == MINE
    assert unpatch(text) == text
