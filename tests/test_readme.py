"""What the README and its pages say is true: commands are CI's, the removal really removes."""

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import Command
from tests.support.quick_aws import QuickAws
from tests.support.standin import REGION, client
from tests.support.tiers import second_tier

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "assets" / "docs"
PAGES = {path: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted(DOCS.glob("*.md")))}
README = PAGES[ROOT / "README.md"]
SCREENFUL = 30
"""Lines of a window, in which a stranger finds what it is, a picture, the demo, the real thing."""


def test_ci_runs_the_readmes_commands() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    told = "".join(PAGES.values())
    for words in ("'.[demo]'", "formae-wizard --demo", "-e '.[dev]'", ".venv/bin/pytest"):
        assert words in told
        assert words in ci


def test_the_first_screenful_is_for_a_stranger() -> None:
    lines = README.splitlines()
    assert len(lines) <= 2 * SCREENFUL
    first = "\n".join(lines[:SCREENFUL])
    for words in ("agent in your AWS account", "progress.svg", "--demo", "pipx install"):
        assert words in first


def test_every_link_leads_somewhere_and_every_page_is_linked() -> None:
    linked = set()
    for page, text in PAGES.items():
        for target in re.findall(r"\]\((?!http)([^)]+)\)", text):
            name, _, anchor = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            assert there.exists(), (page, target)
            linked.add(there)
            if anchor:
                heads = re.findall(r"^#+ (.+)$", PAGES[there], re.MULTILINE)
                assert anchor in {each.lower().replace(" ", "-") for each in heads}, target
    assert set(DOCS.glob("*.md")) <= linked


@second_tier
def test_the_removal_leaves_nothing_running(
    standin: "StandIn", command: Command, quick_aws: QuickAws
) -> None:
    command.deployed()
    (block,) = re.findall(r"<!-- remove.*?```sh\n(.*?)```", PAGES[DOCS / "removal.md"], re.DOTALL)
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
