"""Answers that were right until another one changed: kept, and marked with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.answers import checks
from wizard.answers.collect import Collected
from wizard.answers.model import Source

CAUSES = {
    "region": lambda values: f"the region is now {values['region']}",
    "profile": lambda values: f"the profile is now {values['profile'] or 'the default one'}",
    "cpu": lambda values: f"the CPU is now {checks.vcpu(values['cpu'])}",
    "memory": lambda values: f"the memory is now {checks.gigabytes(values['memory'])}",
    "min_capacity": lambda values: f"the lowest capacity is now {values['min_capacity']:g}",
    "max_capacity": lambda values: f"the highest capacity is now {values['max_capacity']:g}",
    "protect": lambda values: f"the password is now {'on' if values['protect'] else 'off'}",
}
"""What a changed answer is called when it makes another one doubtful."""


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
        if not cause and changed not in CAUSES:
            return
        reason = cause or CAUSES[changed](after.values)
        for key in wrong - was_wrong - {changed}:
            given = after.given[key]
            if given.source is not Source.DEFAULT and given.value:
                self.causes[key] = reason

    def mark(self, key: str, message: str) -> str:
        """The message, with the reason where the answer was right before."""
        cause = self.causes.get(key)
        return f"Needs a look, because {cause}. {message}" if cause else message
