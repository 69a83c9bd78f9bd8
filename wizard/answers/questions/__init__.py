"""Every question once: form fields, flags and their documentation are made from it.

A question's `default` depends on what is answered and detected so far, so the order counts.
"""

from wizard.answers.questions.access import ACCESS
from wizard.answers.questions.details import DETAILS
from wizard.answers.questions.place import PLACE
from wizard.answers.questions.question import (
    Catalogue,
    Choice,
    Detected,
    Group,
    Question,
    QuestionKind,
    Values,
)

__all__ = [
    "QUESTIONS",
    "Choice",
    "Detected",
    "Group",
    "Question",
    "QuestionKind",
    "Values",
    "question",
    "scope_keys",
]

QUESTIONS = Catalogue((*PLACE, *ACCESS, *DETAILS))


def question(key: str) -> Question:
    """The question of that key; KeyError where there is none."""
    return QUESTIONS[key]


def scope_keys() -> tuple[str, ...]:
    """The keys of the answers that say together what the agent may manage."""
    return ("scope", *QUESTIONS.followers("scope"))
