"""Deploys again and again in this process, and tells what it holds after each time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.corpus import ACCOUNT, CORPUS
from tests.soak.measured import Held, growth
from tests.support.made import answers
from tests.support.standin import own_account
from wizard.engine.flow import Flow, Prepared
from wizard.engine.preflight import Preflight

ANSWER_WITHIN = 60.0
"""Seconds the stand-in has to make a new account."""
MEMORY_PER_RUN = 0.02
"""MiB a run may add for good: an allocator is no ledger. A kept answer of AWS would be more."""
ROOM = 12.0
"""MiB that the figures of few rounds differ by, whatever is done."""


def soak(rounds: int, limit: float = float("inf")) -> list[Held]:
    """So many rounds, or as many as fit into the seconds; what was held after each."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    world = multiprocessing.get_context("spawn").Process(target=_world, args=(theirs,), daemon=True)
    world.start()
    held: list[Held] = []
    end = time.monotonic() + limit
    try:
        with tempfile.TemporaryDirectory(prefix="formae-soak-") as folder:
            environment = {**_answer(ours), "HOME": folder}
            with patch.dict(os.environ, environment):
                while len(held) < rounds and time.monotonic() < end:
                    held.append(_round(ours, Path(folder)))
                    _tell(held, rounds)
    finally:
        with contextlib.suppress(OSError):
            ours.send(None)
        world.join(ANSWER_WITHIN)
    return held


def grown(held: list[Held], rounds: int) -> list[str]:
    """What is more at the end than at the beginning; tells the figures."""
    more = growth(held)
    print(f"{len(held)} of {rounds} rounds, two runs each; from the second fifth to the last:")
    print(f"  {more.memory:+.1f} MiB  {more.handles:+} handles  {more.threads:+} threads")
    told = [f"{more.handles} handles"] if more.handles > 0 else []
    told += [f"{more.threads} threads"] if more.threads > 0 else []
    if more.memory > ROOM + MEMORY_PER_RUN * 2 * len(held):
        told.append(f"{more.memory:.1f} MiB")
    print("more is held: " + ", ".join(told) if told else "nothing more is held")
    return told


def _round(world: Connection, home: Path) -> Held:
    world.send("reset")
    _answer(world)
    for file in home.rglob("*.pkl*"):  # the next agent has another address
        file.unlink()
    given = answers(CORPUS["defaults"])
    prepared = Prepared(given, Flow().plan(given, ACCOUNT), Preflight((), {}), "")
    for _ in range(2):
        outcome = Flow().run(prepared, lambda _event: None, threading.Event())
        assert outcome.ok, outcome.errors
    return Held.now()


def _answer(world: Connection) -> Any:
    assert world.poll(ANSWER_WITHIN), "the stand-in's process says nothing"
    return world.recv()


def _tell(held: list[Held], rounds: int) -> None:
    every = max(rounds // 20, 1)
    if len(held) % every == 0:
        print(f"{len(held):5} rounds  {held[-1]}", flush=True)


def _world(pipe: Connection) -> None:
    """The stand-in's process: a new account whenever it is asked for one."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "FORMAE_", "XDG_"))]:
        del os.environ[name]
    with own_account() as standin:
        pipe.send(standin.environment())
        while pipe.recv() is not None:
            standin.reset()
            pipe.send(True)
