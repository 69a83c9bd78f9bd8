"""A clock that jumps: for everybody who shares its file, to whatever is waited for, never back."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support.quick_aws import QuickAws
from wizard.base.errors import Interrupted
from wizard.local.clock import CLOCK_VARIABLE, Clock, Skipped, skipped

NEVER = threading.Event()


@pytest.fixture
def jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Skipped:
    file = str(tmp_path / "clock")
    monkeypatch.setenv(CLOCK_VARIABLE, file)
    return skipped(file)


def test_who_sleeps_moves_everybody_and_nobody_twice(jumps: Skipped) -> None:
    one, other = Clock(), Clock()
    sleepers = [threading.Thread(target=each.sleep, args=(600, NEVER)) for each in (one, other)]
    began = time.monotonic()
    for each in sleepers:
        each.start()
    for each in sleepers:
        each.join()
    assert time.monotonic() - began < 60
    assert 600 <= one.now() < 1300
    assert one.now() == pytest.approx(other.now(), abs=5)
    seconds = jumps.seconds()
    jumps.wait(-100, NEVER)
    assert jumps.seconds() == seconds, "never back"


def test_another_process_moves_it_too(jumps: Skipped) -> None:
    clock = Clock()
    code = "import threading; from wizard.local.clock import Clock; "
    code += "Clock().sleep(3000, threading.Event())"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert clock.now() >= 3000


def test_while_it_is_held_time_passes_by_itself(jumps: Skipped) -> None:
    clock, stop, ended = Clock(), threading.Event(), threading.Event()

    def sleeps() -> None:
        with pytest.raises(Interrupted):
            clock.sleep(600, stop)
        ended.set()

    jumps.held = True
    threading.Thread(target=sleeps).start()
    assert not ended.wait(0.1)
    assert clock.now() < 100
    stop.set()
    assert ended.wait(60)
    jumps.held = False
    clock.sleep(600, NEVER)
    assert clock.now() >= 600


def test_who_only_looks_on_is_moved_and_moves_nobody(jumps: Skipped) -> None:
    looker, end = Clock(), threading.Event()
    waits = threading.Thread(target=looker.idle, args=(300, end))
    waits.start()
    time.sleep(0.05)
    assert looker.now() < 100
    Clock().sleep(300, NEVER)
    waits.join(60)
    assert not waits.is_alive()
    end.set()
    assert looker.idle(300, end)


def test_a_pace_of_ones_own_does_not_jump(jumps: Skipped) -> None:
    clock = Clock(0.001)
    clock.sleep(10, NEVER)
    assert jumps.seconds() == 0
    assert clock.now() >= 10


def test_a_scripts_sleep_moves_it_too(jumps: Skipped, quick_aws: QuickAws) -> None:
    clock = Clock()
    subprocess.run([quick_aws.folder / "sleep", "600"], check=True)
    assert 600 <= clock.now() < 1200
