"""Where a script's secrets are not: told, traced, in command lines, environments, left files."""

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.export.texts import text
from tests.parity.worlds import environment
from tests.support.account import secret, service
from tests.support.parts import need
from tests.support.quick_aws import QuickAws
from tests.support.tiers import unsampled
from wizard.aws.live import ask

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

CANARY = "canary 4711 \"\\' $HOME `id`"
MARK = CANARY[:11]
"""However it is quoted."""
TOOLS = [
    *("docker", "curl", "perl", "awk", "sed", "grep", "head", "tail", "tr", "cut", "cmp", "mktemp"),
    *(
        "psql",
        "python3",
        "cat",
        "cp",
        "mv",
        "rm",
        "ln",
        "mkdir",
        "wc",
        "date",
        "sha256sum",
        "dirname",
    ),
]


@pytest.fixture
def watched(tmp_path: Path, quick_aws: QuickAws) -> tuple[Path, Path]:
    """A folder with every program a script uses, and the file in which each tells, before it
    starts, its command line and environment as all of the machine could see them.
    """
    folder, log = tmp_path / "watched", tmp_path / "seen"
    folder.mkdir()
    programs = {name: need(name, package=name) for name in TOOLS}
    quick = {name: str(quick_aws.folder / name) for name in ("aws", "sleep")}
    for name, program in {**programs, **quick}.items():
        file = folder / name
        file.write_text(
            "#!/bin/sh\n"
            f"printf '%s\\n' '{name}' \"$@\" >>'{log}'\n"
            f"'{programs['cat']}' /proc/$$/environ >>'{log}'\n"
            f"exec '{program}' \"$@\"\n"
        )
        file.chmod(0o755)
    return folder, log


@pytest.mark.parametrize("entry", ["defaults", pytest.param("express", marks=unsampled)])
def test_no_secret_is_seen_or_left(
    entry: str, standin: "StandIn", home: Path, tmp_path: Path, watched: tuple[Path, Path]
) -> None:
    folder, log = watched
    script, given, rest = (tmp_path / name for name in ("deploy.sh", "given", "rest"))
    script.write_text(text(entry), "utf-8")
    given.write_text(f"{CANARY}\n")
    rest.mkdir()
    done = subprocess.run(
        ["bash", "-x", str(script)],
        env={
            **os.environ,
            **environment(folder),
            "API_PASSWORD_FILE": str(given),
            "TMPDIR": str(rest),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    api, database = (json.loads(secret(f"formae-{name}-creds")) for name in ("api", "db"))
    assert api["password"] == CANARY
    address = f"https://{service()['ServiceUrl']}/api/v1/stats"
    assert ask(address, api["username"], CANARY).status == 200
    secrets = {value for creds in (api, database) for value in creds.values() if len(value) >= 12}
    assert len(secrets) >= 2
    secrets = (secrets - {CANARY}) | {MARK}
    seen = log.read_text("utf-8").replace("\0", "\n")
    used = {"aws", "docker", "curl", "sed", *(["psql", "python3"] if entry == "express" else [])}
    assert used <= set(seen.splitlines()), "nothing was watched"
    assert f"TMPDIR={rest}" in seen.splitlines(), "no environment was watched"
    for each in secrets:
        for where, all_of_it in {"told": done.stdout, "traced": done.stderr, "seen": seen}.items():
            assert each not in all_of_it, f"a secret is {where}"
    assert list(rest.iterdir()) == []
    left = [file for file in home.rglob("*") if file.is_file()]
    holding = [file for file in left if MARK in file.read_text("utf-8", "replace")]
    assert holding == [home / ".config" / "formae" / "formae.conf.pkl"], "the CLI needs it"
    assert holding[0].stat().st_mode & 0o777 == 0o600
    assert not (home / ".docker").exists()
