"""The stand-in as a process of its own, so that it and the screen do not slow each other down."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError
from wizard.standin.durations import DEMO_SCALE

PARTS = ("moto", "werkzeug", "cryptography")
"""What the extra `demo` brings."""
START_LIMIT = 60.0
END_LIMIT = 10.0


@contextlib.contextmanager
def demo_environment(*, scale: float = DEMO_SCALE, account: str = "") -> Iterator[dict[str, str]]:
    """An AWS account and a Docker engine that exist on this machine only, while the block runs.

    `account` is "closed" for one without App Runner, "free" for one on the Free plan.
    Yields the environment variables that lead there. Raises WizardError where the extra is not
    installed, or where the stand-in does not start.
    """
    _demand_extra()
    folder = Path(tempfile.mkdtemp(prefix="formae-demo-"))
    command = [sys.executable, "-P", "-m", "wizard.standin", "--scale", str(scale)]
    command += ["--folder", str(folder), *([f"--{account}"] if account else [])]
    process = subprocess.Popen(  # noqa: S603 - this very Python, and our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(folder / "errors.log").open("w"),
        text=True,
        # A Ctrl-C in the terminal is the wizard's to handle.
        start_new_session=True,
    )
    try:
        yield _first_line(process, folder / "errors.log")
    finally:
        try:
            _end(process)
        finally:  # a window that is closed meanwhile interrupts the waiting
            shutil.rmtree(folder, ignore_errors=True)


def _demand_extra() -> None:
    missing = [name for name in PARTS if find_spec(name) is None]
    if missing:
        raise WizardError(
            "The demo cannot start.",
            f"It needs {' and '.join(missing)}, which this installation does not have.",
            "Install it with: pip install 'formae-wizard[demo]'",
            ExitCode.NOT_READY,
        )


def _first_line(process: "subprocess.Popen[str]", errors: Path) -> dict[str, str]:
    lines: list[str] = []

    def read() -> None:
        if process.stdout:
            lines.append(process.stdout.readline())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(START_LIMIT)
    if lines and lines[0].strip():
        environment: dict[str, str] = json.loads(lines[0])
        return environment
    said = errors.read_text() if errors.exists() else ""
    told = (said.strip().splitlines() or [""])[-1]
    raise WizardError("The demo did not start.", told, "Please report this; it is a bug.")


def _end(process: "subprocess.Popen[str]") -> None:
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
