"""The JSON lines of `--json`: read strictly, and each checked against the schema among the assets.

The checker knows the part of JSON Schema that the asset uses; any other keyword is an error.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

SCHEMA = Path(__file__).parents[2] / "assets" / "events.schema.json"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
TOLD = {"$schema", "$defs", "title", "description", "default", "examples"}
"""Keywords that ask for nothing."""

Line = dict[str, Any]


def lines(text: str) -> list[Line]:
    """Every line of the output, parsed and valid; AssertionError for anything else among them."""
    assert text == "" or text.endswith("\n"), "the last line is not whole"
    return [line(each) for each in text.splitlines()]


def line(text: str) -> Line:
    """One line, parsed without leniency and valid."""
    found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    wrong = problems(found, schema())
    assert wrong == [], f"{text}\n{wrong}"
    assert isinstance(found, dict)
    return found


def of_type(kind: str, found: list[Line]) -> list[Line]:
    """Those of one type."""
    return [each for each in found if each["type"] == kind]


@cache
def schema() -> Any:
    """The asset."""
    return json.loads(SCHEMA.read_text("utf-8"))


def problems(value: Any, rule: Any, place: str = "$") -> list[str]:
    """What of the value the rule does not allow; empty when it is valid."""
    if "$ref" in rule:
        assert rule.keys() <= {"$ref", *TOLD}
        return problems(value, schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")], place)
    found = []
    for keyword, wanted in rule.items():
        if keyword not in TOLD and isinstance(value, CONCERNS.get(keyword, object)):
            found += CHECKS[keyword](value, wanted, rule, place)
    return found


def _const(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [] if _same(value, wanted) else [f"{place}: {value!r} is not {wanted!r}"]


def _enum(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [] if any(_same(value, each) for each in wanted) else [f"{place}: {value!r} not allowed"]


def _same(value: Any, wanted: Any) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _type(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        good = "boolean" in names
    else:
        good = any(isinstance(value, TYPES[name]) for name in names)
    return [] if good else [f"{place}: {value!r} is no {' or '.join(names)}"]


def _minimum(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [] if value >= wanted else [f"{place}: {value!r} is below {wanted}"]


def _pattern(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [] if re.search(wanted, value) else [f"{place}: {value!r} is not like {wanted}"]


def _required(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [f"{place}: {name} is missing" for name in wanted if name not in value]


def _properties(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [
        problem
        for name, rule in wanted.items()
        if name in value
        for problem in problems(value[name], rule, f"{place}.{name}")
    ]


def _additional(value: Any, wanted: Any, rule: Any, place: str) -> list[str]:
    others = value.keys() - rule.get("properties", {}).keys()
    if wanted is False:
        return [f"{place}: {name} is not known" for name in sorted(others)]
    return [
        problem for name in others for problem in problems(value[name], wanted, f"{place}.{name}")
    ]


def _items(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    return [
        problem
        for number, each in enumerate(value)
        for problem in problems(each, wanted, f"{place}[{number}]")
    ]


def _any(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    tried = [problems(value, rule, place) for rule in wanted]
    return [] if [] in tried else min(tried, key=len)


def _one(value: Any, wanted: Any, _rule: Any, place: str) -> list[str]:
    tried = [problems(value, rule, place) for rule in wanted]
    return [] if tried.count([]) == 1 else min(tried, key=len) or [f"{place}: is several things"]


CHECKS = {
    "const": _const,
    "enum": _enum,
    "type": _type,
    "minimum": _minimum,
    "pattern": _pattern,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any,
    "oneOf": _one,
}
CONCERNS: dict[str, Any] = {
    "minimum": int | float,
    "pattern": str,
    "required": dict,
    "properties": dict,
    "additionalProperties": dict,
    "items": list,
}
"""Values of other types meet these keywords as they are."""


def _no_number(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> Line:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a member comes twice: {names}"
    return dict(pairs)
