"""Who is signed in, for how long, and what is done in whose account, in words.

Signing in to AWS from within the wizard: AWS's own command, which has the terminal meanwhile.
"""

from __future__ import annotations

import contextlib
import shlex
import shutil
import subprocess
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.engine.flow import Identity
from wizard.local.profiles import profile
from wizard.ui.common.session import Session

SHORT = 60
"""Minutes; a sign-in that lasts less is worth a warning."""


def account_words(session: Session) -> str:
    """The account with its alias, or why there is none."""
    match session.signed_in:
        case None if session.collected.problem("region"):
            return "not signed in"
        case None:
            return "signing in …"
        case WizardError():
            return "✗ not signed in"
        case identity:
            return f"{identity.account} ({identity.alias})" if identity.alias else identity.account


def promise(session: Session, region: str) -> str:
    """What starting does, where, and what it costs: said once more before it is done."""
    from wizard.costs import summary

    where = f"account {account_words(session)}, region {region}"
    costs = summary(session.costs)
    if session.demo:
        return (
            f"This creates the agent in the demo's {where}. It does not touch your account and "
            f"costs nothing. In your own account: {costs}"
        )
    if session.deployment:
        return f"This changes the agent in {where} to match the plan. {costs}"
    return f"This creates the agent in {where}. From then on AWS bills for it. {costs}"


def untouched(session: Session) -> str:
    """Said until something is done."""
    return f"Nothing has been {'changed' if session.deployment else 'created'} yet."


def place_of(session: Session, name: str, region: str) -> Answers:
    """Which deployment is meant, by the sign-in in force; all else does not count."""
    return replace(session.likely, name=name, region=region)


def minutes_left(session: Session) -> int | None:
    """How long the sign-in holds, where that is known."""
    who = session.signed_in
    expires = who.expires if isinstance(who, Identity) else None
    if expires is None:
        return None
    return max(0, int((expires - datetime.now(UTC)).total_seconds() // 60))


def remaining(session: Session) -> str:
    """How long the sign-in holds, as in `1 h 05 min`; empty where it is not known."""
    left = minutes_left(session)
    if left is None:
        return ""
    return f"{left // 60} h {left % 60:02d} min" if left >= SHORT else f"{left} min"


UNUSABLE = "FW-SIGN-012"
"""The problem of a profile that this installation cannot use, signed in or not."""


def renewal(session: Session, problem: WizardError) -> str:
    """How to sign in again, where the problem does not say it itself; otherwise empty."""
    profile = session.profile
    words = profile.renewal if profile else ""
    command = words.split("`")[1] if "`" in words else words
    useless = problem.entry == UNUSABLE or not command or command in str(problem)
    return "" if useless else words


def can_sign_in(session: Session) -> bool:
    """Whether nobody is signed in, and AWS has a command that signs this profile in."""
    out = isinstance(session.signed_in, WizardError) and session.signed_in.entry != UNUSABLE
    return out and session.profile is not None and bool(session.profile.login)


def login_words(session: Session) -> str:
    """The command that signs in, as it is typed; empty where there is none."""
    return shlex.join(session.profile.login) if session.profile else ""


def login(name: str) -> tuple[str, ...]:
    """The command that signs the profile in anew; empty where there is none of AWS's."""
    found = profile(name)
    return found.login if found else ()


def mfa(name: str) -> bool:
    """Whether the profile signs in with the code of a device, which is asked for here."""
    found = profile(name)
    return bool(found and found.mfa)


def sign_in(
    command: tuple[str, ...], aside: AbstractContextManager[None] | None = None
) -> WizardError | None:
    """Run the command, with the terminal `aside` meanwhile; what went wrong, if anything did."""
    if shutil.which(command[0]) is None:
        return _failed(command, f"The command {command[0]} is not installed on this machine.")
    try:
        with aside or contextlib.nullcontext():
            ended = subprocess.run(command, check=False)  # noqa: S603 - AWS's own, made by us
    except (OSError, KeyboardInterrupt) as error:
        return _failed(command, str(error) or "It was interrupted.")
    return (
        _failed(command, f"It exited with code {ended.returncode}.") if ended.returncode else None
    )


def _failed(command: tuple[str, ...], why: str) -> WizardError:
    return WizardError(
        f"`{shlex.join(command)}` did not sign you in.",
        why,
        "Sign in from another terminal; the wizard notices within seconds.",
        entry="FW-SIGN-006",
    )
