"""What must hold of a thing that is there already, as JMESPath that `aws --query` evaluates.

That is what the plan expects of it, or that it is still as it was seen when the script was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import jmespath.parser

from wizard.base.errors import WizardError
from wizard.base.names import RECORD_PREFIX, TAG_KEY, TAG_VALUE
from wizard.base.values import Joined, Value, parts
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.matching import ACROSS
from wizard.engine.refresh import VERSION, leaves
from wizard.export.bash.quoting import DYNAMIC, inside, literal, seen, word
from wizard.plan.model import Expectation, Lookup, Step
from wizard.plan.resources.secrets import RECORD

_FIRST_ONLY = frozenset(
    {
        "subexpression",
        "index_expression",
        "pipe",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
        "slice",
    }
)
"""Nodes whose further children are applied to what the first one gave."""


def roots(path: str) -> set[str]:
    """The names of the members that `path` reads of the thing itself."""
    return set(_roots(jmespath.parser.Parser().parse(path).parsed))


def _roots(node: Any) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    if node["type"] in {"field", "expref"}:  # the latter is about the parts of something else
        return
    children = [child for child in node.get("children", ()) if isinstance(child, dict)]
    for child in children[:1] if node["type"] in _FIRST_ONLY else children:
        yield from _roots(child)


Known = Callable[[Value], str]
"""Gives a value that is no structure as JMESPath, escaped for double quotes of bash."""

_EITHER = re.compile(r"([\w.]+)\s*==\s*'([^']*)'")
_TAG = re.compile(r"not_null\((\w+), `\[\]`\)\[\?Key=='([^']+)'\]\.Value \| \[0\]")
TAGS = re.compile(r"not_null\((\w+), `\[\]`\)")
"""Begins the paths that look at a list of tags."""
_SMALL = re.compile(r"(\w+)\[\]\.\{Key: key, Value: value\}")
"""A list of tags that a service writes small; the helper `tags` reads both."""
_MADE = re.compile(r"(.+)\.\{(\w+: [^{}]+)\}\.(\w+)(.*)")
_SEEN = re.compile(r"'\{(\w+)\}'")
"""Stands for a variable, which the look of another part of the thing has filled."""
_NONE_LEFT = re.compile(r"length\((\w+)\[\?(\w+)=='([^']+)'\]\)")


def place(look: Lookup) -> str:
    """Return where in the answer the looked-for thing lies, with a dot; empty where it is all."""
    return "" if look.into or look.pick == "@" else f"{inside(look.pick)}."


def with_only(fits: Iterable[Expectation], step: Step) -> Step:
    """Return the step with `fits` as the only conditions on its thing."""
    return replace(step, fits=tuple(fits), broken="", restore=None, refusals=())


def is_secret(look: Lookup) -> bool:
    """Whether the look reads a secret's text, which is compared in files and never in a query."""
    return (look.call.service, look.call.operation) == ("secretsmanager", "GetSecretValue")


def relative(path: str, look: Lookup) -> str:
    """Return a path that begins with what `look` adds as a path into that look's own answer."""
    if look.into and look.pick == "@":
        return re.sub(rf"(?<![\w'.]){look.into}\.", "", path)
    return re.sub(rf"(?<![\w'.]){look.into}\b(?!')", look.pick, path) if look.into else path


def conditions(step: Step, look: Lookup, known: Known) -> list[str]:
    """Return what must be true of this look's answer: usable, as wanted, with the wizard's tags.

    Each is a JMESPath, escaped to stand between double quotes of bash; the longest come last.
    """
    mine = [*_usable(step, look), *_states(step, look, known)]
    tags = _tags(step, look)
    return [relative(each, look) for each in ([tags] if tags else []) + sorted(mine, key=len)]


def answers(step: Step, look: Lookup, path: str) -> bool:
    """Whether this look is the one that knows the members the path begins with."""
    asked = roots(path)
    later = {other.into for other in step.lookups if other.into}
    return look.into in asked if look.into else not asked & later


def _usable(step: Step, look: Lookup) -> Iterator[str]:
    """Yield that no state stands in the way: refused, sleeping, or beyond repair."""
    known = {refusal: name for name, refusal in seen(step).items()}
    bad = [each.path.replace(ACROSS, f"'{{{known.get(each)}}}'") for each in step.refusals]
    bad += [step.restore.when] if step.restore else []
    bad += [step.broken] if step.broken else []
    states: dict[str, list[str]] = {}
    told = {root for fit in step.fits if fit.reading == "json" for root in roots(fit.path)}
    for path in bad:
        if roots(path) <= told:
            continue  # what is compared whole needs no closer look
        either = [_EITHER.fullmatch(part.strip()) for part in path.split("||")]
        if all(either):
            mine = (found for found in either if found and answers(step, look, found[1]))
            for each in mine:
                states.setdefault(each[1], []).append(each[2])
        elif answers(step, look, path):
            yield _SEEN.sub(r"'${\1}'", inside(_negated(path)))
    for subject, words in states.items():
        listed = ", ".join(f"'{each}'" for each in words)
        yield f"{subject} != {listed}" if len(words) == 1 else f"!contains([{listed}], {subject})"


def _negated(path: str) -> str:
    if found := re.fullmatch(r"(\w+) != null", path):
        return f"!{found[1]}"
    for sign, other in ((" != ", " == "), (" == ", " != ")):
        if path.count(sign) == 1 and not re.search(r"&&|\|\||\(", path):
            left, right = path.split(sign)
            return f"{left}{other}{'`null`' if right == 'null' else right}"
    return path[1:] if re.fullmatch(r"!\w+\([^()]*\)", path) else f"!({path})"


def _tags(step: Step, look: Lookup) -> str:
    """Return the condition that all wanted tags are there: the helper `tags`, where it can be."""
    wanted: dict[str, None] = {}
    path = ""
    for fit in step.fits:
        if fit.what == RECORD and fit.path.count(RECORD_PREFIX) and step.id == "config-secret":
            continue  # the secret's text, the roles and the service show all that was chosen
        one = _TAG.fullmatch(fit.path)
        listed = None if joined(fit) else TAGS.search(fit.path)
        if listed is None or not answers(step, look, fit.path):
            continue
        if one or fit.members:
            path = listed[1]
            wanted |= dict.fromkeys([f"{one[2]}={fit.want}"] if one else fit.members)
    name = next((tag.removeprefix("Name=") for tag in wanted if tag.startswith("Name=")), "")
    if wanted and not name:  # the wizard's own tags are not asked for here
        listed_here = relative(f"not_null({path}, `[]`)", look)
        words = ", ".join(literal(each) for each in wanted)
        found = f"{listed_here}[?contains([{words}], join('=', [Key, Value]))]"
        return inside(f"length({found}) == `{len(wanted)}`")
    others = [tag for tag in wanted if tag not in {f"Name={name}", f"{TAG_KEY}={TAG_VALUE}"}]
    words = " ".join(word(each) for each in (name, *others))
    place_of_tags = _SMALL.sub(r"\1", relative(path, look))
    return f"$(tags {place_of_tags} {words})" if wanted else ""


def _states(step: Step, look: Lookup, known: Known) -> Iterator[str]:
    gone: dict[tuple[str, str], list[str]] = {}
    for fit in step.fits:
        if (among := joined(fit)) is not None:
            if answers(step, look, among.path):
                yield from (f"contains({inside(among.path)}, {known(o)})" for o in among.ours)
            continue
        if TAGS.search(fit.path) or not answers(step, look, fit.path) or settings_of(fit, step):
            continue
        none_left = _NONE_LEFT.fullmatch(fit.path)
        if none_left and fit.want == 0:
            gone.setdefault((none_left[1], none_left[2]), []).append(none_left[3])
        else:
            yield from _state(fit, known)
    for (subject, member), names in gone.items():
        listed = ", ".join(f"'{each}'" for each in names)
        yield f"!({subject}[?contains([{listed}], {member})])"


def joined(fit: Expectation) -> Joined | None:
    """Return the list that the fit wants something to be in, whatever else is there."""
    found = (part for part in parts(fit.update) if isinstance(part, Joined))
    return next((each for each in found if not many(each)), None)


def many(among: Joined) -> bool:
    """Whether the list has settings, which are compared one by one, instead of names."""
    return any(isinstance(each, Mapping) for each in among.ours)


def settings_of(fit: Expectation, step: Step) -> bool:
    """Whether the fit compares many settings of a resource, which `holds` does one by one."""
    many = fit.reading == "subset" and fit.path != "Tags" and len(list(leaves(fit))) > 3
    return many and bool(step.resource)


def _state(fit: Expectation, known: Known) -> Iterator[str]:
    path, want = inside(fit.path), fit.want
    path = f"({path})" if "||" in path or "&&" in path else path
    match fit.reading:
        case "subset" if isinstance(want, Mapping):
            inner = {each.removeprefix(f"{fit.path}."): value for each, value in leaves(fit)}
            fixed = {name: value for name, value in inner.items() if not isinstance(value, DYNAMIC)}
            head = "" if path == "@" else f"{path}."
            if fixed:
                listed = "[" + ", ".join(json.dumps(each) for each in fixed.values()) + "]"
                yield f"{head}[{inside(', '.join(fixed))}] == \\`{inside(listed)}\\`"
            later = (name for name in inner if name not in fixed)
            yield from (f"{head}{inside(name)} == {known(inner[name])}" for name in later)
        case "all of" if isinstance(want, list | tuple):
            yield from (f"contains({path}, {known(each)})" for each in want)
        case "none of":
            yield f"!({path} | [?contains({known(want)}, @)])"
        case _ if want is True and re.fullmatch(r"\w+", path):
            yield f"!!{path}"
        case _:
            yield f"{path} == {known(want)}"


def plain(value: Any) -> str:
    """Return a plain value as JMESPath between double quotes of bash."""
    return inside(literal(value))


def as_seen(change: PlannedChange, look: Lookup) -> list[str]:
    """Return what was true of this look's answer when the account was looked at.

    Each is a JMESPath, escaped to stand between double quotes of bash.
    """
    step = change.step
    if change.restores and step.restore:
        return [] if look.into else [inside(step.restore.when)]
    if change.action is Action.REPLACE and step.stuck:
        raise WizardError(  # only time shows it, so the script could not see that it still is so
            f"{change.title}: a script cannot replace a service that AWS does not finish.",
            "",
            "Use formae-wizard apply for this change.",
        )
    if change.action is Action.REPLACE:
        return [inside(relative(step.broken, look))] if answers(step, look, step.broken) else []
    # A secret's version, which the first look shows, says the same as its text.
    return [] if is_secret(look) else list(_values(change, look))


def _short(fit: Expectation) -> bool:
    """Whether what is wanted is as short as what was seen."""
    return not joined(fit) and (
        bool(TAGS.search(fit.path)) or (fit.reading == "equal" and fit.want in (0, 1, True))
    )


def _values(change: PlannedChange, look: Lookup) -> Iterator[str]:
    step, seen = change.step, change.seen
    differing = [each.fit for each in change.differences]
    short = [fit for fit in step.fits if fit not in differing and _short(fit)]
    bare = with_only(short, step)
    yield from conditions(bare, look, plain)
    if not look.into and seen.get(VERSION):
        yield inside(f"contains({VERSION}.\"{seen[VERSION]}\", 'AWSCURRENT')")
    for fit in step.fits:
        among = joined(fit)
        if fit in short or not answers(step, look, among.path if among else fit.path):
            continue
        compared = [among.path] if among else [path for path, _ in leaves(fit)]
        known = (path for path in compared if path in seen)
        yield from (f"{inside(_direct(each, look))} == {plain(seen[each])}" for each in known)


def _direct(path: str, look: Lookup) -> str:
    """Return a path into the look's answer, past a hash that it makes to the member's source."""
    found = _MADE.fullmatch(relative(path, look).removeprefix("@."))
    if found is None:
        return relative(path, look).removeprefix("@.")
    members = re.split(r", (?=\w+: )", found[2])
    sources = dict(each.split(": ", 1) for each in members)
    return f"{found[1]}.{sources[found[3]]}{found[4]}"
