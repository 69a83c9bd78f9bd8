"""Questions to AWS that may be refused, one or several at once: refusals become gaps, in words.

Which IAM actions a resource type needs is such a question, with the person's own sign-in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from wizard.base.errors import AwsError, WizardError
from wizard.base.fan_out import fan_out
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.catalogue import explain
from wizard.local.process import problem as crash
from wizard.plan.world import AwsCall

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be seen, and why."""

    what: str
    why: str

    @property
    def words(self) -> str:
        """What cannot be seen and why, in one sentence."""
        return f"{self.what} could not be read. {self.why}"


@dataclass
class Asking:
    """Asks, and keeps what was refused. Safe to use from several threads."""

    call: AwsCall
    gaps: list[Unreadable] = field(default_factory=list)

    def ask(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """The answer, or None where what was asked for is not there. Raises AwsError."""
        try:
            return self.call(service, operation, params)
        except AwsError as error:
            if error.not_there:
                return None
            raise

    def attempt(self, what: str, look: Callable[[], T], otherwise: T) -> T:
        """What the look gives; `otherwise`, and a gap, where AWS refuses it."""
        try:
            return look()
        except AwsError as error:
            self.gaps.append(Unreadable(_capital(what), explain(error, f"Reading {what}").why))
        except WizardError as error:
            self.gaps.append(Unreadable(_capital(what), str(error)))
        return otherwise


def pairs(tags: Any) -> dict[str, str]:
    """A list of tags, in AWS's spelling of whichever service, as a mapping."""
    return {
        str(each.get("Key", each.get("key"))): str(each.get("Value", each.get("value", "")))
        for each in tags or []
    }


def ours(tags: Mapping[str, str]) -> bool:
    """Whether the wizard's tag is among these tags."""
    return tags.get(TAG_KEY) == TAG_VALUE


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


Seen = TypeVar("Seen")

LIMIT = 25.0
"""Seconds for all looks of one kind."""

MOST = 12
"""How many are under way at once."""


def tried(
    asking: Asking,
    looks: Mapping[str, tuple[Callable[[], Seen], Seen]],
    *,
    limit: float = LIMIT,
) -> dict[str, Seen]:
    """Take several looks that AWS may refuse; each gives what it found, or what stands for that.

    Their names say what they look at; what was refused or took too long becomes a gap.
    """

    def begun(name: str, look: Callable[[], Seen], otherwise: Seen) -> Callable[[], Seen]:
        return lambda: asking.attempt(name, partial(_sound, look), otherwise)

    asks = {name: begun(name, *each) for name, each in looks.items()}
    found = fan_out(asks, limit=limit, most=MOST)
    for name in looks.keys() - found.keys():
        why = f"It took longer than {limit:g} seconds."
        asking.gaps.append(Unreadable(name[:1].upper() + name[1:], why))
    return {name: found.get(name, otherwise) for name, (_, otherwise) in looks.items()}


def _sound(look: Callable[[], Seen]) -> Seen:
    """A look that breaks must not keep the others from being told."""
    try:
        return look()
    except (AwsError, WizardError):
        raise
    except Exception as mistake:
        raise crash(mistake) from None


def needed(call: AwsCall, services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The actions of every public resource type, by service as CloudFormation names it.

    They stand in the types' schemas: what each handler (create, read, update, delete, list) and
    tagging may call. Raises WizardError when CloudFormation cannot be asked.
    """
    try:
        return {service: _of_service(call, service) for service in services}
    except AwsError as error:
        raise explain(error, "Reading the permissions the services need") from None


def _of_service(call: AwsCall, service: str) -> tuple[str, ...]:
    listed = call(
        "cloudformation",
        "ListTypes",
        {
            "Visibility": "PUBLIC",
            "Type": "RESOURCE",
            "Filters": {"Category": "AWS_TYPES", "TypeNamePrefix": f"AWS::{service}::"},
        },
    )
    names = [each["TypeName"] for each in listed["TypeSummaries"]]
    if not names:
        raise WizardError(
            f"AWS has no resource types for {service} in this region.",
            "",
            "Leave that service out, or choose another region.",
        )
    actions = fan_out({name: partial(_of_type, call, name) for name in names})
    return tuple(sorted(set().union(*actions.values())))


def _of_type(call: AwsCall, name: str) -> set[str]:
    described = call("cloudformation", "DescribeType", {"Type": "RESOURCE", "TypeName": name})
    schema = json.loads(described["Schema"])
    tagging = schema.get("tagging")
    parts = [*schema.get("handlers", {}).values(), tagging if isinstance(tagging, dict) else {}]
    return {action for each in parts for action in each.get("permissions", [])}
