"""What is gathered, section by section. Each is asked for by itself, and none can end the rest."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from os import environ
from pathlib import Path

from wizard import __version__
from wizard.answers.file import given, saved
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.engine.flow import Flow
from wizard.local.statefolder import state_folder

LIBRARIES = ("boto3", "botocore", "docker", "textual", "questionary", "keyring")
TOOLS = ("aws", "docker", "formae", "pkl", "bash")
PATIENCE = 10.0
"""Seconds for a tool to say its version."""
MOST = 60_000
"""Bytes of the end of a log or a journal."""


def about() -> Iterator[str]:
    """The program and the machine."""
    yield f"formae-wizard {__version__}, Python {platform.python_version()}"
    yield f"{platform.system()} {platform.release()} {platform.machine()}"
    yield f"terminal {environ.get('TERM', 'none')}, {sys.stdout.encoding}"
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is not there"


def tools() -> Iterator[str]:
    """What each tool says of its version."""
    for name in TOOLS:
        path = shutil.which(name)
        yield f"{name}: {_version(path) if path else 'not found'}"


def _version(path: str) -> str:
    try:
        said = subprocess.run(  # noqa: S603 - the person's own tool
            [path, "--version"], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        return f"does not say ({type(error).__name__})"
    return (said.stdout or said.stderr).strip().partition("\n")[0] or "says nothing"


def answers_text(answers: Answers) -> Iterator[str]:
    """What was answered, without the words that explain it. No answer is a secret."""
    for line in saved(given(answers)).splitlines():
        if line and not line.startswith("#"):
            yield line


def plan(flow: Flow, answers: Answers) -> Iterator[str]:
    """The steps, by their ids."""
    for step in flow.plan(answers).steps:
        yield f"{step.id}: {step.title}"


def checks(flow: Flow, answers: Answers) -> Iterator[str]:
    """What the doctor finds."""
    for check in flow.check(answers).checks:
        yield f"{check.name}: {check.state.value}; {check.found}"
        yield from (f"  {each}" for each in check.troubles)


def newest(folder: str, ending: str) -> Iterator[str]:
    """The end of the newest file below the state folder."""
    place = state_folder(environ) / folder
    files = sorted(place.glob(f"*{ending}"), key=lambda each: each.name)
    if not files:
        yield "There is none."
        return
    yield f"{files[-1].name}:"
    yield from _end(files[-1])


def _end(path: Path) -> Iterator[str]:
    if path.is_symlink() or not path.is_file():
        yield "It is no plain file."
        return
    data = path.read_bytes()
    if len(data) > MOST:
        yield f"(the last {MOST} of {len(data)} bytes)"
    yield from data[-MOST:].decode("utf-8", "replace").splitlines()


def sections(flow: Flow, answers: Answers | WizardError, *, ask_aws: bool) -> Iterator[str]:
    """Everything, line by line."""
    parts = {"Program and machine": about(), "Tools": tools()}
    if isinstance(answers, WizardError):
        parts["Answers"] = iter([str(answers)])
    else:
        parts["Answers"] = answers_text(answers)
        parts["Plan"] = plan(flow, answers)
        if ask_aws:
            parts["Doctor"] = checks(flow, answers)
    parts["Log of the last run"] = newest("logs", ".log")
    parts["Journal of the last run"] = newest("journal", ".jsonl")
    for heading, lines in parts.items():
        yield f"── {heading} {'─' * (70 - len(heading))}"
        try:
            yield from lines
        except Exception as error:  # help is wanted where things are broken
            yield f"It could not be gathered: {error if str(error) else type(error).__name__}"
        yield ""
