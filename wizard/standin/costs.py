"""Cost Explorer: one operation over a bill that whoever holds the stand-in writes.

Lines are added up by the request's own period, filter and groups, as AWS does it. A tag tells costs
apart only while it is activated for cost allocation; at first none is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from wizard.standin import validation
from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line of the bill: what a service took on a day, in dollars."""

    day: date
    service: str
    region: str
    usd: str
    tags: Mapping[str, str] = field(default_factory=dict)


class CostExplorer:
    """GetCostAndUsage, by month, in dollars."""

    complete = True

    def __init__(self) -> None:
        self.bill: list[Charge] = []
        self.activated: set[str] = set()
        """Keys of tags that are activated for cost allocation."""

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"GetCostAndUsage": self._asked}

    def advance(self) -> None:
        """AWS counts by itself; here the bill is written."""

    def _asked(self, call: Call) -> dict[str, Any]:
        validation.check(call)
        params = call.params
        begin, end = (date.fromisoformat(params["TimePeriod"][key]) for key in ("Start", "End"))
        if begin >= end:
            raise AwsError("ValidationException", "Start date (and hour) should be before end date")
        if params["Granularity"] != "MONTHLY" or params["Metrics"] != ["UnblendedCost"]:
            raise AwsError("ValidationException", "The stand-in counts by month, unblended.")
        wanted = params.get("Filter", {})
        lines = [
            each for each in self.bill if begin <= each.day < end and self._passes(each, wanted)
        ]
        groups = params.get("GroupBy", [])
        period = {
            "TimePeriod": dict(params["TimePeriod"]),
            "Total": {} if groups else _metrics(lines),
            "Groups": self._grouped(lines, groups),
            "Estimated": True,
        }
        return {"GroupDefinitions": groups, "ResultsByTime": [period]}

    def _passes(self, line: Charge, wanted: Mapping[str, Any]) -> bool:
        if "And" in wanted:
            return all(self._passes(line, each) for each in wanted["And"])
        if "Dimensions" in wanted:
            told = wanted["Dimensions"]
            return _dimension(told["Key"])(line) in told["Values"]
        if "Tags" in wanted:
            told = wanted["Tags"]
            return self._tag(told["Key"], line) in told["Values"]
        return True

    def _grouped(
        self, lines: Iterable[Charge], groups: list[dict[str, str]]
    ) -> list[dict[str, Any]]:
        found: dict[tuple[str, ...], list[Charge]] = {}
        for line in lines:
            keys = tuple(self._key(line, group) for group in groups)
            found.setdefault(keys, []).append(line)
        if not groups:
            return []
        return [
            {"Keys": list(keys), "Metrics": _metrics(inside)}
            for keys, inside in sorted(found.items())
        ]

    def _key(self, line: Charge, group: Mapping[str, str]) -> str:
        if group["Type"] == "TAG":
            return f"{group['Key']}${self._tag(group['Key'], line)}"
        return _dimension(group["Key"])(line)

    def _tag(self, key: str, line: Charge) -> str:
        return line.tags.get(key, "") if key in self.activated else ""


def _dimension(key: str) -> Callable[[Charge], str]:
    known: dict[str, Callable[[Charge], str]] = {
        "SERVICE": lambda line: line.service,
        "REGION": lambda line: line.region,
    }
    if key not in known:
        raise AwsError("ValidationException", f"The stand-in does not know the dimension {key}.")
    return known[key]


def _metrics(lines: Iterable[Charge]) -> dict[str, dict[str, str]]:
    total = sum((Decimal(each.usd) for each in lines), Decimal(0))
    return {"UnblendedCost": {"Amount": str(total), "Unit": "USD"}}
