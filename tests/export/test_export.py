"""`formae-wizard export`: asks nobody, touches no AWS, overwrites nothing silently."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command
from wizard.answers.file import load

REGION = ("--region", "eu-west-1")


def test_it_prints_the_script(command: Command) -> None:
    end = command("export", *REGION)
    assert end.code == 0
    assert end.out.startswith("#!/usr/bin/env bash\n")
    assert end.out == command("export", *REGION).out
    assert end.err == ""


def test_it_loads_no_boto3_and_needs_no_terminal(home: Path) -> None:
    code = (
        "import sys\nfrom wizard.cli import main\n"
        "assert main(['export', '--region', 'eu-west-1', '--output', 'deploy.sh']) == 0\n"
        "print(*[n for n in ('boto3', 'botocore', 'textual', 'docker') if n in sys.modules])"
    )
    where = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=home,
        env=where,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\n"
    assert stat.S_IMODE((home / "deploy.sh").stat().st_mode) == 0o700
    assert "Written: deploy.sh" in done.stderr


def test_another_file_of_that_name_is_kept(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "deploy.sh"
    file.write_text("mine")
    end = command("export", *REGION, "--output", str(file))
    assert end.code == 0
    (kept,) = tmp_path.glob("deploy.sh.bak-*")
    assert kept.read_text() == "mine"
    assert kept.name in end.err
    command("export", *REGION, "--output", str(file))
    assert len(list(tmp_path.glob("deploy.sh*"))) == 2


def test_a_folder_holds_the_documents_beside_the_script(command: Command, tmp_path: Path) -> None:
    end = command("export", *REGION, "--output", f"{tmp_path}/out/")
    assert end.code == 0
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "out").iterdir()}
    assert modes.pop("deploy.sh") == 0o700
    assert set(modes.values()) == {0o600}
    assert {"agent.conf.pkl", "create-service.json", "formae-data-api-policy.json"} <= set(modes)
    assert load(str(tmp_path / "out" / "answers.toml")).texts == {"region": REGION[1]}


def test_wrong_answers_are_told_all_at_once(command: Command) -> None:
    end = command("export", "--region", "mars", "--name", "no spaces")
    assert end.code == 2
    assert "--region" in end.err
    assert "--name" in end.err
    assert end.out == ""


def test_chosen_services_need_a_sign_in_and_say_so(command: Command) -> None:
    end = command("export", *REGION, "--scope", "services", "--services", "S3")
    assert end.code == 3
    assert "needs a sign-in" in end.err
    assert "--scope" in end.err
    assert end.out == ""


@pytest.mark.usefixtures("standin")
def test_signed_in_the_services_permissions_are_in_it(command: Command) -> None:
    end = command("export", *REGION, "--scope", "services", "--services", "S3")
    assert end.code == 0, end.err
    assert '"s3:CreateBucket"' in end.out


def test_a_given_password_is_not_in_it(command: Command, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("canary-password-4711\n")
    end = command("export", *REGION, "--api-password-file", str(tmp_path / "password"))
    assert end.code == 0
    assert "canary" not in end.out + end.err
    assert "API_PASSWORD_FILE" in end.err
    assert end.out == command("export", *REGION).out


def test_a_folder_that_cannot_be_written_is_told(command: Command) -> None:
    end = command("export", *REGION, "--output", "/proc/no/deploy.sh")
    assert end.code == 1
    assert "could not be written" in end.err
