"""A copy that is killed at any request goes on where it was; what it takes of memory and disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import image as copies
from tests.image.direct_copies import Direct
from tests.image.faulty_registry import Front, listening
from tests.support.docker_engine import (
    REPOSITORY,
    VERSION,
    EcrRegistry,
    SourceRegistry,
    docker_tests,
    formae,
)
from tests.support.tiers import sampled, second_tier

pytestmark = docker_tests

ROOT = Path(__file__).parents[2]
REQUESTS = 13
"""So many a copy makes at least to the registry that it writes to."""


@pytest.mark.parametrize("number", sampled([(each,) for each in range(1, REQUESTS + 1)]))
def test_killed_and_run_again(
    source_registry: SourceRegistry, ecr_registry: EcrRegistry, number: int, tmp_path: Path
) -> None:
    copying, rest = Direct(source_registry, ecr_registry), tmp_path / "rest"
    rest.mkdir()
    processes: list[subprocess.Popen[bytes]] = []

    def heard(now: int) -> None:
        if now == number:
            os.kill(processes[0].pid, signal.SIGKILL)

    with listening(Front(ecr_registry.address, heard=heard)) as target:
        words = [sys.executable, "-m", "tests.benchmarks.copy_image"]
        words += [f"{source_registry.image}:{VERSION}"]
        words += [f"{target.address}/{copying.repository}:{VERSION}"]
        environment = {**os.environ, "TMPDIR": str(rest), "PYTHONPATH": str(ROOT)}
        processes.append(subprocess.Popen(words, env=environment, cwd=ROOT))
        assert processes[0].wait(60) == -signal.SIGKILL
        target.heard = lambda _: None
        copying(target=target.address)
    copying.arrived(formae("amd64"))
    assert list(rest.iterdir()) == []


@second_tier
def test_it_takes_little_memory_and_no_disk(
    ecr_registry: EcrRegistry, source_registry: SourceRegistry, tmp_path: Path
) -> None:
    image = copies.big_image(120)
    source_registry.api.upload(REPOSITORY, "large", {"amd64": image})
    source = f"{source_registry.image}:large"
    run = copies.ours(source, f"{ecr_registry.address}/{REPOSITORY}:large", tmp_path)
    assert ecr_registry.api.manifest(REPOSITORY, "large")[0] == image.manifest.digest
    assert 0 < run.memory < 100
    assert run.disk == 0
