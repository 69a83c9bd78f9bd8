"""What somebody changed since, row by row: left as it is now, or put back as it was chosen.

What only the person can agree to, found while everything was checked: asked once, with no as
the answer of whoever says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.answers.model import Source
from wizard.answers.questions import question, scope_keys
from wizard.ui.common.deployments import removed

if TYPE_CHECKING:
    from wizard.base.errors import WizardError
    from wizard.engine.drift import Drift, DriftDecision, Resolution
    from wizard.engine.flow import Prepared
    from wizard.ui.common.session import Session


def drifts(session: Session, keys: Sequence[str] = ()) -> list[Drift]:
    """What somebody changed of these answers; of all, where none are named."""
    there = session.deployment
    found = there.drift if there else ()
    return [each for each in found if not keys or each.field in keys]


def left_behind(session: Session, prepared: Prepared) -> list[str]:
    """What a change of the answers leaves in the account although they say otherwise."""
    from wizard.engine.plan_report import retained

    there = session.deployment
    if there is None or removed(session, there.name):
        return []
    return [each.words for each in retained(there.answers, prepared.answers)]


def can_go_back(drift: Drift) -> bool:
    """Whether the record says all that is needed."""
    try:
        for key, text in drift.back.items():
            question(key).parse(text)
    except ValueError:
        return False
    return bool(drift.back)


def goes_back(session: Session, drift: Drift) -> bool:
    """Whether an answer is set as it was chosen once, so that a run puts the deployed one back."""
    return can_go_back(drift) and drift.back.items() <= session.draft[Source.TYPED].items()


def stays(session: Session, drift: Drift) -> bool:
    """Whether an answer was accepted as it is deployed now, whatever else says another."""
    now = _now(session, drift)
    return bool(now) and now.items() <= session.draft[Source.TYPED].items()


def turn(session: Session, drift: Drift) -> None:
    """Put it back; or, where that is wanted already, leave it as it is now."""
    _say(session, drift, {} if goes_back(session, drift) else drift.back)


def accept(session: Session, drift: Drift) -> None:
    """Keep it as it is now, also against an answers file; or, where it is kept, say nothing."""
    _say(session, drift, {} if stays(session, drift) else _now(session, drift))


def cycle(session: Session, drift: Drift) -> None:
    """To the next of: as others say, put back, accepted."""
    back = can_go_back(drift) and not goes_back(session, drift) and not stays(session, drift)
    (turn if back else accept)(session, drift)


def _say(session: Session, drift: Drift, texts: Mapping[str, str]) -> None:
    for key in {*drift.back, *_now(session, drift)}:
        session.type(key, texts.get(key))


def _now(session: Session, drift: Drift) -> dict[str, str]:
    """What is deployed, of all answers that belong to it."""
    there = session.deployment
    keys = scope_keys() if drift.field in scope_keys() else (drift.field,)
    return {key: there.answers[key] for key in keys if key in there.answers} if there else {}


def resolution(session: Session, drift: Drift) -> Resolution:
    """What becomes of the drift of an answer, as the session stands."""
    from wizard.engine.drift import Resolution, resolved

    if goes_back(session, drift):
        return Resolution.REVERTED
    if stays(session, drift):
        return Resolution.ACCEPTED
    return resolved(session.collected.given[drift.field])


def fate(session: Session, drift: Drift) -> str:
    """What somebody did to an answer, and what becomes of it now, in two sentences."""
    from wizard.engine.drift import Resolution

    becomes = resolution(session, drift)
    said = f": {session.text(drift.field)}" if becomes is Resolution.REPLACED else ""
    return (
        f"Changed in AWS since setup: chosen {drift.chosen}, now {drift.now}. "
        f"{becomes.value}{said}."
    )


def fate_of_field(drift: Drift) -> str:
    """What somebody did to a field, and what the plan does with it, in two sentences."""
    from wizard.engine.drift import Resolution

    done = f"Someone changed {drift.field} ({drift.now})."
    if drift.resolution is Resolution.ACCEPTED:
        return f"{done} It stays (accepted)."
    return f"{done} {Resolution.REVERTED.value} ({drift.chosen})."


def fields(prepared: Prepared, step: str = "") -> list[Drift]:
    """The fields that somebody changed and that belong to no answer, in the plan's order.

    All, or those of one step (its id), whatever becomes of them.
    """
    order = {each.id: at for at, each in enumerate(prepared.plan.steps)}
    found = [each for each in prepared.drift if step in {"", each.resource}]
    return sorted(found, key=lambda each: (order[each.resource], each.name))


def decision(session: Session, accepted: frozenset[str] | None = None) -> DriftDecision | None:
    """What becomes of what somebody changed; None where nothing is deployed."""
    from wizard.engine.resolve_answers import ruling_of

    there = session.deployment
    if there is None:
        return None
    profile, region = session.place
    place = {"profile": profile, "region": region, "name": there.name}
    off = [each.off for each in there.drift if goes_back(session, each)]
    fields = frozenset(session.accepted) if accepted is None else accepted
    by = ruling_of(there, place, session.account, fields, frozenset().union(*off))
    return replace(by, strict=False)


def deployed_words(session: Session, keys: Sequence[str]) -> str:
    """What is deployed of these answers, where something else is wanted now; otherwise empty."""
    there = session.deployment
    if there is None:
        return ""
    found = [
        there.answers[key]
        for key in keys
        if key in there.answers and not _same(session, key, there.answers[key])
    ]
    return ", ".join(each or "none" for each in found)


def _same(session: Session, key: str, text: str) -> bool:
    try:
        return bool(question(key).parse(text) == session.collected.values[key])
    except ValueError:
        return False


ASKED = {
    "wake": "Start or resume it now? This takes some minutes, and a running one costs more.",
    "put_back": "Replace it with the wizard's config? The current one stays as the secret's "
    "version AWSPREVIOUS.",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing to agree to: the question's key, what was found, and what is asked."""

    key: str
    found: str
    ask: str


def consents(session: Session, prepared: Prepared) -> list[Consent]:
    """What is still to be asked. Whoever has answered, in whatever way, is not asked again."""
    found: dict[str, list[str]] = {}
    for change in prepared.preflight.findings.values():
        if change.lifted and change.problem:
            found.setdefault(change.lifted, []).append(change.problem.what)
    for problem in hand_written(session):
        found.setdefault("put_back", []).append(f"{problem.what} {problem.why}")
    return [
        Consent(key, " ".join(told), ASKED[key])
        for key, told in found.items()
        if session.collected.given[key].source is Source.DEFAULT
    ]


def answer(session: Session, consent: Consent, *, agreed: bool) -> None:
    """Keep whether the person agrees to what a consent asks."""
    session.type(consent.key, "yes" if agreed else "no")


def hand_written(session: Session) -> list[WizardError]:
    """What a run would overwrite that somebody wrote by hand, and nobody agreed to."""
    from wizard.engine.account.read_answers import overwritten

    there = session.deployment
    return overwritten(there, session.answers) if there else []
