"""Writing the CLI's config and making its profile the active one."""

import stat
from pathlib import Path

import pytest

from tests.formae.stub import fails, log, stub
from wizard.base.errors import WizardError
from wizard.local.formae.cli import Cli, Version, find_cli
from wizard.local.formae.config import Connection, connection_config
from wizard.local.formae.patch import patch
from wizard.local.formae.store import (
    ConfigState,
    ConfigTarget,
    activate,
    choose,
    read_config,
    read_store,
    write_config,
)

V88 = Version.parse("0.88.1")
NO_CLI = Cli(None, None)
OURS = Connection("https://h.example", 443, "ops", "CANARY")
STUB = 'amends "formae:/Config.pkl"\n'


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def target_in(home: Path, version: Version | None = V88, name: str = "agent") -> ConfigTarget:
    return choose(read_store(version, {}, home), version, name)


@pytest.fixture
def profiles(home: Path) -> Path:
    folder = home / ".config" / "formae"
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "default.pkl").write_text(STUB)
    (folder / "active").write_text("default\n")
    return folder


def test_a_first_config(home: Path) -> None:
    target = target_in(home)
    assert read_config(target) == ""
    written = write_config(target, patch("", V88, OURS))
    path = home / ".config" / "formae" / "formae.conf.pkl"
    assert (written.path, written.backup, written.changed) == (path, None, True)
    assert path.read_text() == connection_config(V88, OURS.url, 443, "ops", "CANARY")
    assert [mode(path), mode(path.parent)] == [0o600, 0o700]
    assert "+    url" in written.diff
    assert "CANARY" not in written.diff + repr(written)


def test_the_same_again_writes_nothing(home: Path) -> None:
    target = target_in(home)
    write_config(target, patch("", V88, OURS))
    number = target.path.stat().st_mtime_ns
    again = target_in(home)
    written = write_config(again, patch(read_config(again), V88, OURS))
    assert (written.backup, written.diff, written.changed) == (None, "", False)
    assert target.path.stat().st_mtime_ns == number
    assert [entry.name for entry in target.path.parent.iterdir()] == ["formae.conf.pkl"]


def test_the_old_config_is_kept(home: Path) -> None:
    path = home / ".config" / "formae" / "formae.conf.pkl"
    path.parent.mkdir(parents=True)
    path.write_bytes(STUB.replace("\n", "\r\n").encode())
    target = target_in(home)
    written = write_config(target, patch(read_config(target), V88, OURS))
    assert written.backup is not None
    assert written.backup.read_bytes() == STUB.replace("\n", "\r\n").encode()
    assert mode(written.backup) == 0o600
    assert b"\r\n" in path.read_bytes()
    assert b"\r\r" not in path.read_bytes()


def test_a_link_is_written_through_and_said(home: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.pkl"
    real.write_text(STUB)
    link = home / ".config" / "formae" / "formae.conf.pkl"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    target = target_in(home, Version.parse("0.86.2"))
    written = write_config(target, patch(read_config(target), V88, OURS))
    assert target.path == link
    assert written.path == real
    assert link.is_symlink()


def test_a_profile_beside_others_leaves_them_alone(home: Path, profiles: Path) -> None:
    target = target_in(home)
    write_config(target, patch(read_config(target), V88, OURS))
    assert (profiles / "profiles" / "default.pkl").read_text() == STUB
    assert (profiles / "active").read_text() == "default\n"
    assert read_store(V88, {}, home).profiles == ("agent", "default")


def test_without_a_cli_the_profile_is_made_active_by_hand(home: Path, profiles: Path) -> None:
    target = target_in(home)
    write_config(target, patch("", V88, OURS))
    assert activate(target, NO_CLI, {})
    assert (profiles / "active").read_text() == "agent\n"
    assert mode(profiles / "active") == 0o600
    store = read_store(V88, {}, home)
    assert (store.state, store.active) == (ConfigState.ACTIVE, "agent")
    assert not activate(target_in(home), NO_CLI, {})
    assert sorted(entry.name for entry in profiles.iterdir()) == ["active", "profiles"]


def test_with_a_cli_it_is_asked_to(home: Path, profiles: Path, tmp_path: Path) -> None:
    env = stub(tmp_path / "bin", "printf 'switched to %s\\n' \"$3\"")
    assert activate(target_in(home), find_cli(env), env)
    assert log(tmp_path / "bin")[-1] == "profile use agent"
    assert (profiles / "active").read_text() == "default\n", "the script does not write it"


def test_a_cli_that_refuses_is_told(home: Path, profiles: Path, tmp_path: Path) -> None:
    env = stub(tmp_path / "bin", fails("Error: profile not found: agent"))
    with pytest.raises(WizardError, match="no usable active profile"):
        activate(target_in(home), find_cli(env), env)


def test_a_bare_file_needs_no_activation(home: Path) -> None:
    assert not activate(target_in(home), NO_CLI, {})
    assert list(home.iterdir()) == []


def test_a_config_that_is_no_text_is_told(home: Path) -> None:
    path = home / ".config" / "formae" / "formae.conf.pkl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(WizardError, match="cannot be read as text"):
        read_config(target_in(home))
