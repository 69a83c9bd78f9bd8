"""By which digest a host pulls the image: as it was chosen once, else as its registry has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.answers.model import Answers
from wizard.answers.record import IMAGE_RECORD
from wizard.base.errors import AwsError, WizardError
from wizard.base.names import Names
from wizard.base.offer import offer
from wizard.engine.account.asking import pairs
from wizard.plan.resources.image import reference
from wizard.plan.world import AwsCall

if TYPE_CHECKING:
    from wizard.local.image.way import Way


def image_digest(call: AwsCall | None, answers: Answers, image: Callable[[], Way]) -> str:
    """The digest; empty where the host pulls a copy, or no one can say.

    A deployment keeps the digest it was set up with, although its tag may have been moved since.
    `image` may raise WizardError, and `call` is None where nobody is signed in.
    """
    if not offer(answers.host).pulls_anywhere:
        return ""
    chosen = chosen_digest(call, answers) if call and not answers.replace_image else None
    if chosen is not None:
        return chosen
    try:
        return published(image())
    except WizardError:
        return ""


def published(way: Way) -> str:
    """The digest that a registry has; empty where only an engine was asked."""
    return way.image.digest if way.image else ""


def chosen_digest(call: AwsCall, answers: Answers) -> str | None:
    """The digest on record for this very image, empty for by its tag alone; None for no record."""
    secret = {"SecretId": Names(answers.name).config_secret}
    try:
        told = call("secretsmanager", "DescribeSecret", secret)
    except (AwsError, WizardError):
        return None  # it is not there yet, or the step that needs it says why
    recorded = pairs(told.get("Tags")).get(IMAGE_RECORD, "")
    named, _, digest = recorded.partition("@")
    return digest if named == reference(answers, "") else None


def moved(call: AwsCall, answers: Answers, way: Way) -> WizardError | None:
    """That the tag names another image than the deployment was set up with; None for the same."""
    chosen = chosen_digest(call, answers)
    if not chosen or not published(way) or chosen == published(way):
        return None
    return WizardError(
        f"The agent's image is not the one that {answers.image_source} has as "
        f"{answers.image_version}.",
        f"The deployment was set up with {chosen}, the source has {published(way)}.",
        "The agent keeps its image. To change to the source's: --replace-image yes.",
        entry="FW-IMG-004",
    )
