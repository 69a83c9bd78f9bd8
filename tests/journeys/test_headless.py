"""Without anybody, each command a process of its own: the same life."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.test_process import run
from tests.journeys.life import (
    NEW,
    OLD,
    OWN,
    account,
    lose_everything_local,
    most_capacity,
    own_config,
    password,
    rotated,
    somebody_resizes,
    version,
)
from tests.support.standin import REGION

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

HERE = ("--region", REGION)


def test_a_whole_life(standin: "StandIn", home: Path) -> None:
    config, before = own_config(home), account()
    done = run("apply", "--yes", *HERE, "--image-version", OLD, "--tags", "team=a")
    assert done.returncode == 0, done.stderr
    lose_everything_local(home)
    (found,) = json.loads(run("status", "--json", *HERE).stdout)["deployments"]
    assert (found["name"], found["well"], found["drift"]) == ("formae", True, [])

    done = run("apply", "--yes", *HERE, "--max-capacity", "4")
    assert done.returncode == 0, done.stderr
    assert (most_capacity(), version()) == (4, OLD)
    somebody_resizes(9)
    told = run("plan", *HERE)
    assert "chosen 4, now 9. It stays as it is now; --max-capacity puts it back." in told.stderr
    done = run("apply", "--yes", *HERE, "--max-capacity", "4")
    assert done.returncode == 0, done.stderr
    assert most_capacity() == 4
    done = run("apply", "--yes", *HERE, "--image-version", NEW)
    assert done.returncode == 0, done.stderr
    assert (most_capacity(), version()) == (4, NEW)
    old = password()
    done = run("rotate", "--yes", *HERE, "--api-password")
    assert done.returncode == 0, done.stderr
    rotated(old, config)

    done = run("destroy", "--yes", *HERE, "--database-data", "delete")
    assert done.returncode == 0, done.stderr
    assert account() == before
    assert config.read_text("utf-8") == OWN
