"""Signing in to AWS from within the wizard: AWS's own command, which has the terminal meanwhile."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import subprocess
from contextlib import AbstractContextManager

from wizard.base.errors import WizardError
from wizard.local.profiles import profile


def login(name: str) -> tuple[str, ...]:
    """The command that signs the profile in anew; empty where there is none of AWS's."""
    found = profile(name)
    return found.login if found else ()


def sign_in(
    command: tuple[str, ...], aside: AbstractContextManager[None] | None = None
) -> WizardError | None:
    """Run the command, with the terminal `aside` meanwhile; what went wrong, if anything did."""
    if shutil.which(command[0]) is None:
        return _failed(command, f"There is no {command[0]} command on this machine.")
    try:
        with aside or contextlib.nullcontext():
            ended = subprocess.run(command, check=False)  # noqa: S603 - AWS's own, made by us
    except (OSError, KeyboardInterrupt) as error:
        return _failed(command, str(error) or "It was interrupted.")
    return _failed(command, f"It ended with code {ended.returncode}.") if ended.returncode else None


def _failed(command: tuple[str, ...], why: str) -> WizardError:
    return WizardError(
        f"`{shlex.join(command)}` did not sign you in.",
        why,
        "Do it in another terminal; it is noticed here within seconds.",
        entry="FW-SIGN-006",
    )
