"""From what was given to answers, where nobody is asked: every problem at once, and where it is."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.answers import Answers, Source
from wizard.collect import Collected, collect
from wizard.detect import detect
from wizard.errors import ExitCode, WizardError
from wizard.flow import Flow

Draft = Mapping[Source, Mapping[str, str]]


def settle(draft: Draft, flow: Flow) -> Answers:
    """The answers, checked against the account that is signed in.

    Raises WizardError for wrong answers, and where nobody is signed in.
    """
    answers = settle_offline(draft)
    identity = flow.sign_in(answers.profile, answers.region)
    return _checked(collect(draft, detect(answers.profile), identity.account)).answers()


def settle_offline(draft: Draft) -> Answers:
    """The answers, without a look at AWS. Raises WizardError for wrong ones."""
    given = {key: value for source in sorted(draft) for key, value in draft[source].items()}
    return _checked(collect(draft, detect(given.get("profile", "")))).answers()


def _checked(collected: Collected) -> Collected:
    if collected.problems:
        told = "\n".join(each.told for each in collected.problems)
        raise WizardError(told, code=ExitCode.USAGE)
    return collected
