"""A container without a container engine: a real process in a folder of its own."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from wizard.standin.clock import Clock

AGENT = Path(__file__).with_name("agent.py")
DEFAULT_COMMAND = ["formae", "agent", "start"]
SHARED = "/tmp/"  # noqa: S108 - the container's, made private here
GRACE = 3.0
PROBE_TIMEOUT = 2.0
LOOK = 0.005
"""Seconds between two looks whether a container has settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What the image brings along: the agent's version, and whom it speaks to as which role."""

    version: str
    endpoint: str
    access_key: str
    managed: dict[str, Any] = field(default_factory=dict)
    """Parts of the agent's statistics."""
    task: str = ""
    """ARN of the ECS task that it runs in; empty outside a VPC."""
    data_api: bool = True
    """Whether it gets to the RDS Data API, which it does not from every VPC."""


@dataclass(slots=True)
class Container:
    """A process started as a host starts one. Ends when `stop` is called or its owner dies."""

    folder: Path
    image: Image
    clock: Clock
    started: float = 0.0
    id: str = field(default_factory=lambda: uuid4().hex)
    lines: list[tuple[float, str]] = field(default_factory=list)
    parked: bool = False
    """Whether it is kept for an account that is put back, and goes on while that is away."""
    _given: tuple[list[str], dict[str, str]] = field(default_factory=lambda: ([], {}))
    _begun: float = 0.0
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    def start(self, command: list[str], variables: dict[str, str]) -> None:
        """Run the command's words, or the image's own where there are none; no shell.

        `/tmp/` is made private.
        """
        self._given = (command, variables)
        for name in ("bin", "tmp", "ports", "home"):
            (self.folder / name).mkdir(parents=True)
        self._install_formae()
        private = f"{self.folder}{SHARED}"
        words = [word.replace(SHARED, private) for word in command or DEFAULT_COMMAND]
        self.started, self._begun = self.clock.now(), time.monotonic()
        environment = {
            **variables,
            "PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
        }
        try:
            # The open stdin is what ties the process to its owner: it ends at end of file.
            self._process = subprocess.Popen(  # noqa: S603
                words,
                executable=self._found(words[0]),
                env=environment,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            self._say(f"exec: {words[0]}: {error.strerror}")
            return
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _found(self, program: str) -> str | None:
        own = self.folder / "bin" / program
        return str(own) if own.exists() else None

    def _install_formae(self) -> None:
        spec = find_spec("bcrypt")
        facts = {
            "version": self.image.version,
            "endpoint": self.image.endpoint,
            "key": self.image.access_key,
            "managed": self.image.managed,
            "task": self.image.task,
            "data_api": self.image.data_api,
            "ports": str(self.folder / "ports"),
            "site": str(Path(spec.origin).parents[1]) if spec and spec.origin else "",
        }
        script = self.folder / "bin" / "formae"
        run = f"exec {shlex.quote(sys.executable)} -I -S {shlex.quote(str(AGENT))}"
        given = shlex.quote(json.dumps(facts))
        script.write_text(f'#!/bin/sh\nFORMAE_IMAGE={given} {run} "$@"\n')
        script.chmod(0o755)

    def _read(self) -> None:
        if self._process and self._process.stdout:
            for line in self._process.stdout:
                self._say(line.rstrip("\n"))

    def _say(self, text: str) -> None:
        self.lines.append((self.clock.now(), text))

    @property
    def exited(self) -> bool:
        """Whether the process ended, or never started. Its last words are in `lines` by then."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        if self._reader:
            self._reader.join(timeout=GRACE)
        return True

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it runs, and where it never did."""
        return self._process.poll() if self._process else None

    def port(self, wanted: str) -> int | None:
        """Where on this machine the container's port really is, once something listens."""
        path = self.folder / "ports" / wanted
        return int(path.read_text()) if path.exists() else None

    def revive(self) -> None:
        """Start it as it was started, where it was stopped meanwhile."""
        if self.exited:
            self.start(*self._given)

    def settle(self, grace: float) -> None:
        """Wait until it listens or has ended, until so many of this machine's seconds after its
        start."""
        ports = self.folder / "ports"
        while time.monotonic() < self._begun + grace:
            if self.exited or any(not port.suffix for port in ports.iterdir()):
                return
            time.sleep(LOOK)

    def healthy(self, port: str, check: dict[str, Any]) -> bool:
        """One health check."""
        real = self.port(port)
        if real is None:
            return False
        if check["Protocol"] == "TCP":
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", real), PROBE_TIMEOUT).close()
                return True
            return False
        url = f"http://127.0.0.1:{real}{check['Path']}"
        try:
            with urllib.request.urlopen(url, timeout=PROBE_TIMEOUT) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """End the process and everything it started."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if self._reader:
            self._reader.join(timeout=GRACE)
        if process.stdout:
            process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
