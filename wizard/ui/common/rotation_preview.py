"""A rotation in words, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from wizard.engine.rotate.run import Rotation
from wizard.ui.common.plan_text import row_lines


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
        yield "An earlier rotation was not finished; this one goes on with its password."
