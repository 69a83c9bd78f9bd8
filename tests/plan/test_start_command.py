"""The start command survives being split at white space, and does what it says."""

import os
import subprocess
from pathlib import Path

from wizard.hosts.apprunner.request import start_command
from wizard.plan.resources.common import CONFIG_FILE


def test_it_is_three_words() -> None:
    words = start_command().split()
    assert words[:2] == ["sh", "-c"]
    assert len(words) == 3
    assert "\n" not in start_command()


def test_it_writes_the_config_for_itself_alone_and_becomes_the_agent(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "formae"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$$ $@"\n')
    program.chmod(0o755)
    config = 'amends "formae:/Config.pkl"\na = "two  blanks; $HOME `x` \\(1)"\n'
    argv = [word.replace("/tmp/", f"{tmp_path}/") for word in start_command().split()]
    (tmp_path / "formae.pid").write_text("1")
    started = subprocess.Popen(
        argv,
        env={"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "FORMAE_CONFIG": config},
        stdout=subprocess.PIPE,
        text=True,
    )
    output, _ = started.communicate(timeout=10)
    file = tmp_path / Path(CONFIG_FILE).name
    assert output == f"{started.pid} agent start --config {file}\n", "exec keeps the process"
    assert file.read_text() == config + "\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "formae.pid").exists()


def test_without_a_config_nothing_is_started(tmp_path: Path) -> None:
    argv = [word.replace("/tmp/", f"{tmp_path}/") for word in start_command().split()]
    end = subprocess.run(argv, env={"PATH": os.environ["PATH"]}, check=False, capture_output=True)
    assert end.returncode != 0
