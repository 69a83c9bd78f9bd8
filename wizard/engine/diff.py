"""The diff of a plan: for each step the action a run takes, why, and which fields differ.

`plan`, the review, a saved plan and the status page all show these. Nothing here asks AWS, and no
secret is in the words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from enum import StrEnum
from typing import Any, Self

import jmespath

from wizard.base.errors import WizardError
from wizard.base.text import hashless
from wizard.base.values import (
    Found,
    NewPassword,
    NewPasswordHash,
    Scope,
    SecretRef,
    Template,
    Value,
    resolve,
)
from wizard.engine.matching import StepScope, dormant, read
from wizard.local.formae.redaction import diff as pkl_diff
from wizard.plan.model import Call, Expectation, RestoreSpec, Section, Step
from wizard.plan.resources.common import FINGERPRINT

TAKES_AWAY = ("Detach", "Delete", "Remove", "Untag")
"""Beginnings of the names of AWS operations that put a resource right by removing something."""
WHOLE = ("as deployed", "as planned")
"""`have` and `want` of a document that differs; saved plans hold them."""
RESTORED = "its state"
"""`Difference.what` of a resource that is asleep or being deleted, and will be brought back."""


class Action(StrEnum):
    """What a run does with the resource of a step.

    The value is the word of `--json` and of saved plans and never changes. `symbol` begins a line;
    `label` completes “this resource …”; `tally` follows a number of resources.
    """

    symbol: str
    label: str
    tally: str

    def __new__(cls, value: str, symbol: str = "", label: str = "", tally: str = "") -> Self:
        """Make a member of its value and the words for it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.symbol, member.label, member.tally = symbol, label, tally
        return member

    CREATE = "make", "+", "will be created", "to create"
    UPDATE = "change", "~", "will be changed", "to change"
    REPLACE = "remake", "↻", "will be replaced", "to replace"
    DELETE = "remove", "−", "will be deleted", "to delete"
    KEEP = "keep", "=", "exists", "unchanged"
    RUN = "do", "▸", "will be checked", "to check"
    REFUSE = "refuse", "✗", "cannot be used", "blocked"

    @property
    def changes(self) -> bool:
        """Whether the account is another afterwards."""
        return self in {Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field or document of a resource that is not as wanted; secrets in it are hidden."""

    what: str
    """What the plan calls it."""
    path: str = ""
    """Which field of it, as AWS names it; empty where it is the whole."""
    have: str
    want: str
    diff: str = ""
    """For documents: what changes, as a unified diff."""
    effect: str = ""
    """What putting it right means for what runs, as a sentence."""
    update: Call | None = None
    """The call that puts it right."""
    field: str = ""
    """Its name within the step, where `--accept STEP.NAME` can leave it; otherwise empty."""
    fit: Expectation | None = None
    """The expectation of the plan that is not met."""

    @property
    def takes_away(self) -> bool:
        """Whether putting the difference right removes something."""
        return self.update is not None and self.update.operation.startswith(TAKES_AWAY)

    @property
    def name(self) -> str:
        """What differs, down to the field: `Agent size: Memory`."""
        return f"{self.what}: {self.path}" if self.path else self.what

    @property
    def follows(self) -> bool:
        """Whether it only tells that the agent's config is another: by its fingerprint."""
        return self.path.rpartition(".")[2] == FINGERPRINT

    @property
    def document(self) -> bool:
        """Whether it is a whole document; what changes in it is `diff`."""
        return (self.have, self.want) == WHOLE

    @property
    def now(self) -> str:
        """What there is, for a person: of a document that somebody did not leave as it was made."""
        if self.follows:
            return "started with another config"
        return "edited by hand" if self.document else self.have

    @property
    def chosen(self) -> str:
        """What is wanted, for a person."""
        if self.follows:
            return "started with this config"
        return "the wizard's text" if self.document else self.want

    @property
    def words(self) -> str:
        """What there is and what is wanted, in one line."""
        if self.follows:
            return f"{self.what}: changes with the agent's config"
        if self.document:
            return f"{self.name}: its text changes"
        return f"{self.name}: {self.have} → {self.want}"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What a run would do with one step of the plan, or with one thing that the step removes.

    The calls it takes: `step.make` to create, `update` of each difference to update,
    `step.restore.calls` first where it `restores`, `step.delete` to delete.
    """

    step: Step
    action: Action
    differences: tuple[Difference, ...] = ()
    problem: WizardError | None = None
    """Why the resource cannot be used as it is, for REFUSE."""
    lifted: str = ""
    """Key of the question whose yes would do away with the problem; empty where none would."""
    theirs: tuple[str, ...] = ()
    """What others put beside ours, as words; the run keeps it."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The step's outputs, where the resource is there."""
    seen: Mapping[str, Any] = field(default_factory=dict)
    """What was found, by JMESPath: where the step's expectations and calls look. No secret."""
    settings: str = ""
    """How the settings that were asked for differ, as one unified diff; empty where none do."""
    thing: str = ""
    """The name of what the step removes, where this is about that alone."""
    effect: str = ""
    """What the change means for what runs, as sentences: downtime, restarts, replacement."""
    cost: str = ""
    """What it changes in the monthly bill, as a sentence; empty where that is nothing."""
    commands: tuple[str, ...] = ()
    """What a person would type to do it."""

    @property
    def only_looks(self) -> bool:
        """Whether it looks something up that was there before and is nobody's to make."""
        return self.step.only_looks and self.action is Action.KEEP

    @property
    def section(self) -> Section:
        """The part of the plan under which it is listed."""
        return self.step.section

    @property
    def title(self) -> str:
        """The step's title, and the name of the thing that it changes where there is one."""
        return f"{self.step.title}: {self.thing}" if self.thing else self.step.title

    @property
    def why(self) -> str:
        """The reason: the step's own, or what is wrong with the thing that is removed."""
        if not self.thing:
            return self.step.why
        what = self.differences[0].what
        return f"{what[:1].upper()}{what[1:]}."

    @property
    def restores(self) -> bool:
        """Whether the resource is brought back from sleep or from its deletion first."""
        return any(each.what == RESTORED for each in self.differences)

    @property
    def differs(self) -> tuple[str, ...]:
        """What differs from the plan, in the words of the step's expectations, each once."""
        return tuple(dict.fromkeys(each.what for each in self.differences))


HIDDEN = "(hidden)"
NEW = "(new, hidden)"
NOT_SET = "not set"
LATER = "known after the run"
PLAIN = re.compile(r"(?:\w+\.)*(\w+)")
"""A path that only names members; the last one is what AWS calls the field."""
LONGEST = 200


def differences(step: Step, scope: StepScope) -> tuple[Difference, ...]:
    """Everything that differs. What refers to something not there yet differs as well.

    Of some things that have to be brought back first, nothing else can be seen.
    """
    back: tuple[Difference, ...] = ()
    if step.restore and dormant(step, scope):
        back = (_revived(step.restore),)
        if step.restore.foreign:
            return back
    return back + tuple(each for fit in step.fits for each in _of_fit(fit, scope))


def _revived(revival: RestoreSpec) -> Difference:
    return Difference(
        what=RESTORED,
        have=revival.state,
        want=revival.then,
        effect=revival.effect,
        update=revival.calls[0],
    )


def _of_fit(fit: Expectation, scope: StepScope) -> Iterator[Difference]:
    have = jmespath.search(fit.path, scope.thing)
    if fit.update is not None and fit.update.operation.startswith(TAKES_AWAY):
        yield from _too_much(fit, have, scope)
    elif fit.reading == "all of":
        yield from _missing(fit, have, scope)
    elif fit.reading == "subset":
        yield from _members(fit, (), read(have), fit.want, scope, left=not isinstance(have, str))
    else:
        yield from _whole(fit, have, scope)


def _too_much(fit: Expectation, have: Any, scope: StepScope) -> Iterator[Difference]:
    assert fit.update is not None  # noqa: S101 - asked by the caller
    want = resolve(fit.want, scope)
    if fit.reading == "none of":
        for name in (each for each in have or () if each in want):
            yield _difference(fit, (), f"tag {name}", "removed")
        return
    if have == want:
        return
    try:
        target = str(resolve(list(fit.update.params.values())[-1], scope))
    except KeyError:
        target = "there"
    yield _difference(fit, (), target, "removed", field=target.rpartition("/")[2])


def _missing(fit: Expectation, have: Any, scope: StepScope) -> Iterator[Difference]:
    try:
        missing = {*resolve(fit.want, scope)} - {*(have or ())}
    except KeyError:
        missing = {LATER}
    for each in sorted(missing):
        yield _difference(fit, (), NOT_SET, str(each))


def _members(
    fit: Expectation, path: tuple[str, ...], have: Any, want: Value, scope: Scope, *, left: bool
) -> Iterator[Difference]:
    """The wanted members that are not there or are others, down to the last one.

    `left` is whether each could be left as it is: not where AWS has them all in one text.
    """
    if isinstance(want, Mapping):
        inside = have if isinstance(have, Mapping) else {}
        for name, value in want.items():
            yield from _members(fit, (*path, name), inside.get(name), value, scope, left=left)
        return
    field = ".".join(path) if left else ""
    try:
        wanted = resolve(want, scope)
    except KeyError:
        yield _difference(fit, path, value_text(have), LATER)
        return
    if have == wanted:
        return
    if isinstance(want, SecretRef | NewPassword | NewPasswordHash):
        yield _difference(fit, path, HIDDEN if have else NOT_SET, HIDDEN)
    else:
        yield _difference(fit, path, value_text(have), value_text(wanted), field=field)


def _whole(fit: Expectation, have: Any, scope: StepScope) -> Iterator[Difference]:
    try:
        wanted = resolve(fit.want, scope)
    except KeyError:
        yield _difference(fit, (), WHOLE[0], LATER)
        return
    if have == wanted or (fit.reading == "json" and read(have) == read(wanted)):
        return
    if fit.members:
        for name, there in zip(fit.members, have or (), strict=False):
            if not there:
                field = f"tags.{name.partition('=')[0]}"
                yield _difference(fit, (name,), NOT_SET, "set", field=field)
        return
    plain = PLAIN.fullmatch(fit.path)
    field = plain[1] if plain else ""
    if not isinstance(fit.want, Template):
        yield _difference(fit, (), value_text(have), value_text(wanted), field=field)
        return
    changed = _document_diff(fit, have, wanted)
    yield _difference(fit, (), *WHOLE, changed, field=field)


def _document_diff(fit: Expectation, have: Any, wanted: str) -> str:
    assert isinstance(fit.want, Template)  # noqa: S101 - asked by the caller
    if fit.want.language == "pkl":
        return hashless(pkl_diff(str(have or ""), wanted, fit.what))
    return _json_diff(fit, have, wanted)


def _json_diff(fit: Expectation, have: Any, wanted: Any) -> str:
    before, after = (hashless(pretty(each)).splitlines() for each in (have, wanted))
    names = f"{fit.what} (now)", f"{fit.what} (after)"
    return "\n".join(unified_diff(before, after, *names, lineterm=""))


def settings_diff(step: Step, scope: StepScope) -> str:
    """How the settings asked for differ from those that are there, as one unified diff.

    Of a thing that was made by a request, whose members are asked for one by one. What is not
    asked for, or stays as it is found, is left out. Empty where nothing differs.
    """
    found = []
    for fit in step.fits:
        if fit.reading == "subset":
            have = read(jmespath.search(fit.path, scope.thing))
            found.append(_json_diff(fit, *_sides(have, fit.want, scope)))
    return "\n".join(filter(None, found))


def _sides(have: Any, want: Value, scope: Scope) -> tuple[Any, Any]:
    """What is there and what is wanted, both with the wanted members alone."""
    if isinstance(want, Mapping):
        inside = have if isinstance(have, Mapping) else {}
        sides = {
            name: _sides(inside.get(name), inner, scope)
            for name, inner in want.items()
            if not isinstance(inner, Found)
        }
        now = {name: each[0] for name, each in sides.items() if name in inside}
        return now, {name: each[1] for name, each in sides.items()}
    try:
        wanted = resolve(want, scope)
    except KeyError:
        return have, LATER
    if isinstance(want, SecretRef | NewPassword | NewPasswordHash):
        return HIDDEN, HIDDEN if have == wanted else NEW
    return have, wanted


def _difference(
    fit: Expectation,
    path: tuple[str, ...],
    have: str,
    want: str,
    diff: str = "",
    *,
    field: str = "",
) -> Difference:
    return Difference(
        what=fit.what,
        path=".".join(path),
        have=have,
        want=want,
        diff=diff,
        effect=fit.effect,
        update=fit.update,
        field=field if fit.update else "",
        fit=fit,
    )


def pretty(value: Any) -> str:
    """A JSON document with a member a line."""
    found = read(value)
    return found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False)


def value_text(value: Any) -> str:
    """A value in a few words, as AWS writes it."""
    if value is None:
        return NOT_SET
    if isinstance(value, float):
        return f"{value:g}"
    text = hashless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def renews(difference: Difference, step: Step) -> bool:
    """Whether putting the difference right makes the thing anew, so that its outputs change."""
    update = difference.update
    return update is not None and again(update, step) and not update.operation.startswith("Update")


def again(call: Call, step: Step) -> bool:
    """Whether the call is the one that makes the step's thing, perhaps with what others added."""
    made = step.make
    same = (call.service, call.operation)
    return isinstance(made, Call) and same == (made.service, made.operation)
