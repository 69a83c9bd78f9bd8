"""`plan`: what a run would change and why, without changing anything."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.changes import Foreseen, foresee_offline
from wizard.changes.documents import DocumentChange
from wizard.changes.rows import members
from wizard.changes.text import plan_text
from wizard.engine.diff import Action
from wizard.engine.drift import Resolution, with_resolution
from wizard.engine.plan_file import kept, write
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow, Prepared
from wizard.headless.order import Order, begin, foreseen, ready
from wizard.headless.settle import settle_offline, settle_there
from wizard.telling.jsonlines import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of `plan` beside the answers."""

    details: bool = False
    offline: bool = False
    out: str = ""
    """The file into which the plan is saved; empty where it is not."""


def plan(order: Order, wish: Wish) -> ExitCode:
    """Tell what would change on standard output. Raises WizardError where there can be no plan."""
    lines = order.lines("plan")
    with lines.ending():
        flow = Flow(order.passwords)
        if wish.offline:
            return _offline(order, wish, flow, lines)
        settled = settle_there(order.draft, flow, order.accepted)
        prepared = flow.prepare(settled.answers, edits=order.edits, ruling=settled.ruling)
        begin(lines, prepared, settled.there)
        found = foreseen(prepared)
        if found:
            _tell(order, wish, found, lines)
        if not ready(lines, prepared, settled.there) or found is None:
            lines.result(ExitCode.NOT_READY)
            return ExitCode.NOT_READY
        if wish.out:
            _save(order, Path(wish.out), prepared, found)
        return _end(found, lines, saved=wish.out or None)


def _offline(order: Order, wish: Wish, flow: Flow, lines: Lines) -> ExitCode:
    if wish.out:
        raise WizardError(
            "A plan made offline is not saved.",
            "It says nothing about the account that it would be applied to.",
            "Leave out --offline or --out.",
            ExitCode.USAGE,
        )
    answers = settle_offline(order.draft)
    if answers.scope == "services":
        raise WizardError(
            "Without AWS there is no plan for chosen services (--scope services).",
            "Which permissions they need stands in AWS's own resource types.",
            "Leave out --offline and sign in, or choose another --scope.",
            ExitCode.USAGE,
        )
    made = flow.plan(answers, edits=order.edits)
    lines.start(name=made.name, region=made.region)
    found = foresee_offline(made, answers)
    _tell(order, wish, found, lines)
    return _end(found, lines, saved=None)


def _save(order: Order, path: Path, prepared: Prepared, found: Foreseen) -> None:
    own_password = "api" in order.passwords
    write(path, kept(found, prepared.answers, order.edits, own_password=own_password))
    print(f"Saved: {path}", file=sys.stderr)
    again = shlex.join(["formae-wizard", "apply", "--plan", str(path)])
    print(f"Do just that: {again}", file=sys.stderr)


def _tell(order: Order, wish: Wish, found: Foreseen, lines: Lines) -> None:
    if not order.as_json:
        sys.stdout.write(plan_text(found, details=wish.details))
        return
    for row in found.rows:
        lines.write("row", **members(row, details=wish.details))
    for each in with_resolution(found.drift, Resolution.ACCEPTED):
        name = each.name
        lines.finding(f"accepted.{name}", name, "left as it is", f"{each.now} (accepted)")
    for document in found.documents:
        lines.write("document", **document_members(document, details=wish.details))


def _end(found: Foreseen, lines: Lines, **more: Any) -> ExitCode:
    code = ExitCode.CHANGES if found.changes else ExitCode.OK
    counts = {action.value: found.count(action) for action in Action}
    lines.result(code, **counts, costs=found.costs, offline=found.offline, **more)
    return code


def document_members(document: DocumentChange, *, details: bool) -> dict[str, Any]:
    """A document as members of a line; its whole text only where details are wanted."""
    return {
        "name": document.name,
        "title": document.title,
        "why": document.why,
        "change": document.action.value,
        "standing": document.standing.value,
        "edited": document.edited,
        "text": document.text if details else "",
        "diff": document.diff,
    }
