"""Who is signed in, and a plan that is ready to be run: what `Flow` hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.engine.drift import Drift
    from wizard.engine.preflight import Preflight
    from wizard.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in."""

    account: str
    arn: str
    alias: str = ""
    expires: datetime | None = None
    """When the sign-in ends; None where it renews itself or does not say."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan that was checked against the account, ready to be reviewed and run."""

    answers: Answers
    plan: Plan
    preflight: Preflight
    client_diff: str
    """How the formae CLI's config would change; empty when it is new or not written."""
    account: str = ""
    """Of whom is signed in."""
    edits_folder: str = ""
    """Where the documents lie that were edited by hand; empty where none were, or nowhere."""
    drift: tuple[Drift, ...] = ()
    """The fields that somebody changed, with what becomes of them."""
    deployed: Answers | None = None
    """The answers that are deployed; None where nothing is."""
