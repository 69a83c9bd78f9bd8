"""From what was given to answers, where nobody is asked: every problem at once, and where it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from wizard.answers.checks import account_problem
from wizard.answers.detect import detect
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import Detected, question, scope_keys
from wizard.answers.resolving import Collected, Texts, collect, without_clashes
from wizard.base.errors import ExitCode, WizardError
from wizard.base.fan_out import fan_out
from wizard.engine.account.existing import account_plan, no_network, private_subnets
from wizard.engine.account.read_answers import Deployed, deployed
from wizard.engine.drift import ALL, DriftDecision
from wizard.engine.flow import Flow
from wizard.plan.world import AwsCall

NAMED = ("profile", "region", "account", "name")
Draft = Mapping[Source, Mapping[str, str]]


WHERE = {"profile", "region", "name"}
"""What says which deployment is meant."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answers, and the deployment that filled in what nobody said."""

    answers: Answers
    there: Deployed
    decision: DriftDecision
    """What becomes of what somebody changed."""
    kept: frozenset[str] = frozenset()
    """Answers that are taken from what is deployed, because that was accepted."""


def resolve(draft: Draft, flow: Flow) -> Answers:
    """The answers alone; see `resolve_deployed`."""
    return resolve_deployed(draft, flow).answers


def resolve_deployed(draft: Draft, flow: Flow, accepted: Collection[str] = ()) -> Resolved:
    """The answers, checked against the account that is signed in.

    What nobody says now is as it is deployed under that name, and so is what is `accepted` of what
    somebody changed, whatever a file or the environment say. Raises WizardError for wrong answers,
    and where nobody is signed in.
    """
    offline, detected = _offline(draft)
    if any(offline.problem(key) for key in WHERE):
        _checked(offline)
    profile, region, name = (offline.values[key] for key in ("profile", "region", "name"))
    try:
        account = flow.sign_in(profile, region).account
    except WizardError:
        _checked(offline)  # wrong answers are told before the sign-in
        raise
    _demand_pinned(draft, detected, account)
    call = flow.snapshot(profile, region).call
    there = deployed(call, region, name)
    if offline.given["database"].source is Source.DEFAULT and not there.there:
        asks: dict[str, Callable[[AwsCall], Any]]
        asks = {"account_plan": account_plan, "no_network": no_network}
        found = fan_out({key: partial(ask, call) for key, ask in asks.items()})
        detected = replace(detected, **found)
    if any(texts.get("subnets") for texts in (*draft.values(), there.answers)):
        detected = replace(detected, private=private_subnets(call))
    keys = _accepted_keys(draft, there, accepted)
    taken = {source: _without(texts, keys) for source, texts in draft.items()}
    known = {**taken, Source.DEPLOYED: there.answers}
    answers = _without_clashes(known, detected, account).answers()
    place = {"profile": profile, "region": region, "name": name}
    return Resolved(answers, there, ruling_of(there, place, account, frozenset(accepted)), keys)


def ruling_of(
    there: Deployed,
    place: Mapping[str, str],
    account: str,
    accepted: frozenset[str] = frozenset(),
    off: frozenset[str] = frozenset(),
) -> DriftDecision:
    """What becomes of what somebody changed; `accepted` are answers and fields that stay so."""
    keys = frozenset(each.name for each in there.drift)
    runs = None
    if there.there:
        with contextlib.suppress(WizardError):  # half a deployment's answers need not fit
            runs = resolve_as_deployed(place, there.answers, account)
    fields = accepted - keys
    return DriftDecision(accepted=fields, off=off, deployed=runs, answers=keys)


def _accepted_keys(draft: Draft, there: Deployed, accepted: Collection[str]) -> frozenset[str]:
    """The answers that are accepted as they are deployed, so that nothing may change them.

    Raises WizardError where a flag says another.
    """
    drifted = {each.name for each in there.drift}
    keys = drifted if ALL in accepted else drifted & set(accepted)
    keys |= set(scope_keys()) if keys & set(scope_keys()) else set()
    said = draft.get(Source.FLAG, {}).keys() & keys
    if said:
        flags = ", ".join(question(key).flag for key in sorted(said))
        raise WizardError(
            f"--accept and {flags} contradict each other.",
            "--accept keeps a change made in AWS; a flag sets a new value.",
            "Use only one of them.",
            ExitCode.USAGE,
        )
    return frozenset(keys)


def _without(texts: Mapping[str, str], keys: Collection[str]) -> Mapping[str, str]:
    if isinstance(texts, Texts):
        return texts.without(keys)
    return {key: text for key, text in texts.items() if key not in keys}


def demand_account(
    wanted: str, account: str, told: str = "", why: str = "", instead: str = ""
) -> None:
    """Raise WizardError where who is signed in to `account` is not in the one `wanted`.

    An empty `wanted` is any. `told` begins what is said, such as "The saved plan p.json is for";
    `instead` is what helps besides another sign-in. Without them answers are meant.
    """
    if not told:
        if problem := account_problem(wanted, account):
            raise WizardError(problem, code=ExitCode.USAGE)
    elif wanted and wanted != account:
        what = f"{told} account {wanted}, but you are signed in to {account}."
        fix = f"Sign in to {wanted} (--profile), or {instead}."
        raise WizardError(what, why, fix, ExitCode.USAGE)


def _demand_pinned(draft: Draft, detected: Detected, account: str) -> None:
    """Raise WizardError, with where it was said, for a pinned account that is not `account`."""
    collected = collect(draft, detected, account)
    wrong = tuple(each for each in collected.problems if each.key == "account")
    _checked(replace(collected, problems=wrong))


def _without_clashes(draft: Draft, detected: Detected, account: str) -> Collected:
    return _checked(collect(without_clashes(draft, detected, account), detected, account))


def resolve_offline(draft: Draft) -> Answers:
    """The answers, without a look at AWS. Raises WizardError for wrong ones."""
    return _checked(_offline(draft)[0]).answers()


def _offline(draft: Draft) -> tuple[Collected, Detected]:
    given = {key: value for source in sorted(draft) for key, value in draft[source].items()}
    detected = detect(given.get("profile", ""))
    return collect(draft, detected), detected


def resolve_as_deployed(
    place: Mapping[str, str], found: Mapping[str, str], account: str
) -> Answers:
    """The answers of what is deployed at `place`, of which nobody wants anything else.

    Nothing is wanted of this machine either. Raises WizardError where they do not go together.
    """
    draft = {Source.FLAG: {**place, "client_config": "no"}, Source.DEPLOYED: found}
    return _without_clashes(draft, Detected(), account).answers()


def resolve_named(draft: Draft, *also: str) -> Answers:
    """Which deployment is meant: its name, region and profile; all else is as if not answered.

    But for the answers to the questions in `also`. Raises WizardError for a wrong one of these.
    """
    asked = (*NAMED, *also)
    given = {key: value for source in sorted(draft) for key, value in draft[source].items()}
    detected = detect(given.get("profile", ""))
    collected = collect(draft, detected)
    wrong = tuple(each for each in collected.problems if each.key in asked)
    _checked(replace(collected, problems=wrong))
    named = {key: written(collected.values[key]) for key in asked}
    return collect({Source.FLAG: named}, detected).answers()


def _checked(collected: Collected) -> Collected:
    if collected.problems:
        told = "\n".join(each.told for each in collected.problems)
        raise WizardError(told, code=ExitCode.USAGE)
    return collected
