"""From what was given to answers, where nobody is asked: every problem at once, and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.answers import Answers, Source
from wizard.collect import Collected, collect
from wizard.detect import detect
from wizard.errors import ExitCode, WizardError
from wizard.flow import Flow

NAMED = ("profile", "region", "name")
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


def settle_named(draft: Draft) -> Answers:
    """Which deployment is meant: its name, region and profile; all else is as if not answered.

    Raises WizardError for a wrong one of these three.
    """
    given = {key: value for source in sorted(draft) for key, value in draft[source].items()}
    detected = detect(given.get("profile", ""))
    collected = collect(draft, detected)
    wrong = tuple(each for each in collected.problems if each.key in NAMED)
    _checked(replace(collected, problems=wrong))
    named = {key: str(collected.values[key]) for key in NAMED}
    return collect({Source.FLAG: named}, detected).answers()


def _checked(collected: Collected) -> Collected:
    if collected.problems:
        told = "\n".join(each.told for each in collected.problems)
        raise WizardError(told, code=ExitCode.USAGE)
    return collected
