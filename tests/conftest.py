"""Every test runs in a home of its own, without the machine's AWS, proxy or formae settings."""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.standin",
    "tests.support.portal",
    "tests.support.docker_engine",
    "tests.support.canaries",
    "tests.support.deployed",
    "tests.support.command",
    "tests.support.quick_aws.fixture",
    "tests.support.quick_clients",
]

if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):  # hundreds of processes would compile again
    sys.dont_write_bytecode = False

os.environ["TEXTUAL_FPS"] = "20"  # of 60 pictures a second most are nobody's, yet each is drawn

FOREIGN = ("AWS_", "FORMAE_", "DOCKER_", "XDG_", "SSL_CERT", "REQUESTS_CA", "CURL_CA")
PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
WAITING = {"parity", "plain", "screens", "snapshots", "ui"}
"""Folders of tests that leave much of a processor to others."""
ASKING = {"background", "fan-out", "patiently"}
"""Names of the wizard's threads that ask AWS, and that nobody waits for."""
LATE = 3.0
"""Seconds until who asks counts as silent."""
QUICK = 4
"""Rounds of bcrypt: with the usual ones to make a hash, and to check it, takes 60 ms each time."""

for kind, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if (
        signal.getsignal(kind) is signal.SIG_IGN
    ):  # begun by nohup or with &: a child would inherit it
        signal.signal(kind, usual)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores, for much of the time that a test takes it waits."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix those that wait much, for screens or other processes, with those that compute."""
    kinds: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        kinds[item.path.parent.name in WAITING].append(item)
    places = {item: place / len(each) for each in kinds.values() for place, item in enumerate(each)}
    items.sort(key=places.__getitem__)


def pytest_collection_finish() -> None:
    """What is loaded stays, so the collector of garbage need not go through it again and again.

    That took a quarter of the whole time, and what Python's thresholds are made for, a tenth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000_000, 2, 5)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What there is now is of no interest any more; pytest would go through it five times."""
    gc.freeze()


@pytest.fixture(autouse=True)
def questions_end_with_their_test() -> Iterator[None]:
    """A question that is still asked in the background would reach the next test's account."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + LATE
    for thread in set(threading.enumerate()) - before:
        if thread.name in ASKING:
            thread.join(max(0.0, until - time.monotonic()))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; nothing of the real one is read or written."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("FORMAE_WIZARD_RELEASES", "off")
    monkeypatch.setenv("FORMAE_WIZARD_ADDRESS", "off")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):  # the clipboard is the person's own
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "nor is a Mac's")
    monkeypatch.setattr("wizard.base.secret._Net.forms", ())  # a test's secrets are no other test's
    monkeypatch.setattr("wizard.local.keychain.ROUNDS", QUICK)
    # On a busy machine an answer that is not waited for would come in the middle of something else.
    monkeypatch.setattr("wizard.engine.account.existing.PLAN_LIMIT", 60.0)
    return folder
