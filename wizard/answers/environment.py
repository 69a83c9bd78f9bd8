"""Answers that the environment gives, and how those of an answers file stand beside them."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS
from wizard.answers.resolving import Texts

PREFIX = "FORMAE_WIZARD_"


def from_environment(environment: Mapping[str, str]) -> Texts:
    """FORMAE_WIZARD_<KEY>, then the variables AWS's own tools know."""
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    for question in QUESTIONS:
        names = (PREFIX + question.key.upper(), *question.environment(environment))
        name = next((name for name in names if environment.get(name)), None)
        if name is not None:
            found[question.key], places[question.key] = environment[name], name
    return Texts(
        found, places, ambient=[key for key in found if not places[key].startswith(PREFIX)]
    )


def with_file(draft: Mapping[Source, dict[str, str]], file: Texts) -> dict[Source, dict[str, str]]:
    """The draft with a file's answers.

    What only a variable of AWS's own tools says, such as AWS_REGION, was not said to this program,
    so the file wins over it.
    """
    environment = draft.get(Source.ENVIRONMENT, {})
    if isinstance(environment, Texts):
        environment = environment.without(environment.ambient & file.keys())
    return {**draft, Source.ENVIRONMENT: environment, Source.FILE: file}
