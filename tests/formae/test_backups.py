"""Copies of the CLI's config: those that hold nothing but a dead password go, all others stay."""

from pathlib import Path

from wizard.base.secret import Secret
from wizard.local.formae import client
from wizard.local.formae.config import ClientConfig, Written, current_connection

URL = "https://abc.eu-west-1.awsapprunner.com"
MINE = 'amends "formae:/Config.pkl"\n\n// mine\ncli {\n  disableUsageReporting = true\n}\n'


def written(password: str, url: str = URL) -> Written:
    """What `apply` and `rotate` do with the config."""
    return client.write(
        ClientConfig(
            name="formae",
            activate=False,
            version="0.88.1",
            url=url,
            username="formae",
            password=Secret(password),
        )
    )


def copies(config: Path) -> list[str]:
    """What the copies hold, the oldest first."""
    found = sorted(config.parent.glob("*.bak-*"), key=lambda each: each.name)
    return [each.read_text() for each in found]


def test_what_is_the_persons_stays_and_a_dead_password_does_not(home: Path) -> None:
    config = home / ".config" / "formae" / "formae.conf.pkl"
    config.parent.mkdir(parents=True)
    config.write_text(MINE)
    assert "the old one is saved as formae.conf.pkl.bak-" in written("first").note
    note = written("second").note
    assert "no backup was kept: it would only hold the old password" in note
    assert "the old one is saved" not in note
    assert copies(config) == [MINE]

    config.write_text(config.read_text() + "// later\n")
    written("third")
    assert copies(config) == [MINE], "what was added is in the file itself"
    assert config.read_text().endswith("// later\n")

    edited = config.with_name("formae.conf.pkl.bak-20200101-000000")
    edited.write_text(config.read_text().replace("// later", "// gone from the file"))
    link = config.with_name("formae.conf.pkl.bak-20200101-000001")
    link.symlink_to(edited)
    note = written("fourth").note
    assert f"the old password is still in {edited.name}, beside your own settings" in note
    assert edited.exists()
    assert link.is_symlink()
    assert written("fourth").changed is False


def test_another_agents_connection_is_kept(home: Path) -> None:
    written("first", "https://other.eu-west-1.awsapprunner.com")
    (config,) = (home / ".config" / "formae").iterdir()
    before = config.read_text()
    assert "the old one is saved" in written("second").note
    assert copies(config) == [before]
    found = current_connection(config.read_text())
    assert found
    assert found.password == "second"
    assert config.stat().st_mode & 0o77 == 0
