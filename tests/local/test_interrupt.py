"""Ctrl-C ends after the calls under way, says what exists, and the next run goes on from there."""

import os
import signal
import subprocess

from tests.support import forked
from tests.support.account import changes
from tests.support.standin import REGION, Held
from tests.support.tiers import unsampled_tier

WORDS = ("apply", "--yes", "--region", REGION)


@unsampled_tier
def test_ctrl_c_and_on_again(held: Held) -> None:
    standin, environment = held.account, {**os.environ, "PYTHONUNBUFFERED": "1"}
    run = forked.Process(
        *WORDS, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    for line in run.stderr:
        if "Aurora instance" in line and "waiting on AWS" in line:
            run.send_signal(signal.SIGINT)
            break
    out, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert out == ""
    assert "Stopping after the running calls" in err
    assert "What exists now" in err
    assert "Aurora cluster" in err
    assert "Traceback" not in err
    made = changes(standin)
    held.release()
    end = forked.run(*WORDS, env=environment, text=True, timeout=60)
    assert end.returncode == 0, end.stderr
    once = [call for call in changes(standin) if call.startswith("rds:Create")]
    assert once == ["rds:CreateDBCluster", "rds:CreateDBInstance"]
    assert len(changes(standin)) > len(made)
