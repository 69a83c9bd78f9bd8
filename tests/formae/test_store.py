"""Where the CLI reads its config, in every state its folder can be in, and where ours goes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from wizard.base.errors import ExitCode, WizardError
from wizard.local.formae.cli import Version
from wizard.local.formae.config import connection_config
from wizard.local.formae.store import ConfigState, ConfigTarget, Store, choose, read_store

V86 = Version.parse("0.86.2")
V88 = Version.parse("0.88.1")
NAME = "formae-agent"
URL = "https://h.example"
STUB = 'amends "formae:/Config.pkl"\n'

Files = Mapping[str, str]
"""Path under the folder -> content; a content of `-> target` is a link."""

# State, files, and what the CLI would use as the active profile.
STATES: list[tuple[ConfigState, Files, str | None]] = [
    (ConfigState.NOTHING, {}, None),
    (ConfigState.NOTHING, {"profiles/": ""}, None),
    (ConfigState.NOTHING, {"profiles/.tmp.pkl": STUB}, None),
    (ConfigState.BARE, {"formae.conf.pkl": STUB}, None),
    (ConfigState.BARE, {"formae.conf.pkl": STUB, "profiles/x.pkl": STUB}, None),
    (
        ConfigState.BARE_AND_DEFAULT,
        {"formae.conf.pkl": STUB, "profiles/default.pkl": STUB},
        "default",
    ),
    (
        ConfigState.BARE_AND_DEFAULT,
        {"formae.conf.pkl": STUB, "profiles/default.pkl": "-> no"},
        "default",
    ),
    (ConfigState.DEFAULT, {"profiles/default.pkl": STUB}, "default"),
    (ConfigState.ACTIVE, {"active": "x\n", "profiles/x.pkl": STUB}, "x"),
    (ConfigState.ACTIVE, {"active": " x ", "profiles/x.pkl": STUB, "formae.conf.pkl": STUB}, "x"),
    (ConfigState.ACTIVE_MISSING, {"active": "x\n", "profiles/y.pkl": STUB}, None),
    (ConfigState.ACTIVE_MISSING, {"active": "x\n", "formae.conf.pkl": STUB}, None),
    (ConfigState.MALFORMED, {"active": "../x\n", "profiles/y.pkl": STUB}, None),
    (ConfigState.MALFORMED, {"active": "", "profiles/y.pkl": STUB}, None),
    (ConfigState.NONE_ACTIVE, {"profiles/x.pkl": STUB, "profiles/y.pkl": STUB}, None),
    (ConfigState.NONE_ACTIVE, {"profiles/x.pkl": STUB, "formae.conf.pkl": "-> nowhere"}, None),
    (ConfigState.LINK, {"profiles/x.pkl": STUB, "formae.conf.pkl": "-> profiles/x.pkl"}, "x"),
    (ConfigState.BROKEN_LINK, {"formae.conf.pkl": "-> profiles/x.pkl"}, None),
    (ConfigState.BROKEN_LINK, {"formae.conf.pkl": "-> /etc/hostname"}, None),
]


def fill(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif content.startswith("-> "):
            path.symlink_to(content.removeprefix("-> "))
        else:
            path.write_text(content)


def chosen(home: Path, version: Version | None, url: str | None = None) -> ConfigTarget:
    return choose(read_store(version, {}, home), version, NAME, url)


@pytest.mark.parametrize("version", [None, V88], ids=str)
@pytest.mark.parametrize(("state", "files", "active"), STATES)
def test_every_state(
    home: Path, state: ConfigState, files: Files, active: str | None, version: Version | None
) -> None:
    folder = home / ".config" / "formae"
    fill(folder, files)
    store = read_store(version, {}, home)
    assert (store.folder, store.state, store.active) == (folder, state, active)
    target = choose(store, version, NAME)
    assert target.active_now == active
    if state in {ConfigState.NOTHING, ConfigState.BARE}:
        assert (target.path, target.profile) == (folder / "formae.conf.pkl", None)
        assert not target.must_activate
    else:
        assert (target.path, target.profile) == (folder / "profiles" / f"{NAME}.pkl", NAME)
        assert target.must_activate
    assert target.reason
    assert target.active_file == folder / "active" or target.profile is None


@pytest.mark.parametrize(("state", "files", "active"), STATES)
def test_a_cli_from_before_profiles_reads_one_file(
    home: Path, state: ConfigState, files: Files, active: str | None
) -> None:
    folder = home / ".config" / "formae"
    fill(folder, files)
    env = {"FORMAE_CONFIG_DIR": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"}
    target = choose(read_store(V86, env, home), V86, NAME)
    assert (target.path, target.profile) == (folder / "formae.conf.pkl", None)
    assert not target.must_activate
    assert "0.86.2" in target.reason


def test_reading_changes_nothing(home: Path) -> None:
    chosen(home, V88)
    assert list(home.iterdir()) == []


def test_our_own_profile_is_written_in_place(home: Path) -> None:
    fill(home / ".config/formae", {"active": f"{NAME}\n", f"profiles/{NAME}.pkl": STUB})
    target = chosen(home, V88)
    assert (target.profile, target.active_now, target.must_activate) == (NAME, NAME, False)


def test_a_missing_file_of_our_name_is_only_to_be_written(home: Path) -> None:
    fill(home / ".config/formae", {"active": f"{NAME}\n"})
    target = chosen(home, V88)
    assert (target.profile, target.active_now, target.must_activate) == (NAME, None, False)


def test_a_profile_that_is_connected_already_stays_the_one(home: Path) -> None:
    """The CLI has renamed the bare file that an earlier run wrote."""
    config = connection_config(V88, URL, 443, "ops", "pw")
    fill(home / ".config/formae", {"active": "default\n", "profiles/default.pkl": config})
    target = chosen(home, V88, URL)
    assert (target.profile, target.active_now, target.must_activate) == (
        "default",
        "default",
        False,
    )
    for other in (None, "https://other.example", f"{URL}:8443"):
        assert chosen(home, V88, other).profile == NAME


def test_a_profile_that_cannot_be_read_is_not_taken_for_ours(home: Path) -> None:
    fill(home / ".config/formae", {"active": "default\n", "profiles/default.pkl": STUB})
    (home / ".config/formae/profiles/default.pkl").write_bytes(b"\xff")
    assert chosen(home, V88, URL).profile == NAME


@pytest.mark.parametrize("name", ["", "a b", "../x", "a.b", "é", "a\n", "a/b"])
def test_a_name_that_no_profile_can_have_is_told(home: Path, name: str) -> None:
    with pytest.raises(WizardError) as told:
        choose(read_store(V88, {}, home), V88, name)
    assert told.value.code is ExitCode.USAGE


def folder_of(env: Mapping[str, str], home: Path) -> Store:
    return read_store(V88, env, home)


def test_the_order_of_folders(home: Path, tmp_path: Path) -> None:
    legacy, xdg, own = home / ".config/formae", tmp_path / "xdg/formae", tmp_path / "own"
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert folder_of({}, home).folder == legacy
    assert folder_of(env, home).folder == xdg
    fill(legacy, {"profiles/": "", "active": "gone\n"})
    assert folder_of(env, home).folder == xdg, "a stale folder is no config"
    fill(xdg, {"formae.conf.pkl": STUB})
    assert folder_of(env, home).folder == xdg
    fill(legacy, {"profiles/x.pkl": STUB})
    assert folder_of(env, home).folder == legacy
    env["FORMAE_CONFIG_DIR"] = str(own)
    assert folder_of(env, home).folder == own


def test_xdg_may_name_the_same_folder(home: Path) -> None:
    fill(home / ".config/formae", {"formae.conf.pkl": STUB})
    env = {"XDG_CONFIG_HOME": f"{home}/./.config/"}
    assert folder_of(env, home).folder == home / ".config/formae"


@pytest.mark.parametrize(
    ("chosen_dir", "expected"),
    [("~/x", "x"), ("~", ""), ("~/a/../b", "b")],
)
def test_a_tilde_is_the_home_folder(home: Path, chosen_dir: str, expected: str) -> None:
    assert folder_of({"FORMAE_CONFIG_DIR": chosen_dir}, home).folder == home / expected


def test_a_relative_folder_is_made_absolute(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder_of({"FORMAE_CONFIG_DIR": "conf"}, home).folder == tmp_path / "conf"


def test_empty_settings_are_none(home: Path) -> None:
    env = {"FORMAE_CONFIG_DIR": "", "XDG_CONFIG_HOME": ""}
    assert folder_of(env, home).folder == home / ".config/formae"


def test_a_legacy_link_may_be_absolute(home: Path) -> None:
    folder = home / ".config/formae"
    fill(folder, {"profiles/x.pkl": STUB, "formae.conf.pkl": f"-> {folder}/profiles/x.pkl"})
    assert folder_of({}, home).state is ConfigState.LINK


def test_the_profiles_are_listed(home: Path) -> None:
    fill(
        home / ".config/formae", {"profiles/b.pkl": "", "profiles/a.pkl": "", "profiles/.c.pkl": ""}
    )
    assert folder_of({}, home).profiles == ("a", "b")


def test_a_folder_that_cannot_be_read_is_told(home: Path) -> None:
    fill(home / ".config/formae", {"active/": ""})
    with pytest.raises(WizardError, match="cannot be read"):
        folder_of({}, home)
