"""What a change leaves as it was, because AWS or prudence will have it so; told beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wizard.answers.model import Answers
from wizard.base.names import Names

Before = Mapping[str, str]
"""What is deployed, as texts by the question's key."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One thing that stays; `words` say what, why, and what to do about it."""

    kind: str
    words: str


def retained(before: Before, answers: Answers) -> list[Stay]:
    """What a change to these answers leaves as it is in the deployment. Pure."""
    return [each for look in LOOKS for each in look(before, answers)] if before else []


def _database(before: Before, answers: Answers) -> Iterator[Stay]:
    names, was = Names(answers.name), before.get("database", answers.database)
    if was in {"new", "express"} and answers.database == "existing":
        yield Stay(
            "cluster",
            f"The cluster {names.cluster} stays, with its data and secret, and keeps costing "
            "money; the agent starts with an empty database in the other cluster. `formae-wizard "
            "destroy` removes it with the rest; or delete it in the RDS console.",
        )
    elif was == "existing" and answers.new_database:
        yield Stay(
            "their cluster",
            "The agent starts with an empty database in its own cluster. Its database in your "
            "cluster stays, and so does that cluster's Data API, because others may use them.",
        )
    elif before.get("database_name", answers.database_name) != answers.database_name:
        yield Stay(
            "database",
            f"The database {before['database_name']} stays in the cluster with the agent's state; "
            f"the agent starts with an empty database, {answers.database_name}.",
        )


def _protection(before: Before, answers: Answers) -> Iterator[Stay]:
    if before.get("protect") == "yes" and not answers.protect:
        secret = Names(answers.name).api_secret
        yield Stay("password", f"The secret {secret} stays, in case you protect the API again.")


def _image(before: Before, answers: Answers) -> Iterator[Stay]:
    was = before.get("image_version", "")
    if was and was != answers.image_version:
        yield Stay(
            "image", f"The image {was} stays in the repository, so that you can go back to it."
        )


LOOKS: tuple[Callable[[Before, Answers], Iterator[Stay]], ...] = (
    _database,
    _protection,
    _image,
)
