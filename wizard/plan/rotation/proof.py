"""A question to the agent that only a password answers, as a rotation's proof."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.base.values import SecretRef
from wizard.plan.model import Probe, Section, Step
from wizard.plan.resources.verify import STATS


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks the agent at which address; nobody's name is a stranger's question."""

    url: str
    username: str | None = None
    password: SecretRef | None = None


def proof(
    step_id: str, words: tuple[str, str], asked: Asked, after: str, status: int = 200
) -> Step:
    """That the agent answers so within three minutes; `words` are title and reason."""
    title, why = words
    return Step(
        id=step_id,
        section=Section.VERIFY,
        title=title,
        why=why,
        make=Probe(
            url=asked.url + STATS,
            status=status,
            username=asked.username,
            password=asked.password,
            limit=180,
        ),
        after=frozenset({after} if after else ()),
        usual=(0, 10),
    )
