"""The account that is meant, where somebody said so: another one is told before anything else."""

from __future__ import annotations

import re


def account_problem(pinned: str, signed_in: str = "") -> str | None:
    """The number of an account, and where known, of the one that is signed in; empty is any."""
    if pinned and not re.fullmatch(r"\d{12}", pinned, re.ASCII):
        return f"“{pinned}” is not the number of an AWS account, which has twelve digits."
    if pinned and signed_in and pinned != signed_in:
        return (
            f"This is meant for account {pinned}, but you are signed in to {signed_in}. Sign in to "
            f"{pinned} (--profile), or say that {signed_in} is meant (--account {signed_in})."
        )
    return None
