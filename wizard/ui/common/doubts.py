"""Answers that were right until another one was changed, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.answers.model import Source
from wizard.answers.questions import QUESTIONS
from wizard.answers.resolving import Collected


@dataclass
class Doubts:
    """Why answers that were given became doubtful, by key."""

    causes: dict[str, str] = field(default_factory=dict)

    def follow(self, before: Collected, after: Collected, changed: str, cause: str = "") -> None:
        """Take note of what a change did to the answers that were there already."""
        wrong = {each.key for each in after.problems}
        was_wrong = {each.key for each in before.problems}
        self.causes = {key: why for key, why in self.causes.items() if key in wrong}
        self.causes.pop(changed, None)
        asked = QUESTIONS.get(changed)
        if not cause and asked and asked.cause:
            cause = asked.cause(after.values[changed])
        if not cause:
            return
        for key in wrong - was_wrong - {changed}:
            given = after.given[key]
            if given.source is not Source.DEFAULT and given.value:
                self.causes[key] = cause

    def mark(self, key: str, message: str) -> str:
        """The message, with the reason where the answer was right before."""
        cause = self.causes.get(key)
        return f"Check this, because {cause}. {message}" if cause else message
