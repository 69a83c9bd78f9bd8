"""A deployment that other hosts still have parts of: its agent is moved to the wanted one.

All that can be made beside a running agent is made first. Then the old agent is stopped, so that no
two are ever on one database, and the new one starts. Once that one is proved, and the CLI knows its
address, what only the old host needs goes: what needs a thing before the thing, and what carries
the claim of a run last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from wizard.answers.model import Answers
from wizard.base.names import Names
from wizard.base.offer import Offer, offer
from wizard.base.values import Ref, refs
from wizard.documents.edits import NO_EDITS, Edits
from wizard.plan.build import build
from wizard.plan.graph import needs
from wizard.plan.inputs import Choices, OtherHost, PlanInputs, hosting
from wizard.plan.model import LookOnly, Plan, Refusal, Section, Step, TakeAway
from wizard.plan.removal import removal
from wizard.plan.resources.common import Site
from wizard.plan.resources.network import DATABASE_RULE

_Part = TypeVar("_Part")

HOSTED = frozenset({Section.NETWORK, Section.IMAGE, Section.ROLES, Section.SERVICE})
"""Sections with things of a host's own; those of all others are the same on each."""
FINISHED = frozenset({Section.VERIFY, Section.CLIENT})
"""What must have ended well before anything of the old host goes."""
UNKNOWN = ("<", "??????")
"""What stands in an output for what AWS will only invent."""


def planned(answers: Answers, inputs: PlanInputs, edits: Edits = NO_EDITS) -> Plan:
    """What `build` makes, with the agent moved there from the other hosts that have it."""
    plan = build(answers, inputs, edits)
    for other in inputs.others:
        plan = _moved(plan, answers, inputs, other)
    return plan


def with_others(plan: Plan, answers: Answers, inputs: PlanInputs, choices: Choices) -> Plan:
    """A removal's plan with what other hosts have of the deployment."""
    for other in inputs.others:
        old = _Old(plan, answers, inputs, other, choices)
        plan = replace(plan, steps=(*plan.steps, *old.parts()), others=(*plan.others, other.key))
    return plan


def on(answers: Answers, key: str) -> Answers:
    """The answers as any host can have them, on that one; a removal does not go by the rest."""
    anywhere = replace(answers, datastore="data-api", database="new", snapshot="")
    return replace(anywhere, host=key, subnets=(), internal=False)


def hosted(step: Step) -> bool:
    """Whether the step's thing is of a host's own, as is what lets its agent in to the database."""
    return step.section in HOSTED or step.id.startswith(DATABASE_RULE)


def stop_step(key: str) -> str:
    """The id of the step that stops the agent on the host with that key."""
    return f"{_prefix(key)}-stopped"


def _prefix(key: str) -> str:
    return key.replace("_", "-")


def _moved(plan: Plan, answers: Answers, inputs: PlanInputs, other: OtherHost) -> Plan:
    old = _Old(plan, answers, inputs, other, Choices())
    steps = {step.id: step for step in plan.steps}
    service, stop = steps["service"], old.stop(steps)
    steps["service"] = replace(service, after=service.after | {stop.id})
    before = [each for each in steps.values() if each.id != "service"]
    place = list(steps).index("service")
    ordered = (*before[:place], stop, steps["service"], *before[place:], *old.leaving())
    return replace(plan, steps=ordered, others=(*plan.others, other.key))


class _Old:
    """The parts of the deployment on another host than the plan's."""

    def __init__(
        self, plan: Plan, answers: Answers, inputs: PlanInputs, other: OtherHost, choices: Choices
    ) -> None:
        there = on(answers, other.key)
        alone = replace(inputs, others=())
        whole = removal(there, alone, other.extent, choices)
        self._key, self._plan, self._parts = other.key, plan, other.parts
        self._steps = {step.id: step for step in whole.steps if hosted(step)}
        self._site = Site(there, Names(answers.name, other.key), alone)
        self._whole = {step.id: step for step in whole.steps}
        self._shared: dict[str, str] = {}
        self._twins: dict[str, str] = {}

    @property
    def _offer(self) -> Offer:
        return offer(self._key)

    def _id(self, step_id: str) -> str:
        """What the step is called in the plan of the wanted host."""
        return self._same(step_id) or f"{_prefix(self._key)}-{step_id}"

    def _same(self, step_id: str) -> str:
        """The plan's step whose thing is the same one; empty where none is."""
        if step_id not in self._shared:
            self._shared[step_id] = ""  # a step that is asked for while it is looked at
            self._shared[step_id] = self._found(self._whole[step_id])
        return self._shared[step_id]

    def _found(self, step: Step) -> str:
        if not step.lookups:
            return ""
        named = {ref.step for ref in refs(step.lookups[:1])}
        there = {each: self._same(each) for each in named}
        if not all(there.values()):
            return ""
        look = _renamed(step.lookups[0], there)
        return next(
            (
                each.id
                for each in self._plan.steps
                if each.lookups[:1] == (look,) and not isinstance(each.make, TakeAway)
            ),
            "",
        )

    def _gone(self) -> dict[str, Step]:
        """The steps of the removal whose things only the old host needs, by their own ids."""
        found = {
            step.id: step
            for step in self._steps.values()
            if step.id in self._parts and step.delete and not self._same(step.id)
        }
        if "service" in found and found["service"].part_of in found:
            del found["service"]  # it is no more than the agent, which was stopped
        return found

    def _looked_for(self, steps: Mapping[str, Step]) -> dict[str, Step]:
        """What these refer to and has no name that is known, such as the default VPC: looks alone.

        What goes may be among it: whoever refers to that goes before it does.
        """
        found: dict[str, Step] = {}
        asked = list(steps.values())
        while asked:
            named = {ref.step for ref in refs(_faces(asked.pop())) if not self._called(ref)}
            for each in sorted(named - found.keys()):
                if not self._same(each):
                    found[each] = self._whole[each]
                    asked.append(replace(found[each], delete=()))
        return found

    def _called(self, ref: Ref) -> str:
        """What that output is, where it is known before anything is looked at."""
        if self._same(ref.step):
            return ""
        like = self._whole[ref.step].outputs[ref.output].like
        return "" if any(each in like for each in UNKNOWN) else like

    def parts(self) -> Iterator[Step]:
        """As they are taken back with the rest."""
        gone = self._gone()
        looked = {each: step for each, step in self._looked_for(gone).items() if each not in gone}
        for step in looked.values():
            yield self._here(step, frozenset())
        for step in gone.values():
            yield self._here(step, needs(step) & gone.keys())

    def leaving(self) -> Iterator[Step]:
        """As they go once the new agent is proved: what needs a thing before the thing."""
        gone = self._gone()
        looked = self._looked_for(gone)
        self._twins = {each: f"{self._id(each)}-there" for each in looked.keys() & gone.keys()}
        for step in looked.values():
            seen = replace(self._here(self._known(step), frozenset()), section=Section.MOVE)
            yield replace(seen, id=self._twins.get(step.id, seen.id), delete=(), part_of="")
        proved = {step.id for step in self._plan.steps if step.section in FINISHED}
        users = {each: {step.id for step in gone.values() if each in needs(step)} for each in gone}
        last = self._offer.claimed.step
        if last in gone:
            users[last] = gone.keys() - needs(gone[last]) - {last}
        for step in gone.values():
            yield replace(
                self._here(self._known(step), frozenset()),
                section=Section.MOVE,
                why=f"Only {self._offer.label} needs it.",
                make=TakeAway(),
                after=frozenset(map(self._id, users[step.id])) | proved,
                usual=step.delete_spec.usual,
            )

    def stop(self, plan: Mapping[str, Step]) -> Step:
        """The step that stops the old agent, once the new one has all that it needs to start."""
        step = hosting(self._key).stopped(self._site)
        seconds = [step.usual, plan["service"].usual, plan["health"].usual]
        least, most = (max(1, round(sum(each) / 60)) for each in zip(*seconds, strict=True))
        label = offer(self._plan.host).label
        fits = tuple(
            replace(
                fit,
                effect=f"Downtime: no agent answers from here until the one on {label} is started, "
                f"usually {least} to {most} minutes. If it does not start, the one on "
                f"{self._offer.label} is started again.",
            )
            for fit in step.fits
        )
        return replace(
            _renamed(step, {ref.step: self._id(ref.step) for ref in refs(step)}),
            id=stop_step(self._key),
            section=Section.SERVICE,
            title=f"Agent on {self._offer.label}",
            why="Two agents must never use one database, so the old one is stopped before the new "
            "one starts.",
            make=LookOnly(""),
            fits=fits,
            after=needs(plan["service"]),
        )

    def _here(self, step: Step, after: frozenset[str]) -> Step:
        """The step with ids of the plan, of which it only keeps what a removal needs."""
        label = self._offer.label
        ids = {each: self._id(each) for each in self._whole}
        parent = self._id(step.part_of) if step.part_of in self._gone() else ""
        refusals = tuple(
            Refusal(
                each.path,
                f"The move removes what someone protected: {step.title} ({label}).",
                f"Remove the protection first, with --host {self._key} --deletion-protection no.",
            )
            for each in step.delete_spec.first
            if each.consent
        )
        return replace(
            _renamed(step, ids),
            id=ids[step.id],
            title=step.title if label.lower() in step.title.lower() else f"{step.title} ({label})",
            make=LookOnly(""),
            resource=None,
            fits=(),
            theirs=(),
            refusals=refusals,
            restore=None,
            wait=None,
            broken="",
            stuck=None,
            retry=None,
            part_of=parent,
            after=frozenset(map(self._id, after)),
            charges=(),
            quota=None,
            permissions=(),
            linked_role=None,
        )

    def _known(self, step: Step) -> Step:
        """The step with what things of the old host are called, in place of references to them."""
        named = {ref: self._called(ref) or self._twin(ref) for ref in refs(_faces(step))}
        return replace(
            step,
            lookups=_mapped(step.lookups, named),
            delete=_mapped(step.delete, named),
            delete_spec=_mapped(step.delete_spec, named),
        )

    def _twin(self, ref: Ref) -> Ref:
        """Give the output by the step that only looks for what goes."""
        return Ref(self._twins.get(ref.step, ref.step), ref.output)


def _faces(step: Step) -> tuple[Any, ...]:
    """What of a step is looked at and done where it goes."""
    return (step.lookups, step.delete, step.delete_spec)


def _renamed(value: _Part, ids: Mapping[str, str]) -> _Part:
    """The value with references to these steps by their other ids."""
    found = {ref: Ref(ids[ref.step], ref.output) for ref in refs(value) if ref.step in ids}
    named: _Part = _mapped(value, found)
    return named


def _mapped(value: Any, found: Mapping[Ref, Any]) -> Any:
    match value:
        case Ref():
            return found.get(value, value)
        case Mapping():
            return {key: _mapped(inner, found) for key, inner in value.items()}
        case tuple() | list() | frozenset():
            return type(value)(_mapped(each, found) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            inner = {each.name: _mapped(getattr(value, each.name), found) for each in fields(value)}
            return replace(value, **inner)
        case _:
            return value
