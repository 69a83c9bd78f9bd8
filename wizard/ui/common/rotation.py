"""A rotation of passwords in words: before anything is done, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from wizard.base.offer import offer
from wizard.base.text import clean
from wizard.engine.job import End
from wizard.engine.leftovers import still_going
from wizard.engine.rotate.run import Rotation
from wizard.ui.common.ending import problems
from wizard.ui.common.plan_text import row_lines


def headline(end: End) -> str:
    """In two or three words, with a sign."""
    if end.outcome.ok:
        return "✓ Rotated"
    if _put_back(end):
        return "✗ Not rotated"
    return "⊘ Stopped" if end.outcome.interrupted else "✗ Not finished"


def _put_back(end: End) -> bool:
    return bool(end.followed_up and end.followed_up.ok)


def rotation_lines(end: End) -> Iterator[str]:
    """What went wrong, which passwords work, what AWS goes on with, and how to go on."""
    for problem in problems(end.job.plan, end.outcome):
        yield clean(f"{problem.what} {problem.fix}".strip())
    if _put_back(end):
        label = offer(end.job.plan.host).label
        yield f"{label} rolled the deployment back; the secrets are restored, too."
    yield from map(clean, (*end.summary.lines, *end.summary.notes))
    if end.outcome.ok or end.job.demo:
        return
    going = [each.words for each in still_going(end.outcome, end.job.plan)]
    if going:
        yield clean(f"AWS finishes on its own: {', '.join(going)}.")
    again = "Repeat it" if _put_back(end) else "Resume"
    yield f"{again}: {end.job.resume_command}"


def rotated_text(end: End) -> Iterator[str]:
    """Headline and place first, for the shell, a line each."""
    yield f"{headline(end)}: the passwords of {end.job.plan.name} in {end.job.plan.region}"
    yield from rotation_lines(end)


def preview(rotation: Rotation) -> Iterable[str]:
    """What the run will do, in its order; what an earlier one has done already is kept."""
    plan = rotation.plan
    yield f"Rotation for “{plan.name}” in {plan.region}, account {rotation.account}"
    for section, found in groupby(rotation.rows, lambda row: row.section):
        yield from ("", section.value)
        for row in found:
            yield from row_lines(row)
    if rotation.given:
        yield ""
        yield "The new API password is the one you gave."
    if rotation.resumed:
        yield ""
        yield "An earlier rotation did not finish; this one continues with its password."
