"""What a run would overwrite of a deployment that nobody can read any more."""

from __future__ import annotations

from wizard.answers.model import Answers
from wizard.base.errors import ExitCode, WizardError
from wizard.base.names import Names
from wizard.engine.account.read_answers import Deployed


def overwritten(there: Deployed, answers: Answers) -> list[WizardError]:
    """What a run would overwrite that somebody wrote by hand and nobody can read any more."""
    if not there.unreadable or answers.put_back:
        return []
    secret = f"--secret-id {Names(there.name).config_secret} --region {there.region}"
    read = f"aws secretsmanager get-secret-value {secret} --query SecretString --output text"
    return [
        WizardError(
            "The agent's config was edited by hand and is no longer valid.",
            f"{there.unreadable} The agent cannot start with it.",
            "Replace it with the wizard's config (--put-back yes): the current one stays as the "
            f"secret's version AWSPREVIOUS. Or fix yours: read it with `{read}`.",
            ExitCode.NOT_READY,
        )
    ]
