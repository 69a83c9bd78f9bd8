"""What the README says is true: its commands are CI's, and its removal really removes."""

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import Command
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, client

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_ci_runs_the_readmes_commands() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    for words in ("'.[demo]'", "formae-wizard --demo", "-e '.[dev]'", ".venv/bin/pytest"):
        assert words in README
        assert words in ci


def test_every_link_to_a_file_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_removal_leaves_nothing_running(
    standin: "StandIn", command: Command, quick_aws: QuickAws
) -> None:
    command.deployed()
    (block,) = re.findall(r"<!-- remove.*?```sh\n(.*?)```", README, re.DOTALL)
    programs = f"{quick_aws.folder}{os.pathsep}{os.environ['PATH']}"
    end = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        env={**os.environ, "PATH": programs, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert end.returncode == 0, end.stderr
    assert f"AWS_DEFAULT_REGION={REGION}" in block
    assert client("apprunner").list_services()["ServiceSummaryList"] == []
    assert client("rds").describe_db_instances()["DBInstances"] == []
    assert client("ecr").describe_repositories()["repositories"] == []
    assert client("secretsmanager").list_secrets()["SecretList"] == []
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    assert not [name for name in roles if name.startswith("formae")]
