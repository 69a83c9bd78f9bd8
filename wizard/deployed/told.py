"""What somebody changed since, told to the one who sets up again: and what becomes of it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wizard.answers.model import Answers, Source
from wizard.answers.names import Names
from wizard.deployed.differs import Drift
from wizard.deployed.read import Deployed
from wizard.failures.errors import ExitCode, WizardError
from wizard.questions import question


@dataclass(frozen=True, slots=True)
class Told:
    """One difference between what was chosen and what is there."""

    key: str
    what: str
    chosen: str
    now: str
    becomes: str
    """What the next run does with it, as a sentence."""

    @property
    def words(self) -> str:
        """Two sentences."""
        return f"{self.what}: chosen {self.chosen}, now {self.now}. {self.becomes}"


def told(drift: Iterable[Drift], answers: Answers) -> list[Told]:
    """Every difference, with what these answers make of it."""
    return [
        Told(each.key, each.what, each.chosen, each.now, _becomes(each, answers)) for each in drift
    ]


def _becomes(drift: Drift, answers: Answers) -> str:
    given = answers.given.get(drift.key)
    flag = question(drift.key).flag
    if given is None or given.source in {Source.DEPLOYED, Source.DEFAULT}:
        return f"It stays as it is now; {flag} puts it back."
    words = f"It becomes what you say ({given.words})"
    named = given.source is Source.FLAG
    return f"{words}." if named else f"{words}; --accept {drift.key} leaves it as it is now."


def overwritten(there: Deployed, answers: Answers) -> list[WizardError]:
    """What a run would overwrite that somebody wrote by hand and nobody can read any more."""
    if not there.unreadable or answers.put_back:
        return []
    secret = f"--secret-id {Names(there.name).config_secret} --region {there.region}"
    read = f"aws secretsmanager get-secret-value {secret} --query SecretString --output text"
    return [
        WizardError(
            "The agent's config was edited by hand, and is no config any more.",
            f"{there.unreadable} The agent does not start with it.",
            "Put the wizard's back (--put-back yes): what is there now stays as the secret's "
            f"version AWSPREVIOUS. Or keep yours and repair it: read it with `{read}`.",
            ExitCode.NOT_READY,
        )
    ]
