"""What is gathered, section by section. Each is asked for by itself, and none can end the rest.

What a stranger need not know, hidden in a text: the same thing by the same word each time.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import re
import shutil
import socket
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
from wizard.base.offer import offers
from wizard.base.secret import HIDDEN, hide
from wizard.engine.flow import Flow
from wizard.local.files import state_folder

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
            yield f"{name} is not installed"


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
        return f"version unknown ({type(error).__name__})"
    return (said.stdout or said.stderr).strip().partition("\n")[0] or "prints nothing"


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
    """What `formae-wizard doctor` finds, as lines."""
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
        yield "It is not a regular file."
        return
    data = path.read_bytes()
    if len(data) > MOST:
        yield f"(the last {MOST} of {len(data)} bytes)"
    yield from data[-MOST:].decode("utf-8", "replace").splitlines()


def sections(flow: Flow, answers: Answers | WizardError, *, ask_aws: bool) -> Iterator[str]:
    """Every section of what is gathered, line by line."""
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
            yield f"Not available: {error if str(error) else type(error).__name__}"
        yield ""


ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
KEY = re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}")
WHO = re.compile(r"(:(?:user|assumed-role|federated-user)/)[^\s\"'`,;]+")
LOGIN = re.compile(r"(://)[^/\s@]+@")
MAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+")
SERVICE = re.compile(
    rf"\b[a-z0-9]+(\.[a-z0-9-]+\.(?:{'|'.join(re.escape(each.domain) for each in offers())}))"
)
SHORTEST = 3
"""Letters of a name that is looked for; a shorter one would be found everywhere."""


class Hiding:
    """Hides in every text that it is given, known secrets as well."""

    def __init__(self, *, names: bool = True) -> None:
        """`names` says whether names of this machine and of its people are hidden as well."""
        self._accounts: dict[str, str] = {}
        self._names = _names() if names else {}

    def hide(self, text: str) -> str:
        """The text without what need not be known."""
        text = LOGIN.sub(rf"\1{HIDDEN}@", hide(text))
        text = KEY.sub("<access key>", text)
        text = WHO.sub(r"\1<who>", text)
        text = SERVICE.sub(r"<service>\1", text)
        text = MAIL.sub("<mail>", text)
        text = ACCOUNT.sub(self._account, text)
        for name, word in self._names.items():
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", word, text)
        return text

    def _account(self, found: re.Match[str]) -> str:
        return self._accounts.setdefault(found[0], f"<account {len(self._accounts) + 1}>")


def _names() -> dict[str, str]:
    found = {os.environ.get("HOME", ""): "~", socket.gethostname(): "<host>"}
    found[socket.gethostname().partition(".")[0]] = "<host>"
    with contextlib.suppress(KeyError, OSError, ImportError):  # here nobody has a name
        found[getpass.getuser()] = "<user>"
    return {name: word for name, word in found.items() if len(name) >= SHORTEST}
