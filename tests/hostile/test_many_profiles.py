"""An AWS config with thousands of profiles: help does not read it, and the screens come up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import terminal
from wizard.local.profiles import profiles

MANY = 5000


@pytest.fixture
def many(home: Path) -> Path:
    folder = home / ".aws"
    folder.mkdir()
    config = folder / "config"
    config.write_text(
        "".join(
            f"[profile team-{number}]\nregion = eu-west-1\nsso_session = all\n"
            f"sso_account_id = {number:012}\nsso_role_name = Admin\n"
            for number in range(MANY)
        )
        + "[sso-session all]\nsso_start_url = https://example.awsapps.com/start\n"
    )
    return config


def test_help_and_version_do_not_look_at_it(many: Path) -> None:
    """Not even where reading it would never end."""
    many.unlink()
    os.mkfifo(many)
    for word in ("--help", "--version"):
        end = subprocess.run(
            [sys.executable, "-m", "wizard", word], capture_output=True, timeout=60, check=True
        )
        assert end.stdout


def test_the_first_page_is_there_and_the_next(many: Path) -> None:
    with terminal([], {"FORMAE_WIZARD_CLI": "off", "AWS_EC2_METADATA_DISABLED": "true"}) as shown:
        shown.until("Guide me")
        shown.press("l")
        shown.until("Which profile of your AWS configuration")
    assert len(profiles()) == MANY
