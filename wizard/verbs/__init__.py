"""What can be asked of the command, one module for each verb; the order is that of the help."""

from wizard.verbs import (
    answers,
    apply,
    completion,
    destroy,
    doctor,
    explain,
    export,
    plan,
    rotate,
    status,
    support,
)
from wizard.verbs.verb import Verb

__all__ = ["VERBS", "Verb"]

VERBS: tuple[Verb, ...] = (
    plan.VERB,
    apply.VERB,
    export.VERB,
    destroy.VERB,
    status.VERB,
    rotate.VERB,
    doctor.VERB,
    explain.VERB,
    support.VERB,
    answers.VERB,
    completion.VERB,
)
