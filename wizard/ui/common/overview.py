"""The overview: every answer with its value and reason, and what is left undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wizard.answers.questions import QUESTIONS, Group, Question, question
from wizard.base.errors import WizardError
from wizard.ui.common import demo
from wizard.ui.common.deployments import removed, there
from wizard.ui.common.deployments import there as there_are
from wizard.ui.common.drift import deployed_words, drifts, fate
from wizard.ui.common.queries import DEPLOYMENTS
from wizard.ui.common.session import Session

if TYPE_CHECKING:
    from wizard.engine.drift import Drift
    from wizard.engine.job import Verb
    from wizard.journal import PastRun

LEAVING = {
    "apply": "What was created stays in your account; a later run resumes from there.",
    "destroy": "What was removed is gone; the rest stays.",
    "rotate": "The passwords stay as they are now.",
}
"""Said to who leaves, by what was done last."""

UNTOUCHED = "You changed nothing in this session."


def undone(session: Session) -> PastRun | None:
    """The run of the named deployment that did not come to its end; None where each did."""
    name, (_, region), account = session.likely.name, session.place, session.account
    return next(
        (
            run
            for run in session.unfinished
            if (run.name, run.region) == (name, region) and account in {"", run.account}
        ),
        None,
    )


def leaving_words(session: Session, last: Verb | None) -> str:
    """What becomes of everything when the wizard is left; `last` is what was done in it last."""
    if session.demo:
        return demo.LEAVING
    if last:
        return LEAVING[last]
    listed = session.seen(DEPLOYMENTS)
    known = listed is not None and not isinstance(listed, WizardError)
    if known and not there(session):
        return "Nothing has been created."
    return f"{UNTOUCHED} {_stays(session, known=known)}".strip()


def _stays(session: Session, *, known: bool) -> str:
    """What is in the account and stays so, with what it costs; empty where that is not `known`."""
    from wizard.costs import money
    from wizard.engine.resume import COMMAND, DAYS

    name, run = session.likely.name, undone(session)
    found = next((each for each in there(session) if each.name == name), None)
    costs = f"about {money(session.costs.idle / DAYS)} a day"
    if found and found.service and not run:
        return f"“{name}” stays as it is ({costs})."
    if run and (found or not known):
        return (
            f"“{name}” stays unfinished, and what exists of it costs money (up to {costs}). "
            f"To resume: {run.again or COMMAND}"
        )
    if found:
        return f"What exists of “{name}” stays and costs money (up to {costs})."
    return "What is deployed stays as it is." if there(session) else ""


HEADS = {Group.ACCOUNT: "Account"}


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One line of the page. `problem` says what is wrong, `doubtful` that it was right before."""

    group: Group
    key: str
    first: bool
    value: str
    reason: str
    problem: str = ""
    doubtful: bool = False
    deployed: str = ""
    """What is deployed, where something else is wanted now."""
    drift: tuple[Drift, ...] = ()
    """What somebody changed of it since."""
    fates: tuple[str, ...] = ()
    """What becomes of each of them, in words."""

    @property
    def name(self) -> str:
        """What the row is called."""
        return question(self.key).label

    @property
    def mark(self) -> str:
        """Wrong, doubtful, changed by somebody since, or nothing to say."""
        if self.problem:
            return "?" if self.doubtful else "✗"
        return "!" if self.drift else " "


def rows(session: Session) -> list[OverviewRow]:
    """Every answer that counts with the others as they are."""
    return [row for group in Group for row in _of_group(session, group)]


def standing(session: Session) -> list[str]:
    """Where answers come from that nobody gave today, as sentences; empty for a first time."""
    said = [f"Filled in: {session.resumed}."] if session.resumed else []
    named = str(session.collected.values["name"])
    said += _under_way(session, named)
    there, half = session.deployment, _half_made(session, named)
    if half:
        said.append(half)
    elif there and removed(session, there.name):
        said.append(
            f"“{there.name}” was removed; its answers come from its secrets, which can still be "
            "restored."
        )
    elif there:
        said.append(f"“{there.name}” is deployed here: what you do not change stays as it is.")
    if there and not removed(session, there.name):
        if there.drift:
            said.append(
                f"Changed in AWS since setup: {'; '.join(each.words for each in there.drift)}."
            )
        if there.gaps:
            said.append(f"Could not be read: {'; '.join(each.what for each in there.gaps)}.")
    others = [each.name for each in there_are(session) if each.name != named]
    if others:
        said.append(f"Also deployed in this region: {', '.join(others)}.")
    return said


def _half_made(session: Session, name: str) -> str:
    """That a run of it did not come to its end, or that it has no service; otherwise empty."""
    run = undone(session)
    found = next((each for each in there_are(session) if each.name == name), None)
    half = found is not None and found.service is None
    if run is None:
        rest = f"“{name}” has no service, but other parts of it exist: Start creates the rest."
        return rest if half else ""
    if found is None and session.seen(DEPLOYMENTS) is not None:
        return ""  # it made nothing, or all of it was removed
    from wizard.journal.past import headline

    told = f"{headline(run)} Start resumes from there."
    if run.verb == "destroy":
        return f"“{name}” is partly removed. {headline(run)} Deployments (d) shows the rest."
    return f"“{name}” is partly created. {told}" if half else f"“{name}”: {told}"


def _under_way(session: Session, name: str) -> list[str]:
    """That somebody is changing it just now."""
    claim = next((each.claim for each in there_are(session) if each.name == name), None)
    if claim is None:
        return []
    from wizard.journal.lock import working

    return [f"Another run is active: {working(claim, datetime.now(UTC))}."]


def _of_group(session: Session, group: Group) -> Iterator[OverviewRow]:
    problems, context, first = session.problems(group), session.context, True
    for each in QUESTIONS.rows(group):
        if not session.asked(each):
            continue
        shown = [each.key, *(other.key for other in QUESTIONS if other.row == each.key)]
        keys = (*shown, *each.troubles)
        wrong = next((key for key in keys if key in problems), "")
        changed = drifts(session, keys)
        yield OverviewRow(
            group,
            each.key,
            first,
            each.brief(context) if each.brief else _plain(session, each),
            session.collected.given[each.key].words,
            problems.get(wrong, ""),
            wrong in session.doubts.causes,
            deployed_words(session, shown),
            tuple(changed),
            tuple(fate(session, one) for one in changed),
        )
        first = False


def _plain(session: Session, each: Question) -> str:
    text = session.text(each.key)
    return next((choice.label for choice in each.choices if choice.value == text), text)
