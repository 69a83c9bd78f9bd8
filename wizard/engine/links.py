"""Where a step's thing is in the AWS console."""

from __future__ import annotations

import re
from urllib.parse import quote

from wizard.base.values import Scope, Value, resolve
from wizard.plan.model import Plan, Step
from wizard.plan.page import Cut
from wizard.plan.placeholders import NOTHING, Outputs, Preview

UNKNOWN = re.compile(r"<.*>")
"""What stands for a part of an ARN that is not known yet."""


def console_link(step: Step, plan: Plan, known: Outputs = NOTHING) -> str | None:
    """The page of what the step makes or looks at; None where the console has none."""
    page = step.page
    if page is None:
        return None
    scope = Preview(plan, known)
    parts = {name: _text(value, scope) for name, value in page.parts.items()}
    missing = any(not text or UNKNOWN.search(text) for text in parts.values())
    path = page.otherwise if missing and page.otherwise else page.path
    quoted = {name: quote(text, safe="") for name, text in parts.items()}
    home = "" if page.worldwide else f"{plan.region}."
    return f"https://{home}console.aws.amazon.com/{path.format(region=plan.region, **quoted)}"


def _text(value: Value | Cut, scope: Scope) -> str:
    if not isinstance(value, Cut):
        return str(resolve(value, scope))
    text = str(resolve(value.of, scope))
    if value.after:
        text = text.rpartition(value.after)[2]
    return text.partition(value.before)[0] if value.before else text
